/** Octets on their way at so many a second: a slice every tick. What waits is bounded by its user. */
import { clearTimeout, setTimeout } from '../timers.ts';

const tickMs = 20;

export interface PacedQueueEnds {
  readonly carry: (octets: Uint8Array) => void;
  /** Nothing waits any more. */
  readonly emptied: () => void;
}

export class PacedQueue {
  readonly #ends: PacedQueueEnds;
  #bytesPerSecond: number;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  /** What this tick may carry, fractions included. */
  #budget = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(bytesPerSecond: number, ends: PacedQueueEnds) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#ends = ends;
  }

  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Never faster than it was. */
  slowDown(bytesPerSecond: number): void {
    this.#bytesPerSecond = Math.min(this.#bytesPerSecond, bytesPerSecond);
  }

  push(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#waiting.push(octets);
    this.#bytes += octets.length;
    this.#run();
  }

  /** Gives back what waits; nothing is carried any more. */
  close(): Uint8Array {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const rest = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    return rest;
  }

  #run(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#carry();
      if (this.#bytes > 0) this.#run();
    }, tickMs);
  }

  #carry(): void {
    this.#budget += (this.#bytesPerSecond * tickMs) / 1_000;
    while (this.#budget >= 1) {
      const first = this.#waiting[0];
      if (first === undefined) break;
      const slice = first.subarray(0, Math.floor(this.#budget));
      this.#budget -= slice.length;
      this.#bytes -= slice.length;
      if (slice.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(slice.length);
      this.#ends.carry(slice);
    }
    if (this.#bytes > 0) return;
    // What an idle line did not carry is not saved up.
    this.#budget = 0;
    this.#ends.emptied();
  }
}
