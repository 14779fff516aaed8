/**
 * The side of the storage that changes it: commits batches, then, between them, reads and indexes
 * what was committed, applies retention, purges what was removed, moves the log into the file.
 *
 * Commits come first. Everything else is done in slices, so that a commit never waits for more
 * than one of them. While mail pours in the slices are small and a pause lies between them; when
 * somebody waits for the result (`hurry`), or nothing else is to do, they follow each other.
 * Synchronous throughout: it runs in a thread of its own or, the same, in the calling one.
 */
import { HistoryStore } from '../../db/history-store.ts';
import type { HistoryRow } from '../../db/history-types.ts';
import type { InboxChange, InboxOutcome, NewInbox } from '../../db/inbox-types.ts';
import type { Filed, Filing, PendingMessage } from '../../db/message-filing.ts';
import type { Pruned } from '../../db/message-pruning.ts';
import { type Removed, SqliteMessageStore } from '../../db/message-store.ts';
import type { InboxFilling, Unfilled } from '../../db/named-inboxes.ts';
import { checkpoint, type OpenDatabase, vacuumSlice } from '../../db/open.ts';
import type { AppendRow } from '../../db/rows.ts';
import { splitPacked } from '../../db/session-rows.ts';
import { SessionStore } from '../../db/session-store.ts';
import { isFull, toStoreError } from '../../db/store-error.ts';
import type {
  InboxMembers,
  PlacedMessage,
  ReadingResult,
  Retention,
  Selection,
  StoreOutcome,
  TagRenaming,
} from '../../db/types.ts';
import {
  clearImmediate,
  clearInterval,
  clearTimeout,
  epochMs,
  monotonicMs,
  monotonicStartMs,
  setImmediate,
  setInterval,
  setTimeout,
} from '../timers.ts';
import { readPending, unreadable } from './reading.ts';

/** A message on its way to a commit. */
export interface AppendItem {
  readonly row: AppendRow;
  /** On the clock of `clockMs`; `null` when commits are not timed. */
  readonly arrivedAtMs: number | null;
}

export type WriterNotice =
  | {
      readonly kind: 'filed';
      readonly messages: readonly PlacedMessage[];
      readonly filedSeq: number;
    }
  /** What reading took, for each of some messages. */
  | { readonly kind: 'read'; readonly tookMs: readonly number[] }
  | {
      readonly kind: 'pruned';
      readonly ids: readonly string[];
      readonly inboxes: readonly InboxMembers[];
      /** Whose limits these messages were beyond. */
      readonly limits: 'store' | 'inbox';
    }
  | { readonly kind: 'error'; readonly message: string };

export interface MarkedRead {
  readonly ids: readonly string[] | null;
  /** What the changed messages look like now; `null` when they are many. */
  readonly messages: readonly PlacedMessage[] | null;
}

const summariesMax = 20;
/** Mail pours in when the last commit is not longer ago than this. */
const pouringMs = 100;
const pauseMs = 25;
/** Of a pouring thread's time; with more of it taken by commits, reading stands back. */
const commitShareMax = 0.3;
/**
 * One slice reads for so long and indexes what it has read, which takes about as long again. More
 * in one slice makes a smaller index and less work; fewer keep commits from waiting.
 */
const sliceWhilePouring = { count: 64, bytes: 2 * 1024 * 1024, readMs: 4 };
const sliceWhenIdle = { count: 256, bytes: 8 * 1024 * 1024, readMs: 25 };
const housekeepingMs = 500;
const housekeepingSlice = 64;
/** Narrow rows, of which many go in the time of one message. */
const sweepSlice = 512;
const retryMs = 1_000;
/** Commit times kept for messages that wait to be read. */
const commitTimesMax = 50_000;

export interface WriterRules {
  readonly retention: Retention;
  /** Whether the time of commits and readings is kept. The clock that paces reading runs anyway. */
  readonly timed: boolean;
}

/** A clock that all threads of the process share. */
export function clockMs(): number {
  return monotonicStartMs + monotonicMs();
}

