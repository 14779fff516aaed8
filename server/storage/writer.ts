/**
 * The side of the storage that changes it: commits batches, files what the indexer has read, and in
 * between applies retention, purges what was removed, moves the log into the file.
 *
 * Commits come first. Everything else is done in slices, so that a commit never waits for more
 * than one of them. Synchronous throughout: it runs in a thread of its own or, the same, in the
 * calling one.
 */
import { HistoryStore } from '../../db/history-store.ts';
import type { HistoryRow } from '../../db/history-types.ts';
import type { InboxChange, InboxOutcome, NewInbox } from '../../db/inbox-types.ts';
import type { Filing, FilingRules, Filed as StoredFiling } from '../../db/message-filing.ts';
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
  Retention,
  Selection,
  StoreOutcome,
  TagRenaming,
} from '../../db/types.ts';
import {
  clearInterval,
  epochMs,
  monotonicMs,
  monotonicStartMs,
  setImmediate,
  setInterval,
} from '../timers.ts';
import { type FilingBatch, unpackFilings } from './filing-batch.ts';
import { unreadable } from './reading.ts';

/** A message on its way to a commit. */
export interface AppendItem {
  readonly row: AppendRow;
  /** On the clock of `clockMs`; `null` when commits are not timed. */
  readonly arrivedAtMs: number | null;
}

export type WriterNotice =
  | {
      readonly kind: 'pruned';
      readonly ids: readonly string[];
      readonly inboxes: readonly InboxMembers[];
      /** Whose limits these messages were beyond. */
      readonly limits: 'store' | 'inbox';
    }
  /** Messages that are gone for good, whoever wanted it. */
  | { readonly kind: 'deleted'; readonly seqs: readonly number[] }
  | { readonly kind: 'error'; readonly message: string };

export interface Filed extends Pick<StoredFiling, 'messages' | 'received'> {
  readonly filedSeq: number;
}

export interface FilingOrder {
  readonly batch: FilingBatch;
  /** Whether anybody wants to be told of each message. */
  readonly isTold: boolean;
}

const nothingReceived = { count: 0, bytes: 0 };

export interface MarkedRead {
  readonly ids: readonly string[] | null;
  /** What the changed messages look like now; `null` when they are many. */
  readonly messages: readonly PlacedMessage[] | null;
}

const summariesMax = 20;
/** Mail pours in when the last commit is not longer ago than this. */
const pouringMs = 100;
const housekeepingMs = 500;
const housekeepingSlice = 64;
/** Narrow rows, of which many go in the time of one message. */
const sweepSlice = 512;
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
  #housekeeping: NodeJS.Timeout | null = null;
  #logged = false;
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
    this.#planHousekeeping();
  }

  /** Both seqs, for whoever has to know how far behind the reading is. */
  progress(): { readonly lastSeq: number; readonly filedSeq: number } {
    return this.#store.tally;
  }

  /** One transaction for all; when the fault may lie with one of them, each is tried alone. */
  append(items: readonly AppendItem[]): readonly StoreOutcome[] {
    const outcomes = this.#appendOrSplit(items);
    this.#lastAppendAtMs = monotonicMs();
    this.#logged = true;
    return outcomes;
  }

  /** What was read of some messages. `null`: it does not follow what is filed, so it has to come again. */
  file({ batch, isTold }: FilingOrder): Filed | null {
    const { filedSeq } = this.#store.tally;
    if (batch.afterSeq > filedSeq) return null;
    if (batch.upToSeq <= filedSeq) return { messages: [], received: nothingReceived, filedSeq };
    return this.#changing(() => {
      const filings = unpackFilings(batch).filter(({ row }) => row.seq > filedSeq);
      const commitMsOf = (seq: number): number | null => this.#commitTimes.get(seq) ?? null;
      const filed = this.#fileBatch(filings, batch.upToSeq, { commitMsOf, isTold });
      for (const { row } of filings) this.#commitTimes.delete(row.seq);
      for (const { pruned } of filed) this.#reportPruned(pruned, 'inbox');
      return {
        messages: isTold ? filed.flatMap(({ messages }) => messages ?? []) : null,
        received: filed.reduce(
          ({ count, bytes }, { received }) => ({
            count: count + received.count,
            bytes: bytes + received.bytes,
          }),
          nothingReceived,
        ),
        filedSeq: batch.upToSeq,
      };
    });
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

  #reportPruned({ ids, seqs, inboxes }: Pruned, limits: 'store' | 'inbox'): void {
    if (ids.length > 0) this.#notify({ kind: 'pruned', ids, inboxes, limits });
    if (seqs.length > 0) this.#notify({ kind: 'deleted', seqs });
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

  #fileBatch(
    filings: readonly Filing[],
    upToSeq: number,
    rules: FilingRules,
  ): readonly StoredFiling[] {
    try {
      return [this.#store.file(filings, upToSeq, rules)];
    } catch (error) {
      if (isFull(error)) throw error;
      // One of them does not fit the tables: find it, and keep what can be kept of the others.
      const alone = filings.map((filing) => this.#fileAlone(filing, rules));
      return [...alone, this.#store.file([], upToSeq)];
    }
  }

  #fileAlone(filing: Filing, rules: FilingRules): StoredFiling {
    const { seq } = filing.row;
    try {
      return this.#store.file([filing], seq, rules);
    } catch (error) {
      if (isFull(error)) throw error;
      return this.#store.file([{ ...filing, reading: unreadable(seq) }], seq, rules);
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
      if (this.#isPouring()) return;
      const purged = this.#store.purge(now, housekeepingSlice);
      if (purged.length > 0) this.#notify({ kind: 'deleted', seqs: purged });
      const gone =
        pruned.seqs.length +
        beyond.seqs.length +
        purged.length +
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
