/** What one rule did: how often, the newest hits, and who waits for more of them. */
import { clearTimeout, setTimeout } from '../timers.ts';
import type { FaultHit } from './types.ts';

export const hitsKept = 100;

interface Waiter {
  readonly count: number;
  readonly settle: (reached: boolean) => void;
}

export class HitLog {
  #count = 0;
  #hits: FaultHit[] = [];
  readonly #waiters = new Set<Waiter>();
  #ended = false;

  get count(): number {
    return this.#count;
  }

  /** Oldest first. */
  get hits(): readonly FaultHit[] {
    return this.#hits.slice(-hitsKept);
  }

  /** `number` counts from 1. */
  add(make: (number: number) => FaultHit): FaultHit {
    this.#count += 1;
    const hit = make(this.#count);
    this.#hits.push(hit);
    // Trimmed only when it has twice its size: cheap on average.
    if (this.#hits.length >= hitsKept * 2) this.#hits = this.#hits.slice(-hitsKept);
    for (const waiter of this.#waiters) {
      if (this.#count >= waiter.count) waiter.settle(true);
    }
    return hit;
  }

  /** True when there are `count` in time; false when not, or when there will be no more. */
  reached(
    count: number,
    {
      timeoutMs,
      signal,
    }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<boolean> {
    if (this.#count >= count) return Promise.resolve(true);
    if (this.#ended || signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const onAbort = () => waiter.settle(false);
      const timer = setTimeout(() => waiter.settle(false), timeoutMs);
      const waiter: Waiter = {
        count,
        settle: (reached) => {
          this.#waiters.delete(waiter);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve(reached);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  get waiterCount(): number {
    return this.#waiters.size;
  }

  /** Nothing will come any more. */
  end(): void {
    this.#ended = true;
    for (const waiter of this.#waiters) waiter.settle(false);
  }
}
