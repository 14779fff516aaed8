/**
 * Reads what was committed: takes messages from the store in order, finds out what is in them, puts
 * their words into the index, and hands the rest over to be filed by the writer.
 *
 * The words go first, so a message that counts as read can be found. Commits are not held up by any
 * of it, for the index is a file of its own; but they may need the processor. While mail pours in,
 * reading therefore rests between its slices, until so much waits that it would not be done within
 * two seconds after the last message; and the more messages a slice has, the less work is each.
 * When somebody waits for the result (`hurry`), or nothing else is to do, there is no rest.
 *
 * A crash leaves the index ahead of the filing, or behind it when it is made anew: reading starts
 * with what either of them lacks.
 */
import type { Filing } from '../../db/message-filing.ts';
import type { CommittedRow, PendingMessages } from '../../db/pending-messages.ts';
import { indexColumns } from '../../db/rows.ts';
import type { IndexEntry, SearchIndex } from '../../db/search-index.ts';
import { isFull, toStoreError } from '../../db/store-error.ts';
import { clearImmediate, clearTimeout, monotonicMs, setImmediate, setTimeout } from '../timers.ts';
import { type FilingBatch, packFilings } from './filing-batch.ts';
import { readPending } from './reading.ts';

export type IndexerNotice =
  /** To be filed, one after the other; `filed` tells how it went. */
  | { readonly kind: 'filings'; readonly batch: FilingBatch }
  /** All up to this one are read and handed over; `wake` when there are more. */
  | { readonly kind: 'idle'; readonly readSeq: number }
  /** What reading took, for each of some messages; only when timed. */
  | { readonly kind: 'read'; readonly tookMs: readonly number[] }
  | { readonly kind: 'error'; readonly message: string };

/** How much is read at a time, and how long the rest is in relation, while mail pours in. */
export interface ReadingPace {
  readonly messages: number;
  readonly bytes: number;
  readonly readMs: number;
  readonly restShare: number;
  /** Of the index, at a time, while nothing else is to do. */
  readonly mergePages: number;
}

/** In a thread of its own nobody waits for a slice but who asked for its messages. */
export const paceOfThread: ReadingPace = {
  messages: 512,
  bytes: 8 * 1024 * 1024,
  readMs: 50,
  restShare: 3,
  mergePages: 256,
};

/** In the thread that accepts, where a slice holds up everything. */
export const paceOfCaller: ReadingPace = {
  messages: 64,
  bytes: 2 * 1024 * 1024,
  readMs: 4,
  restShare: 1,
  mergePages: 16,
};

export interface IndexerParts {
  readonly messages: PendingMessages;
  readonly index: SearchIndex;
  readonly location: string;
  readonly close: () => void;
}

/** For messages to gather: many at once are far less work to index. */
const gatherMs = 25;
/** What is read within about two seconds. */
const backlogMax = 8_000;
/** So many are filed at a time, because a commit may have to wait for it. */
const batchMax = 64;
/** Handed over and not filed; beyond, the writer has to catch up first. */
const batchesMax = 16;
const retryMs = 1_000;
/** Short, as each takes only milliseconds; long enough for what comes between to go first. */
const mergeEveryMs = 20;

interface Read {
  readonly filing: Filing;
  readonly entry: IndexEntry;
}

export class Indexer {
  readonly #open: () => IndexerParts;
  readonly #pace: ReadingPace;
  readonly #timed: boolean;
  readonly #notify: (notice: IndexerNotice) => void;
  #parts: IndexerParts | null = null;
  /** Read, and handed over to be filed. */
  #readSeq = 0;
  #filedSeq = 0;
  /** As far as the store went at the start, until the index was compared with it. */
  #unreconciledSeq: number | null = null;
  /** As far as the store went when it was last looked at. */
  #lastSeq = 0;
  #hurryUntilSeq = 0;
  #batchesUnderWay = 0;
  #planned: { readonly cancel: () => void; readonly soon: boolean } | null = null;
  /** Something was written since it was last found to be in one piece. */
  #mergeable = true;
  #merging: NodeJS.Timeout | null = null;
  #closed = false;

