/** The first and the last of a long sequence; what lies between is counted and dropped. */
export interface ExcerptLimits {
  readonly firstMax: number;
  readonly lastMax: number;
  /** Of the sizes of all that is kept, a fifth of it for the last ones. */
  readonly sizeMax: number;
}

export class Excerpt<T> {
  readonly #limits: ExcerptLimits;
  readonly #sizeOf: (item: T) => number;
  readonly #first: T[] = [];
  #firstSize = 0;
  /** Made when the first ones are complete. */
  #last: T[] | null = null;
  #lastSize = 0;
  #dropped = 0;

  constructor(limits: ExcerptLimits, sizeOf: (item: T) => number) {
    this.#limits = limits;
    this.#sizeOf = sizeOf;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#firstSize + this.#lastSize;
  }

  add(item: T): void {
    const { firstMax, lastMax, sizeMax } = this.#limits;
    const size = this.#sizeOf(item);
    if (this.#last === null) {
      if (this.#first.length < firstMax && this.#firstSize + size <= sizeMax * 0.8) {
        this.#first.push(item);
        this.#firstSize += size;
        return;
      }
      this.#last = [];
    }
    this.#last.push(item);
    this.#lastSize += size;
    while (
      this.#last.length > lastMax ||
      (this.#lastSize > sizeMax * 0.2 && this.#last.length > 1)
    ) {
      const gone = this.#last.shift();
      if (gone === undefined) return;
      this.#lastSize -= this.#sizeOf(gone);
      this.#dropped += 1;
    }
  }

  /** `gap` stands where something is missing. */
  items(gap?: (next: T) => T): readonly T[] {
    const [next, ...rest] = this.#last ?? [];
    if (next === undefined) return [...this.#first];
    const missing = this.#dropped > 0 && gap !== undefined ? [gap(next)] : [];
    return [...this.#first, ...missing, next, ...rest];
  }
}
