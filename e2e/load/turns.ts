/**
 * Whose turn it is: hands messages to lanes, at once or each when it is due. Without coordinated
 * omission: a message is due by the timetable alone, and if no lane is free then, it waits and the
 * wait counts.
 */

export interface Turn {
  /** Within the share. */
  readonly position: number;
  /** When it was due or, without a timetable, when a lane took it. */
  readonly dueAtMs: number;
}

export interface Timetable {
  readonly firstDueAtMs: number;
  readonly everyMs: number;
  /** A free lane was there, and yet it began so much too late: the fault of the generator. */
  readonly onLate: (ms: number) => void;
}

type Take = (turn: Turn | null) => void;

export class Turns {
  readonly #count: number;
  readonly #timetable: Timetable | null;
  readonly #free: Take[] = [];
  #next = 0;
  #isTimerSet = false;

  constructor(count: number, timetable: Timetable | null) {
    this.#count = count;
    this.#timetable = timetable;
  }

  /** `null` when all have been handed out. */
  next(): Promise<Turn | null> {
    if (this.#next >= this.#count) return Promise.resolve(null);
    const nowMs = performance.now();
    if (this.#timetable === null) {
      return Promise.resolve({ position: this.#next++, dueAtMs: nowMs });
    }
    const dueAtMs = this.#dueAtMs(this.#timetable);
    if (dueAtMs <= nowMs) return Promise.resolve({ position: this.#next++, dueAtMs });
    return new Promise((resolve) => {
      this.#free.push(resolve);
      this.#setTimer(dueAtMs - nowMs);
    });
  }

  /** What has not been handed out never will be. */
  stop(): void {
    this.#next = this.#count;
    for (const take of this.#free.splice(0)) take(null);
  }

  #dueAtMs({ firstDueAtMs, everyMs }: Timetable): number {
    return firstDueAtMs + this.#next * everyMs;
  }

  #setTimer(delayMs: number): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    setTimeout(() => {
      this.#isTimerSet = false;
      if (this.#timetable !== null) this.#handOut(this.#timetable);
    }, delayMs);
  }

  #handOut(timetable: Timetable): void {
    const nowMs = performance.now();
    while (this.#next < this.#count) {
      const dueAtMs = this.#dueAtMs(timetable);
      if (this.#free.length === 0) return;
      if (dueAtMs > nowMs) {
        this.#setTimer(dueAtMs - nowMs);
        return;
      }
      timetable.onLate(nowMs - dueAtMs);
      this.#free.shift()?.({ position: this.#next++, dueAtMs });
    }
    this.stop();
  }
}
