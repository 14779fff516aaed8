/**
 * Group commit: messages are collected while the batch before them is committed, so under load
 * many share one transaction and alone none waits. A second batch under way at once would only make
 * both smaller. Octets that wait are bounded; what comes beyond is refused as congested, before it
 * costs memory.
 */
import type { NewMessage, StoreOutcome } from '../../db/types.ts';
import { setImmediate } from '../timers.ts';

export interface QueuedMessage {
  readonly message: NewMessage;
  /** `null` when commits are not timed. */
  readonly arrivedAtMs: number | null;
}

/** Commits a batch and answers for each message in order. May reject: then none is stored. */
export type CommitBatch = (batch: readonly QueuedMessage[]) => Promise<readonly StoreOutcome[]>;

export interface IntakeOptions {
  readonly commit: CommitBatch;
  /** `null` when commits are not timed. */
  readonly clockMs: (() => number) | null;
  readonly queuedBytesMax: number;
}

const batchMessagesMax = 256;
const batchBytesMax = 8 * 1024 * 1024;

interface Entry extends QueuedMessage {
  readonly resolve: (outcome: StoreOutcome) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  #queue: Entry[] = [];
  #queuedBytes = 0;
  #isCommitting = false;
  #planned = false;
  #closed = false;
  #idle: (() => void) | null = null;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  append(message: NewMessage): Promise<StoreOutcome> {
    return new Promise((resolve) => {
      if (this.#closed) {
        resolve({ kind: 'notStored', refusal: 'storageFailed' });
        return;
      }
      // One message is always let in, however large, or it could never be stored.
      const total = this.#queuedBytes + message.sizeBytes;
      if (this.#queuedBytes > 0 && total > this.#options.queuedBytesMax) {
        resolve({ kind: 'notStored', refusal: 'congested' });
        return;
      }
      this.#queuedBytes = total;
      this.#queue.push({ message, arrivedAtMs: this.#options.clockMs?.() ?? null, resolve });
      this.#plan();
    });
  }

  /** Resolves when everything queued has its answer; later appends are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#queue.length === 0 && !this.#isCommitting) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Later in this turn of the loop, so that all that arrives in one turn goes together. */
  #plan(): void {
    if (this.#planned || this.#isCommitting) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const batch = this.#takeBatch();
    if (batch.length === 0) return;
    this.#isCommitting = true;
    // Refused outcomes, not errors, go to the senders; the thread's end is reported elsewhere.
    const outcomes = await this.#options.commit(batch).catch(() => []);
    this.#isCommitting = false;
    batch.forEach((entry, index) => {
      this.#queuedBytes -= entry.message.sizeBytes;
      entry.resolve(outcomes[index] ?? { kind: 'notStored', refusal: 'storageFailed' });
    });
    if (this.#queue.length > 0) this.#plan();
    else this.#idle?.();
  }

  #takeBatch(): readonly Entry[] {
    let bytes = 0;
    let end = 0;
    for (const entry of this.#queue) {
      bytes += entry.message.sizeBytes;
      if (end > 0 && (end === batchMessagesMax || bytes > batchBytesMax)) break;
      end += 1;
    }
    const batch = this.#queue.slice(0, end);
    this.#queue = this.#queue.slice(end);
    return batch;
  }
}
