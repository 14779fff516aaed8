import { epochMs } from '../timers.ts';
import { FaultNotFiredError } from './errors.ts';
import { HitLog } from './hit-log.ts';
import type { FaultHandle, FaultHit, FaultSpec, FaultState, FaultWait } from './types.ts';

const waitMsDefault = 5_000;

/** What a rule that was added and the magic addresses have in common. */
export abstract class Handle implements FaultHandle {
  abstract readonly id: string;
  abstract readonly spec: FaultSpec;
  abstract readonly text: string;
  abstract readonly state: FaultState;
  abstract readonly matchCount: number;
  readonly addedAtMs = epochMs();
  readonly log = new HitLog();

  abstract pause(): void;
  abstract resume(): void;
  abstract remove(): void;

  get hitCount(): number {
    return this.log.count;
  }

  get hits(): readonly FaultHit[] {
    return this.log.hits;
  }

  async fired(count = 1, wait: FaultWait = waitMsDefault): Promise<readonly FaultHit[]> {
    const {
      timeoutMs = waitMsDefault,
      signal,
      because,
    } = typeof wait === 'number' ? { timeoutMs: wait } : wait;
    const reached = await this.log.reached(count, { timeoutMs, signal });
    if (reached) return this.hits;
    signal?.throwIfAborted();
    const when = this.state === 'removed' ? 'and was then removed' : `within ${timeoutMs} ms`;
    throw this.#notFired(count, `${when}${because === undefined ? '' : ` (${because})`}`);
  }

  assertFired(): void {
    if (this.log.count === 0) throw this.#notFired(1, '');
  }

  [Symbol.dispose](): void {
    this.remove();
    if (this.spec.mustFire === true) this.assertFired();
  }

  #notFired(wanted: number, when: string): FaultNotFiredError {
    const hitCount = this.log.count;
    const matched = `its conditions held ${times(this.matchCount)}`;
    const text = `Fault ${this.id} (${this.spec.name ?? this.text}) fired ${times(hitCount)} of ${wanted} ${when}`;
    const state = this.state === 'paused' ? '; it is paused' : '';
    return new FaultNotFiredError(
      { fault: this.id, hitCount, wanted },
      `${text.trimEnd()}; ${matched}${state}.`,
    );
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