  /** The store is opened by `start`, for it may not exist before. */
  constructor(
    open: () => IndexerParts,
    rules: { readonly pace: ReadingPace; readonly timed: boolean },
    notify: (notice: IndexerNotice) => void,
  ) {
    this.#open = open;
    this.#pace = rules.pace;
    this.#timed = rules.timed;
    this.#notify = notify;
  }

  /** Before anything more is stored. What it then has to look through is not waited for. */
  start(): void {
    this.#parts = this.#open();
    const { lastSeq, filedSeq } = this.#parts.messages.tally();
    this.#filedSeq = filedSeq;
    this.#unreconciledSeq = lastSeq;
    this.#plan(0);
  }

  /** There are messages that it has not seen. */
  wake(): void {
    this.#plan(0);
  }

  /** Somebody waits until this message is filed. */
  hurry(seq: number): void {
    this.#hurryUntilSeq = Math.max(this.#hurryUntilSeq, seq);
    if (this.#readSeq < seq) this.#plan(0);
  }

  /** How it went with one batch, in the order in which they were handed over. */
  filed({ upToSeq, ok }: { readonly upToSeq: number; readonly ok: boolean }): void {
    this.#batchesUnderWay = Math.max(0, this.#batchesUnderWay - 1);
    if (ok) {
      this.#filedSeq = Math.max(this.#filedSeq, upToSeq);
      if (this.#batchesUnderWay === batchesMax - 1) this.#plan(0);
      return;
    }
    this.#readSeq = Math.min(this.#readSeq, this.#filedSeq);
    this.#hurryUntilSeq = 0;
    this.#plan(retryMs);
  }

  /** Messages that are gone for good. */
  forget(seqs: readonly number[]): void {
    try {
      this.#parts?.index.remove(seqs);
    } catch (error) {
      // The next start finds them.
      this.#report('Words of deleted messages stay in the index for now.', error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#planned?.cancel();
    if (this.#merging !== null) clearTimeout(this.#merging);
    this.#parts?.close();
    this.#parts = null;
  }

  #plan(afterMs: number): void {
    if (this.#closed) return;
    const soon = afterMs === 0;
    if (this.#planned !== null) {
      // A hurried reading does not wait for the rest that was planned before.
      if (!soon || this.#planned.soon) return;
      this.#planned.cancel();
    }
    const run = (): void => {
      this.#planned = null;
      this.#slice();
    };
    if (soon) {
      const immediate = setImmediate(run);
      this.#planned = { cancel: () => clearImmediate(immediate), soon };
    } else {
      const timer = setTimeout(run, afterMs);
      this.#planned = { cancel: () => clearTimeout(timer), soon };
    }
  }

  #slice(): void {
    if (this.#parts === null || this.#batchesUnderWay >= batchesMax) return;
    const startedAtMs = monotonicMs();
    const seenBefore = this.#lastSeq;
    try {
      this.#reconcile(this.#parts);
      const isIdle = this.#readOn(this.#parts);
      if (isIdle) {
        this.#notify({ kind: 'idle', readSeq: this.#readSeq });
        this.#planMerge();
      } else this.#plan(this.#restMs(monotonicMs() - startedAtMs, this.#lastSeq > seenBefore));
    } catch (error) {
      this.#report('Reading stored messages will be tried again.', error);
      this.#hurryUntilSeq = 0;
      this.#plan(retryMs);
    }
  }

  #reconcile({ index }: IndexerParts): void {
    if (this.#unreconciledSeq === null) return;
    index.reconcile(this.#unreconciledSeq);
    this.#readSeq = Math.min(this.#filedSeq, index.indexedSeq);
    this.#unreconciledSeq = null;
  }

  /** Once mail no longer comes; any message goes before. */
  #planMerge(): void {
    if (!this.#mergeable || this.#merging !== null || this.#closed) return;
    this.#merging = setTimeout(() => {
      this.#merging = null;
      if (this.#parts === null || this.#planned !== null) return;
      try {
        this.#mergeable = this.#parts.index.merge(this.#pace.mergePages);
        this.#planMerge();
      } catch (error) {
        // A full disk, or somebody else's lock: it is only slower then.
        this.#mergeable = false;
        if (!isFull(error)) this.#report('The index of words was not tidied up.', error);
      }
    }, mergeEveryMs);
    this.#merging.unref();
  }

  #restMs(tookMs: number, poursIn: boolean): number {
    if (!poursIn || this.#readSeq < this.#hurryUntilSeq) return 0;
    if (this.#lastSeq - this.#readSeq > backlogMax) return 0;
    return Math.max(gatherMs, tookMs * this.#pace.restShare);
  }

  /** One slice; returns whether that was all. */
  #readOn({ messages, index }: IndexerParts): boolean {
    this.#lastSeq = messages.tally().lastSeq;
    const afterSeq = this.#readSeq;
    const read = this.#read(messages, messages.after(afterSeq, this.#pace.messages));
    const last = read.at(-1)?.entry.seq;
    // Messages deleted before they were read leave a gap at the end that nothing else will close.
    const upToSeq = last ?? this.#lastSeq;
    if (upToSeq === afterSeq) return true;
    this.#index(
      index,
      read.map(({ entry }) => entry).filter(({ seq }) => seq > index.indexedSeq),
      upToSeq,
    );
    this.#readSeq = upToSeq;
    this.#handOver(
      read.map(({ filing }) => filing),
      { afterSeq, upToSeq },
    );
    return false;
  }

  /** At least one, then as many as the pace allows. */
  #read(messages: PendingMessages, rows: readonly CommittedRow[]): readonly Read[] {
    const read: Read[] = [];
    const tookMs: number[] = [];
    const endAtMs = monotonicMs() + this.#pace.readMs;
    const wantsWords = messages.wantsWords();
    let bytes = 0;
    for (const row of rows) {
      bytes += row.size_bytes;
      const startedAtMs = monotonicMs();
      if (read.length > 0 && (bytes > this.#pace.bytes || startedAtMs > endAtMs)) break;
      read.push(readOne(row, messages, wantsWords));
      tookMs.push(monotonicMs() - startedAtMs);
    }
    if (this.#timed && tookMs.length > 0) this.#notify({ kind: 'read', tookMs });
    return read;
  }

  #index(index: SearchIndex, entries: readonly IndexEntry[], upToSeq: number): void {
    if (upToSeq <= index.indexedSeq) return;
    try {
      this.#mergeable = true;
      index.add(entries, upToSeq);
    } catch (error) {
      if (isFull(error)) throw error;
      // One of them does not fit: find it, and go on without its words.
      for (const entry of entries) this.#indexAlone(index, entry);
      index.add([], upToSeq);
    }
  }

  #indexAlone(index: SearchIndex, entry: IndexEntry): void {
    try {
      index.add([entry], entry.seq);
    } catch (error) {
      if (isFull(error)) throw error;
      this.#report('A message will not be found by its words.', error);
    }
  }

  #handOver(
    read: readonly Filing[],
    { afterSeq, upToSeq }: { readonly afterSeq: number; readonly upToSeq: number },
  ): void {
    if (upToSeq <= this.#filedSeq) return;
    let from = afterSeq;
    for (let at = 0; at === 0 || at < read.length; at += batchMax) {
      const filings = read.slice(at, at + batchMax);
      const isLast = at + batchMax >= read.length;
      const to = isLast ? upToSeq : (filings.at(-1)?.row.seq ?? upToSeq);
      this.#batchesUnderWay += 1;
      this.#notify({
        kind: 'filings',
        batch: packFilings(filings, { afterSeq: from, upToSeq: to }),
      });
      from = to;
    }
  }

  #report(what: string, error: unknown): void {
    const location = this.#parts?.location ?? '';
    this.#notify({ kind: 'error', message: `${what} ${toStoreError(error, location).message}` });
  }
}

function readOne(row: CommittedRow, messages: PendingMessages, wantsWords: boolean): Read {
  const { seq } = row;
  const { envelope, wire, raw } = messages.content(seq);
  const { reading, indexText } = readPending({ seq, raw, wire });
  const texts = indexColumns(reading, envelope, indexText);
  const filing = { row, envelope, reading, texts: wantsWords ? texts : null };
  return { filing, entry: { seq, texts } };
}