export class Writer {
  readonly #open: OpenDatabase;
  readonly #store: SqliteMessageStore;
  readonly #timed: boolean;
  readonly #notify: (notice: WriterNotice) => void;
  /** Made when first needed, as a short-lived store may never be. */
  #sessions: SessionStore | null = null;
  #history: HistoryStore | null = null;
  readonly #commitTimes = new Map<number, number>();
  #lastAppendAtMs = 0;
  #lastSliceAtMs = 0;
  /** Spent in commits since the last slice began. */
  #committingMs = 0;
  #hurryUntilSeq = 0;
  #reading: { readonly cancel: () => void; readonly soon: boolean } | null = null;
  #housekeeping: NodeJS.Timeout | null = null;
  #logged = false;
  #sliceCount = sliceWhilePouring.count;
  #closed = false;

  constructor(
    open: OpenDatabase,
    { retention, timed }: WriterRules,
    notify: (notice: WriterNotice) => void,
  ) {
    this.#open = open;
    this.#timed = timed;
    this.#notify = notify;
    this.#store = new SqliteMessageStore(open.database, retention);
    this.#planReading();
    this.#planHousekeeping();
  }

  /** Both seqs, for whoever has to know how far behind the reading is. */
  progress(): { readonly lastSeq: number; readonly filedSeq: number } {
    return this.#store.tally;
  }

  /** One transaction for all; when the fault may lie with one of them, each is tried alone. */
  append(items: readonly AppendItem[]): readonly StoreOutcome[] {
    const startedMs = monotonicMs();
    const outcomes = this.#appendOrSplit(items);
    this.#lastAppendAtMs = monotonicMs();
    this.#committingMs += this.#lastAppendAtMs - startedMs;
    this.#logged = true;
    this.#planReading();
    return outcomes;
  }

  /** Somebody waits until this message is read. */
  hurry(seq: number): void {
    this.#hurryUntilSeq = Math.max(this.#hurryUntilSeq, seq);
    this.#planReading();
  }

