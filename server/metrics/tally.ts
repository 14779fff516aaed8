/**
 * Counts by name. Names may come from peers, so there is an upper limit of them, beyond which all
 * others share one; and no name, `__proto__` included, is anything but a name.
 */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #namesMax: number;

  constructor(namesMax = 64) {
    this.#namesMax = namesMax;
  }

  add(name: string, count = 1): void {
    const before = this.#counts.get(name);
    if (before !== undefined) this.#counts.set(name, before + count);
    else if (this.#counts.size < this.#namesMax || name === others) this.#counts.set(name, count);
    else this.add(others, count);
  }

  addAll(tally: Tally): void {
    for (const [name, count] of tally.#counts) this.add(name, count);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  entries(): Iterable<readonly [name: string, count: number]> {
    return this.#counts;
  }

  /** `Object.fromEntries` defines properties, so that even `__proto__` is an ordinary one. */
  toRecord(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

export const others = 'other';

/**
 * Counts by names of which there may be any number, such as addresses, in bounded memory: beyond
 * the limit the least counted makes room for a newcomer, who takes over its count (Metwally,
 * Agrawal and El Abbadi, "Space-Saving"). What is counted often is in it, and never too low.
 */
export class TopTally {
  readonly #counts = new Map<string, number>();
  readonly #namesMax: number;

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  add(name: string): void {
    const before = this.#counts.get(name);
    if (before !== undefined || this.#counts.size < this.#namesMax) {
      this.#counts.set(name, (before ?? 0) + 1);
      return;
    }
    let least: readonly [string, number] | null = null;
    for (const entry of this.#counts) {
      if (least === null || entry[1] < least[1]) least = entry;
    }
    if (least === null) return;
    this.#counts.delete(least[0]);
    this.#counts.set(name, least[1] + 1);
  }

  top(limit: number): readonly (readonly [name: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, limit);
  }
}
