/**
 * Sessions on their way into the store: collected, and written a few times a second in small
 * batches, one after the other, so that commits of mail pass between them. When writing fails it
 * is tried again; what waits is bounded, and the oldest are given up first.
 */
import type { PackedSession } from '../../db/session-types.ts';
import { clearTimeout, setTimeout } from '../timers.ts';

/** Ended and not yet written. */
export interface WaitingSession {
  readonly number: number;
  readonly packed: PackedSession;
}

export interface SessionWriterOptions {
  readonly save: (sessions: readonly PackedSession[]) => Promise<void>;
  /** The first of a row of failures. */
  readonly onError: (error: Error) => void;
  readonly writeEveryMs: number;
}

const batchMax = 100;
const retryMs = 1_000;
const waitingMax = 10_000;
const waitingBytesMax = 16 * 1024 * 1024;

export class SessionWriter {
  readonly #options: SessionWriterOptions;
  /** In order of their end. */
  #waiting: WaitingSession[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #failing = false;

  constructor(options: SessionWriterOptions) {
    this.#options = options;
  }

  get waiting(): readonly WaitingSession[] {
    return this.#waiting;
  }

  add(session: WaitingSession): void {
    this.#waiting.push(session);
    this.#waitingBytes += session.packed.length;
    if (this.#waiting.length > waitingMax || this.#waitingBytes > waitingBytesMax) {
      this.#forget(Math.ceil(this.#waiting.length / 10));
    }
    this.#plan(this.#options.writeEveryMs);
  }

  /** Resolves when all that waits is written, or could not be. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) await this.#start();
  }

  /** What is being written still gets there. */
  async drop(): Promise<void> {
    this.#forget(this.#waiting.length);
    await this.#writing;
  }

  #plan(afterMs: number): void {
    if (this.#timer !== null || this.#writing !== null) return;
    this.#timer = setTimeout(() => void this.#start(), afterMs).unref();
  }

  #start(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
      if (this.#waiting.length > 0) this.#plan(this.#failing ? retryMs : 0);
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, batchMax);
        await this.#options.save(batch.map(({ packed }) => packed));
        // Some may have been given up meanwhile.
        const written = new Set(batch);
        this.#forget(this.#waiting.findIndex((session) => !written.has(session)));
        this.#failing = false;
      }
    } catch (error) {
      if (!this.#failing) this.#options.onError(toError(error));
      this.#failing = true;
    }
  }

  /** A negative number: all. */
  #forget(count: number): void {
    const gone = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    for (const { packed } of gone) this.#waitingBytes -= packed.length;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