  markRead(change: { readonly selection: Selection; readonly isRead: boolean }): MarkedRead {
    return this.#changing(() => {
      const ids = this.#store.markRead(change.selection, change.isRead);
      const few = ids !== null && ids.length <= summariesMax;
      return { ids, messages: few ? this.#store.summaries(ids) : null };
    });
  }

  setTags(change: { readonly id: string; readonly tags: readonly string[] }): PlacedMessage | null {
    return this.#changing(() => this.#store.setTags(change.id, change.tags));
  }

  renameTag(change: { readonly tag: string; readonly name: string }): TagRenaming {
    return this.#changing(() => this.#store.renameTag(change.tag, change.name));
  }

  deleteTag(tag: string): boolean {
    return this.#changing(() => this.#store.deleteTag(tag));
  }

  remove(selection: Selection): Removed {
    return this.#changing(() => this.#store.remove(selection, epochMs()));
  }

  undoRemoval(removalId: string): readonly string[] | null {
    return this.#changing(() => this.#store.undoRemoval(removalId, epochMs()));
  }

  createInbox(inbox: NewInbox): InboxOutcome {
    return this.#changing(() => this.#store.createInbox(inbox, epochMs()));
  }

  changeInbox({ id, change }: { readonly id: string; readonly change: InboxChange }): InboxOutcome {
    return this.#changing(() => this.#store.changeInbox(id, change));
  }

  deleteInbox(id: string): boolean {
    return this.#changing(() => this.#store.deleteInbox(id));
  }

  unfilledInboxes(): readonly Unfilled[] {
    return this.#store.unfilledInboxes();
  }

  /** Callers keep the slices small: a commit may have to wait for one. */
  fillInbox(filling: InboxFilling): boolean {
    return this.#changing(() => this.#store.fillInbox(filling));
  }

  /** Callers keep the batches small: a commit may have to wait for one. */
  saveSessions(joined: Uint8Array): void {
    this.#changing(() => {
      this.#sessions ??= new SessionStore(this.#open.database);
      this.#sessions.save(splitPacked(joined));
    });
  }

  clearSessions(): number {
    return this.#changing(() => {
      this.#sessions ??= new SessionStore(this.#open.database);
      return this.#sessions.clear();
    });
  }

  saveHistory(rows: readonly HistoryRow[]): void {
    this.#changing(() => {
      this.#history ??= new HistoryStore(this.#open.database);
      this.#history.save(rows);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reading?.cancel();
    if (this.#housekeeping !== null) clearInterval(this.#housekeeping);
    this.#open.close();
  }

  #changing<T>(work: () => T): T {
    try {
      this.#logged = true;
      return work();
    } catch (error) {
      if (isFull(error)) this.#reuseLog();
      throw toStoreError(error, this.#open.database.name);
    }
  }

  #appendOrSplit(items: readonly AppendItem[]): readonly StoreOutcome[] {
    try {
      return this.#commit(items);
    } catch (error) {
      if (isFull(error)) {
        this.#reuseLog();
        return items.map(() => ({ kind: 'notStored', refusal: 'storageFull' }));
      }
      if (items.length > 1) return items.flatMap((item) => this.#appendOrSplit([item]));
      this.#notify({
        kind: 'error',
        message: `A message could not be stored. ${toStoreError(error, this.#open.database.name).message}`,
      });
      return [{ kind: 'notStored', refusal: 'storageFailed' }];
    }
  }

  #commit(items: readonly AppendItem[]): readonly StoreOutcome[] {
    const { firstSeq, pruned } = this.#store.append(items.map((item) => item.row));
    if (this.#timed) this.#keepCommitTimes(items, firstSeq);
    this.#reportPruned(pruned, 'store');
    return items.map((item, index) => ({
      kind: 'stored',
      id: item.row.id,
      seq: firstSeq + index,
    }));
  }

  #keepCommitTimes(items: readonly AppendItem[], firstSeq: number): void {
    const now = clockMs();
    for (const [index, { arrivedAtMs }] of items.entries()) {
      if (arrivedAtMs === null || this.#commitTimes.size >= commitTimesMax) continue;
      this.#commitTimes.set(firstSeq + index, Math.max(0, now - arrivedAtMs));
    }
  }

  #reportPruned({ ids, inboxes }: Pruned, limits: 'store' | 'inbox'): void {
    if (ids.length > 0) this.#notify({ kind: 'pruned', ids, inboxes, limits });
  }

  /** The log is only used anew from its start once all of it is in the file. */
  #reuseLog(): void {
    try {
      checkpoint(this.#open.database);
    } catch {
      // Without room for this either there is nothing to do but wait; the refusal has been given.
    }
  }

  #isPouring(): boolean {
    return monotonicMs() - this.#lastAppendAtMs < pouringMs;
  }

  #planReading(afterMs = 0): void {
    if (this.#closed) return;
    const { lastSeq, filedSeq } = this.#store.tally;
    if (filedSeq >= lastSeq) return;
    const soon = filedSeq < this.#hurryUntilSeq;
    if (this.#reading !== null) {
      // A hurried reading does not wait for the pause that was planned before.
      if (!soon || this.#reading.soon) return;
      this.#reading.cancel();
    }
    const run = (): void => {
      this.#reading = null;
      this.#readSlice();
    };
    if (soon || afterMs === 0) {
      const immediate = setImmediate(run);
      this.#reading = { cancel: () => clearImmediate(immediate), soon: true };
    } else {
      const timer = setTimeout(run, afterMs);
      this.#reading = { cancel: () => clearTimeout(timer), soon: false };
    }
  }

  /**
   * While mail pours in, a pause lets messages gather, for many at once are far less work to
   * index, and leaves the machine to the commits where these need it.
   */
  #pauseMs(): number {
    const startedMs = monotonicMs();
    const share = this.#committingMs / (startedMs - this.#lastSliceAtMs);
    this.#lastSliceAtMs = startedMs;
    this.#committingMs = 0;
    if (!this.#isPouring()) return 0;
    const { lastSeq, filedSeq } = this.#store.tally;
    const isBehind = lastSeq - filedSeq > 2 * sliceWhilePouring.count;
    return isBehind && share < commitShareMax ? 0 : pauseMs;
  }

  #readSlice(): void {
    const pouring = this.#isPouring();
    const pause = this.#pauseMs();
    try {
      const slice = pouring ? sliceWhilePouring : sliceWhenIdle;
      const count = Math.min(slice.count, this.#sliceCount);
      const filings = this.#read(this.#store.pending({ ...slice, count }), slice.readMs);
      // Fetch no more than what this machine reads in the time.
      this.#sliceCount = filings.length < count ? filings.length + 1 : count * 2;
      this.#file(filings);
      for (const { reading } of filings) this.#commitTimes.delete(reading.seq);
      this.#planReading(pause);
    } catch (error) {
      this.#notify({
        kind: 'error',
        message: `Reading stored messages will be tried again. ${toStoreError(error, this.#open.database.name).message}`,
      });
      this.#hurryUntilSeq = 0;
      this.#planReading(retryMs);
    }
  }

  #read(pending: readonly PendingMessage[], readMs: number): readonly Filing[] {
    let startedMs = monotonicMs();
    const endMs = startedMs + readMs;
    const filings: Filing[] = [];
    const tookMs: number[] = [];
    for (const message of pending) {
      const commitMs = this.#commitTimes.get(message.seq) ?? null;
      filings.push({ reading: readPending(message), envelope: message.envelope, commitMs });
      const nowMs = monotonicMs();
      tookMs.push(nowMs - startedMs);
      startedMs = nowMs;
      if (nowMs > endMs) break;
    }
    if (this.#timed && tookMs.length > 0) this.#notify({ kind: 'read', tookMs });
    return filings;
  }

  #file(filings: readonly Filing[]): void {
    if (filings.length === 0) return;
    let filed: readonly Filed[];
    try {
      filed = [this.#store.file(filings)];
    } catch (error) {
      if (isFull(error)) throw error;
      // One of them does not fit the tables: find it, and keep what can be kept of the others.
      filed = filings.map((filing) => this.#fileAlone(filing));
    }
    const { filedSeq } = this.#store.tally;
    const messages = filed.flatMap((one) => one.messages);
    this.#notify({ kind: 'filed', messages, filedSeq });
    for (const { pruned } of filed) this.#reportPruned(pruned, 'inbox');
  }

  #fileAlone(filing: Filing): Filed {
    try {
      return this.#store.file([filing]);
    } catch (error) {
      if (isFull(error)) throw error;
      const reading: ReadingResult = unreadable(filing.reading.seq);
      return this.#store.file([{ ...filing, reading }]);
    }
  }

  #planHousekeeping(): void {
    this.#housekeeping = setInterval(() => this.#keepHouse(), housekeepingMs);
    this.#housekeeping.unref();
  }

  /** Slices until a commit or a reading is due; what remains is done the next time. */
  #keepHouse(): void {
    if (this.#closed) return;
    try {
      const now = epochMs();
      const pruned = this.#store.prune(now, housekeepingSlice);
      this.#reportPruned(pruned, 'store');
      const beyond = this.#store.pruneInboxes(now, housekeepingSlice);
      this.#reportPruned(beyond, 'inbox');
      if (this.#isPouring() || this.#reading !== null) return;
      const gone =
        pruned.count +
        beyond.count +
        this.#store.purge(now, housekeepingSlice) +
        this.#store.sweepInboxes(sweepSlice);
      const more = gone > 0 || vacuumSlice(this.#open.database);
      if (more) {
        this.#logged = true;
        setImmediate(() => this.#keepHouse());
      } else if (this.#logged && !this.#open.database.memory) {
        this.#logged = !checkpoint(this.#open.database);
      }
    } catch (error) {
      if (isFull(error)) return;
      this.#notify({
        kind: 'error',
        message: `Tidying the store will be tried again. ${toStoreError(error, this.#open.database.name).message}`,
      });
    }
  }
}
