/**
 * Tells the event bus of sessions: at once when one opens or ends, and of changes in between at
 * most four times a second. A busy server has more of them than anybody can follow: beyond a number
 * for each quarter of a second only `sessions-changed` is said, once a second, which means that the
 * list should be fetched again.
 */
import type { EventBus } from '../events.ts';
import { clearInterval, setInterval } from '../timers.ts';
import type { RecordedSession } from './recorded-session.ts';

const tickMs = 250;
const eventsPerTickMax = 50;
const ticksPerOverflowEvent = 4;

export class Announcer {
  readonly #events: EventBus;
  #changed: RecordedSession[] = [];
  #eventsLeft = eventsPerTickMax;
  #overflow = false;
  #ticksSinceOverflowEvent = ticksPerOverflowEvent;
  #timer: NodeJS.Timeout | null = null;

  constructor(events: EventBus) {
    this.#events = events;
  }

  opened(session: RecordedSession): void {
    this.#publish(session);
  }

  ended(session: RecordedSession): void {
    this.#publish(session);
  }

  changed(session: RecordedSession): void {
    if (session.changeNoted) return;
    if (this.#changed.length >= eventsPerTickMax) {
      this.#overflow = true;
      return;
    }
    session.changeNoted = true;
    this.#changed.push(session);
    this.#startTimer();
  }

  cleared(): void {
    this.#events.publish({ kind: 'sessions-changed' });
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #publish(session: RecordedSession): void {
    this.#startTimer();
    if (this.#eventsLeft === 0) {
      this.#overflow = true;
      return;
    }
    this.#eventsLeft -= 1;
    this.#events.publish({ kind: 'session', session: session.summary() });
  }

  /** It runs while there is something to tell, and one tick longer. */
  #startTimer(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    const idle = this.#changed.length === 0 && this.#eventsLeft === eventsPerTickMax;
    this.#eventsLeft = eventsPerTickMax;
    this.#ticksSinceOverflowEvent += 1;
    const changed = this.#changed;
    this.#changed = [];
    for (const session of changed) {
      session.changeNoted = false;
      if (session.isOpen) this.#publish(session);
    }
    if (this.#overflow && this.#ticksSinceOverflowEvent >= ticksPerOverflowEvent) {
      this.#overflow = false;
      this.#ticksSinceOverflowEvent = 0;
      this.#events.publish({ kind: 'sessions-changed' });
    }
    if (idle && !this.#overflow) this.close();
  }
}
