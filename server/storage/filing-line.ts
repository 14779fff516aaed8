/**
 * The way from the indexer to the writer, and what waits for its end.
 *
 * Read your writes: a message is acknowledged when it is committed, and read a moment later. Whoever
 * asks therefore waits until everything acknowledged before is filed, and asks the indexer to make
 * haste; after `catchUpMs` it goes ahead, and such rows show as pending.
 */
import { clearTimeout, setTimeout } from '../timers.ts';
import type { FilingBatch } from './filing-batch.ts';
import type { Indexer } from './indexer.ts';
import type { Channel } from './thread-channel.ts';
import type { Filed, Writer } from './writer.ts';

const catchUpMs = 2_000;

export interface FilingLineOptions {
  readonly indexer: Channel<Indexer>;
  readonly writer: Channel<Writer>;
  readonly onFiled: (filed: Filed) => void;
  /** Whether anybody wants to be told of each message. */
  readonly isTold: () => boolean;
  readonly onError: (error: Error) => void;
}

interface Waiting {
  readonly seq: number;
  readonly resolve: () => void;
}

export class FilingLine {
  readonly #options: FilingLineOptions;
  readonly #waiting = new Set<Waiting>();
  #batches: FilingBatch[] = [];
  #filing: Promise<void> | null = null;
  #acknowledgedSeq: number;
  #filedSeq: number;
  #indexerIdle = false;
  #closed = false;

  constructor(
    options: FilingLineOptions,
    progress: { readonly lastSeq: number; readonly filedSeq: number },
  ) {
    this.#options = options;
    this.#acknowledgedSeq = progress.lastSeq;
    this.#filedSeq = progress.filedSeq;
  }

  /** Messages acknowledged that are not filed. */
  get depth(): number {
    return Math.max(0, this.#acknowledgedSeq - this.#filedSeq);
  }

  acknowledged(seq: number): void {
    this.#acknowledgedSeq = Math.max(this.#acknowledgedSeq, seq);
    if (this.#indexerIdle) this.#wakeIndexer();
  }

  indexerIsIdle(readSeq: number): void {
    this.#indexerIdle = true;
    if (readSeq < this.#acknowledgedSeq) this.#wakeIndexer();
  }

  add(batch: FilingBatch): void {
    this.#batches.push(batch);
    this.#filing ??= this.#file().finally(() => {
      this.#filing = null;
    });
  }

  /** Resolves when everything acknowledged so far is filed, or has been waited for long enough. */
  async caughtUp(): Promise<void> {
    const seq = this.#acknowledgedSeq;
    if (this.#filedSeq >= seq || this.#closed) return;
    // An indexer that cannot be reached has reported that itself; the wait ends by its limit.
    this.#options.indexer.call('hurry', seq).catch(() => {});
    await new Promise<void>((resolve) => {
      const waiting = { seq, resolve: () => done() };
      const timer = setTimeout(() => done(), catchUpMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve();
      };
      this.#waiting.add(waiting);
    });
  }

  /** Nobody waits any more; what is with the writer gets there. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#batches = [];
    this.#wake(Number.POSITIVE_INFINITY);
    await this.#filing;
  }

  #wakeIndexer(): void {
    this.#indexerIdle = false;
    this.#options.indexer.call('wake', undefined).catch(() => {});
  }

  /** One after the other, so that commits pass between them. */
  async #file(): Promise<void> {
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      const { upToSeq, packed } = batch;
      let ok = false;
      try {
        const order = { batch, isTold: this.#options.isTold() };
        const filed = await this.#options.writer.call('file', order, [packed.buffer]);
        ok = filed !== null;
        if (filed !== null) {
          this.#filedSeq = Math.max(this.#filedSeq, filed.filedSeq);
          this.#options.onFiled(filed);
          this.#wake(this.#filedSeq);
        }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.onError(new Error(`Reading stored messages will be tried again. ${why}`));
      }
      // Not waited for: it may be in the middle of a slice.
      this.#options.indexer.call('filed', { upToSeq, ok }).catch(() => {});
    }
  }

  #wake(filedSeq: number): void {
    for (const waiting of [...this.#waiting]) if (waiting.seq <= filedSeq) waiting.resolve();
  }
}
