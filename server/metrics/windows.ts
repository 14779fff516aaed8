/**
 * Since start, and the last 1, 5 and 15 minutes, from slots of ten seconds.
 *
 * One slot is open; closed ones are kept for five minutes, and merged into minutes that are kept
 * for fifteen. A window is whole slots and the open one, so it reaches back by no more than its
 * length, and up to a slot (beyond five minutes: a minute) less; whoever divides by time uses the
 * real one. What is closed is merged once and kept until the next slot closes: asking every second
 * costs a merge of two.
 */
import { type ClosedScope, mergeScopes, OpenScope, packedNow } from './scope.ts';
import type { WindowSeconds } from './types.ts';

export const slotMs = 10_000;
const slotsOfMinute = 6;
const slotsKept = 30;
const minutesKept = 15;

export class Windows {
  #open: OpenScope;
  #total: ClosedScope | null = null;
  #slots: ClosedScope[] = [];
  #minutes: ClosedScope[] = [];
  #slotsSinceMinute = 0;
  readonly #closedParts = new Map<WindowSeconds, ClosedScope | null>();

  constructor(nowMs: number) {
    this.#open = new OpenScope(nowMs);
  }

  get open(): OpenScope {
    return this.#open;
  }

  /** Ends the open slot, which is returned, and begins the next. */
  closeSlot(nowMs: number): ClosedScope {
    const closed = this.#open.close(nowMs);
    this.#open = new OpenScope(nowMs);
    this.#total = this.#total === null ? closed : packedNow(mergeScopes([this.#total, closed]));
    this.#slots = [...this.#slots, closed].slice(-slotsKept);
    this.#slotsSinceMinute += 1;
    if (this.#slotsSinceMinute === slotsOfMinute) {
      this.#slotsSinceMinute = 0;
      const minute = merged(this.#slots.slice(-slotsOfMinute));
      if (minute !== null)
        this.#minutes = [...this.#minutes, packedNow(minute)].slice(-minutesKept);
    }
    this.#closedParts.clear();
    return closed;
  }

  /** `open`: the open slot as it is now, taken once for all that is asked at a time. */
  sinceStart(open: ClosedScope): ClosedScope {
    return this.#total === null ? open : mergeScopes([this.#total, open]);
  }

  last(seconds: WindowSeconds, open: ClosedScope): ClosedScope {
    let part = this.#closedParts.get(seconds);
    if (part === undefined) {
      // With what the open slot will hold when it closes, this is not longer than the window.
      part = this.#closedSince(open.startedAtMs + slotMs - seconds * 1_000, seconds);
      this.#closedParts.set(seconds, part);
    }
    return part === null ? open : mergeScopes([part, open]);
  }

  /** Closed slots of the last five minutes, the newest last. */
  get recentSlots(): readonly ClosedScope[] {
    return this.#slots;
  }

  #closedSince(fromMs: number, seconds: WindowSeconds): ClosedScope | null {
    // Timers come late, by a little.
    const isWithin = ({ startedAtMs }: ClosedScope) => startedAtMs >= fromMs - slotMs / 10;
    if (seconds * 1_000 <= slotsKept * slotMs) return merged(this.#slots.filter(isWithin));
    const loose = this.#slotsSinceMinute === 0 ? [] : this.#slots.slice(-this.#slotsSinceMinute);
    return merged([...this.#minutes, ...loose].filter(isWithin));
  }
}

function merged(scopes: readonly ClosedScope[]): ClosedScope | null {
  const [first, ...others] = scopes;
  return first === undefined ? null : mergeScopes([first, ...others]);
}
