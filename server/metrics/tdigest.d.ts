/** The part of the package that is used; it brings no types. */
declare module 'tdigest' {
  export class TDigest {
    /** `delta`: the share of all values that one centroid may stand for. */
    constructor(delta?: number, k?: number, cx?: number);
    /** Values pushed. */
    readonly n: number;
    push(value: number): void;
    toArray(): { mean: number; n: number }[];
    reset(): void;
  }
}
