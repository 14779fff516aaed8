/** The first and the last of a long sequence; what lies between is counted and dropped. */
export interface ExcerptLimits {
  readonly firstMax: number;
  readonly firstSizeMax: number;
  readonly lastMax: number;
  readonly lastSizeMax: number;
}

export class Excerpt<T> {
  readonly #limits: ExcerptLimits;
  readonly #sizeOf: (item: T) => number;
  readonly #first: T[] = [];
  #firstSize = 0;
  /** Made when the first ones are complete; up to twice as many as wanted, cheaper to trim then. */
  #last: T[] | null = null;
  #lastSize = 0;
  #dropped = 0;

  constructor(limits: ExcerptLimits, sizeOf: (item: T) => number) {
    this.#limits = limits;
    this.#sizeOf = sizeOf;
  }

  get dropped(): number {
    this.#trim();
    return this.#dropped;
  }

  add(item: T): void {
    const { firstMax, firstSizeMax, lastMax, lastSizeMax } = this.#limits;
    const size = this.#sizeOf(item);
    if (this.#last === null) {
      if (this.#first.length < firstMax && this.#firstSize + size <= firstSizeMax) {
        this.#first.push(item);
        this.#firstSize += size;
        return;
      }
      this.#last = [];
    }
    this.#last.push(item);
    this.#lastSize += size;
    if (this.#last.length >= lastMax * 2 || this.#lastSize >= lastSizeMax * 2) this.#trim();
  }

  /** `gap` stands where something is missing. What is returned may grow with the next `add`. */
  items(gap?: (next: T) => T): readonly T[] {
    this.#trim();
    const next = this.#last?.[0];
    if (this.#last === null || next === undefined) return this.#first;
    const missing = this.#dropped > 0 && gap !== undefined ? [gap(next)] : [];
    return [...this.#first, ...missing, ...this.#last];
  }

  #trim(): void {
    const { lastMax, lastSizeMax } = this.#limits;
    const last = this.#last ?? [];
    let start = Math.max(0, last.length - lastMax);
    for (const item of last.slice(0, start)) this.#lastSize -= this.#sizeOf(item);
    for (; this.#lastSize > lastSizeMax && start < last.length - 1; start++) {
      const item = last[start];
      if (item !== undefined) this.#lastSize -= this.#sizeOf(item);
    }
    if (start === 0) return;
    this.#dropped += start;
    this.#last = last.slice(start);
  }
}
