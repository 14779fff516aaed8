/**
 * Everything that changes the database, in the order of a message's life: appended, filed (what
 * the reader found is written and indexed), marked, tagged, removed, brought back, pruned by
 * retention, purged. Synchronous, on one connection, one transaction per operation; reading is
 * `message-query.ts`.
 *
 * Removing only moves a narrow row from `live_message` to `removed_message`, so it is quick for
 * any number and can be undone; `purge` deletes the octets later, in slices.
 */
import { randomBytes } from 'node:crypto';
import type { Database } from './driver.ts';
import { filterToSql } from './filter-to-sql.ts';
import { readingFacets, tagFacets } from './message-facets.ts';
import { prepareStatements, type StoreStatements } from './message-statements.ts';
import { addFacets, deleteTag, renameTag, retag, tagsJson } from './message-tags.ts';
import {
  isOver,
  type Load,
  lessen,
  type OldRow,
  portionsWithin,
  sumBytes,
  surplusOf,
  takeSurplus,
  withinBytes,
} from './retention.ts';
import {
  type AppendRow,
  allRows,
  firstRow,
  headerMailboxesJson,
  indexColumns,
  parseTrace,
  type SummaryRow,
  stateNumber,
  type Trace,
  toSummary,
} from './rows.ts';
import { addToTally, readTally, recount, type Tally, tallyAgrees, tallyValues } from './tally.ts';
import type {
  Envelope,
  MessageSummary,
  ReadingResult,
  Removal,
  Retention,
  Selection,
  TagRenaming,
  WireFacts,
} from './types.ts';
import { toIndexWords } from './words.ts';

/** Operations name the messages they changed up to this number. */
export const idsMax = 1_000;
/** How long a removal can be undone. */
export const undoWindowMs = 10 * 60_000;
/** Retention may be exceeded by this share for a moment, so that no commit has to wait for it. */
const retentionSlack = 0.01;
const purgeBytesMax = 4 * 1024 * 1024;

/** A message that is committed and waits to be read. */
export interface PendingMessage {
  readonly seq: number;
  readonly envelope: Envelope;
  readonly wire: WireFacts;
  readonly raw: Uint8Array;
}

/** What the reader hands back, with the time the commit took when that is still known. */
export interface Filing {
  readonly reading: ReadingResult;
  readonly envelope: Envelope;
  readonly commitMs: number | null;
}

export interface Pruned {
  /** Rows deleted, with those that people had removed before. */
  readonly count: number;
  /** Messages that were live until now. */
  readonly ids: readonly string[];
}

const urgentSliceMax = 64;
const nothing: Load = { count: 0, bytes: 0 };
const nothingPruned: Pruned = { count: 0, ids: [] };

export class SqliteMessageStore {
  readonly #database: Database;
  readonly #retention: Retention;
  readonly #statements: StoreStatements;
  readonly #inTransaction: (work: () => void) => void;
  #tally: Tally;

  constructor(database: Database, retention: Retention) {
    this.#database = database;
    this.#retention = retention;
    this.#statements = prepareStatements(database);
    this.#inTransaction = database.transaction((work: () => void) => work()).immediate;
    this.#tally = readTally(this.#statements.tally);
    if (!tallyAgrees(database, this.#tally)) {
      recount(database);
      this.#tally = readTally(this.#statements.tally);
    }
    // The time to undo ends with the process that offered it.
    this.#write(() => this.#statements.expireRemovals.run());
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Commits all rows or none; their seqs ascend by one from the first. */
  append(rows: readonly AppendRow[]): { readonly firstSeq: number; readonly pruned: Pruned } {
    const firstSeq = this.#tally.lastSeq + 1;
    return this.#write(() => {
      // A batch may be more than retention allows altogether; then its own first ones go as well.
      const pruned = mergePruned(
        portionsWithin(rows, this.#retention).map((portion) => this.#appendPortion(portion)),
      );
      return { firstSeq, pruned };
    });
  }

  /** The oldest messages that are committed and not read; at least one, then up to `bytesMax`. */
  pending(limit: { readonly count: number; readonly bytes: number }): readonly PendingMessage[] {
    const found: PendingMessage[] = [];
    let bytes = 0;
    const rows = allRows<{ seq: number; size_bytes: number; trace: string }>(
      this.#statements.pending,
      this.#tally.filedSeq,
      limit.count,
    );
    for (const row of rows) {
      bytes += row.size_bytes;
      if (found.length > 0 && bytes > limit.bytes) break;
      const { envelope, wire } = traceOrNothing(row.trace);
      const raw = firstRow<{ raw: Buffer }>(this.#statements.rawBySeq, row.seq);
      found.push({ seq: row.seq, envelope, wire, raw: raw?.raw ?? new Uint8Array() });
    }
    // Messages pruned before they were read leave a gap at the end that nothing will file.
    if (rows.length === 0 && this.#tally.filedSeq < this.#tally.lastSeq) {
      this.#write(() => this.#add({ filedSeq: this.#tally.lastSeq - this.#tally.filedSeq }));
    }
    return found;
  }

  /** Writes what was read, in order of seq. Returns the summaries of those still live. */
  file(filings: readonly Filing[]): readonly MessageSummary[] {
    const last = filings.at(-1)?.reading.seq;
    if (last === undefined) return [];
    return this.#write(() => {
      const summaries: MessageSummary[] = [];
      for (const filing of filings) {
        this.#fileOne(filing);
        const summary = this.#summary(filing.reading.seq);
        if (summary !== null) summaries.push(summary);
      }
      this.#add({ filedSeq: last - this.#tally.filedSeq });
      return summaries;
    });
  }

  markRead(selection: Selection, isRead: boolean): readonly string[] | null {
    return this.#write(() => {
      this.#select(selection, isRead ? 0 : 1);
      const ids = this.#selectedIds();
      const { count } = this.#selectedSums();
      this.#statements.markSelected.run(isRead ? 1 : 0);
      this.#statements.inboxUnread.run(isRead ? -1 : 1);
      this.#add({ unreadCount: isRead ? -count : count });
      return ids;
    });
  }

  summaries(ids: readonly string[]): readonly MessageSummary[] {
    return ids.flatMap((id) => {
      const row = firstRow<{ seq: number }>(this.#statements.liveById, id);
      const summary = row === null ? null : this.#summary(row.seq);
      return summary === null ? [] : [summary];
    });
  }

  /** `null` when there is no such message. */
  setTags(id: string, tags: readonly string[]): MessageSummary | null {
    return this.#write(() => {
      const row = firstRow<{ seq: number }>(this.#statements.liveById, id);
      if (row === null) return null;
      retag(this.#statements, { seq: row.seq, isLive: true }, tags);
      return this.#summary(row.seq);
    });
  }

  renameTag(tag: string, name: string): TagRenaming {
    return this.#write(() => renameTag(this.#statements, tag, name));
  }

  /** False when no message has it. */
  deleteTag(tag: string): boolean {
    return this.#write(() => deleteTag(this.#statements, tag));
  }

  remove(selection: Selection, nowMs: number): Removal {
    const id = randomBytes(12).toString('hex');
    const undoUntilMs = nowMs + undoWindowMs;
    return this.#write(() => {
      this.#select(selection, null);
      const ids = this.#selectedIds();
      const sums = this.#selectedSums();
      if (sums.count > 0) {
        this.#statements.insertRemoval.run(id, undoUntilMs);
        this.#inboxAdd(-1, selection.kind === 'all');
        this.#statements.moveToRemoved.run(id);
        if (selection.kind === 'all') this.#statements.deleteAllLive.run();
        else this.#statements.deleteSelectedLive.run();
        this.#add({ liveCount: -sums.count, unreadCount: -sums.unread, liveBytes: -sums.bytes });
      }
      return { id, count: sums.count, ids, undoUntilMs };
    });
  }

  /** The ids that are back; none when the removal is unknown or its time is over. */
  undoRemoval(removalId: string, nowMs: number): readonly string[] | null {
    return this.#write(() => {
      this.#statements.clearSelected.run();
      this.#statements.selectRemoved.run(removalId, nowMs);
      const ids = this.#selectedIds();
      this.#statements.moveToLive.run();
      this.#statements.deleteSelectedRemoved.run();
      this.#statements.deleteRemoval.run(removalId);
      const sums = this.#selectedSums();
      this.#inboxAdd(1, false);
      this.#add({ liveCount: sums.count, unreadCount: sums.unread, liveBytes: sums.bytes });
      return ids;
    });
  }

  /** One slice of retention: by count and bytes what the slack left over, and by age. */
  prune(nowMs: number, sliceMax: number): Pruned {
    const { ageMsMax } = this.#retention;
    const before = ageMsMax > 0 ? nowMs - ageMsMax : 0;
    const surplus = this.#surplus(nothing, 0);
    const [oldest] = this.#oldestLive(1);
    const isAged = oldest !== undefined && oldest.received_at_ms < before;
    if (!isOver(surplus) && !isAged) return nothingPruned;
    return this.#write(() => {
      const pruned = this.#pruneSlice(surplus, sliceMax);
      return mergePruned([pruned, this.#pruneOlder(before, sliceMax)]);
    });
  }

  /** Deletes one slice of what was removed and can no longer be undone. Returns how many. */
  purge(nowMs: number, sliceMax: number): number {
    const rows = this.#oldestRemoved(nowMs, sliceMax);
    if (rows.length === 0) return 0;
    return this.#write(() => {
      const slice = withinBytes(rows, purgeBytesMax);
      this.#deleteForGood(slice, 'removed');
      if (this.#tally.storedCount === this.#tally.liveCount) this.#statements.sweep.run();
      this.#statements.sweepRemovals.run();
      return slice.length;
    });
  }

  #appendPortion(rows: readonly AppendRow[]): Pruned {
    const bytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0);
    const pruned = this.#makeRoom({ count: rows.length, bytes });
    const firstSeq = this.#tally.lastSeq + 1;
    rows.forEach((row, index) => {
      this.#insert(firstSeq + index, row);
    });
    this.#add({
      liveCount: rows.length,
      unreadCount: rows.length,
      liveBytes: bytes,
      storedCount: rows.length,
      storedBytes: bytes,
      lastSeq: rows.length,
    });
    return pruned;
  }

  #insert(seq: number, row: AppendRow): void {
    this.#statements.insertMessage.run(
      seq,
      row.id,
      row.receivedAtMs,
      row.sizeBytes,
      row.reversePath,
      row.forwardPaths,
      row.recipientCount,
      row.tls,
      row.authUser,
      row.listener,
    );
    this.#statements.insertTrace.run(seq, row.trace);
    this.#statements.insertRaw.run(seq, row.raw);
    this.#statements.insertLive.run(seq);
  }

  #fileOne({ reading, envelope, commitMs }: Filing): void {
    const { seq } = reading;
    const row = firstRow<{ auth_user: string | null; tags: string | null }>(
      this.#statements.filingFacts,
      seq,
    );
    if (row === null) return;
    const earlier: readonly string[] = row.tags === null ? [] : JSON.parse(row.tags);
    const tags = tagFacets([...earlier, ...reading.tags]);
    this.#statements.fileMessage.run(
      stateNumber(reading.state),
      commitMs,
      reading.from?.name ?? null,
      reading.from?.address ?? null,
      headerMailboxesJson(reading),
      reading.subject,
      reading.snippet,
      reading.messageId,
      reading.dateMs,
      reading.attachmentCount,
      reading.problemCount,
      tagsJson(tags),
      seq,
    );
    addFacets(this.#statements, seq, [...readingFacets(reading, envelope, row.auth_user), ...tags]);
    this.#statements.insertFts.run(seq, ...indexColumns(reading, envelope).map(toIndexWords));
  }

  #summary(seq: number): MessageSummary | null {
    const row = firstRow<SummaryRow>(this.#statements.summaryBySeq, seq);
    return row === null ? null : toSummary(row);
  }

  /** Prunes inside the transaction that needs the room: all beyond the slack, some of the rest. */
  #makeRoom(incoming: Load): Pruned {
    const surplus = this.#surplus(incoming, 0);
    if (!isOver(surplus)) return nothingPruned;
    let pruned = this.#pruneSlice(surplus, incoming.count * 2);
    for (;;) {
      const urgent = this.#surplus(incoming, retentionSlack);
      const more = isOver(urgent) ? this.#pruneSlice(urgent, urgentSliceMax) : nothingPruned;
      // Or nothing is left to prune: what comes in is larger than the limit, and is kept anyway.
      if (more.count === 0) return pruned;
      pruned = mergePruned([pruned, more]);
    }
  }

  #surplus(incoming: Load, slack: number): Load {
    const load = {
      count: this.#tally.storedCount + incoming.count,
      bytes: this.#tally.storedBytes + incoming.bytes,
    };
    return surplusOf(load, this.#retention, slack);
  }

  /** The oldest go first, but what people have removed already before all others. */
  #pruneSlice(surplus: Load, sliceMax: number): Pruned {
    const removed = takeSurplus(this.#oldestRemoved(Number.MAX_SAFE_INTEGER, sliceMax), surplus);
    this.#deleteForGood(removed, 'removed');
    const rest = lessen(surplus, removed);
    const live = takeSurplus(this.#oldestLive(sliceMax - removed.length), rest);
    this.#deleteForGood(live, 'live');
    return { count: removed.length + live.length, ids: live.map((row) => row.id) };
  }

  #pruneOlder(beforeMs: number, sliceMax: number): Pruned {
    const rows = this.#oldestLive(sliceMax);
    const young = rows.findIndex((row) => row.received_at_ms >= beforeMs);
    const aged = young === -1 ? rows : rows.slice(0, young);
    this.#deleteForGood(aged, 'live');
    return { count: aged.length, ids: aged.map((row) => row.id) };
  }

  #oldestLive(countMax: number): readonly OldRow[] {
    return allRows<OldRow>(this.#statements.oldestLive, countMax);
  }

  /** Of the removals that cannot be undone after `undoUntilMs`. */
  #oldestRemoved(undoUntilMs: number, countMax: number): readonly OldRow[] {
    return allRows<OldRow>(this.#statements.oldestRemoved, undoUntilMs, countMax);
  }

  #deleteForGood(rows: readonly OldRow[], from: 'live' | 'removed'): void {
    if (rows.length === 0) return;
    this.#selectSeqs(rows.map((row) => row.seq));
    const bytes = sumBytes(rows);
    this.#add({ storedCount: -rows.length, storedBytes: -bytes });
    if (from === 'live') {
      const { unread } = this.#selectedSums();
      this.#inboxAdd(-1, false);
      this.#add({ liveCount: -rows.length, unreadCount: -unread, liveBytes: -bytes });
    }
    for (const statement of this.#statements.deleteSelectedEverywhere) statement.run();
  }

  /** Fills the table `selected` with the live messages meant; `isRead` narrows them. */
  #select(selection: Selection, isRead: 0 | 1 | null): void {
    this.#statements.clearSelected.run();
    switch (selection.kind) {
      case 'all':
        this.#statements.selectAll.run(isRead, isRead);
        return;
      case 'ids':
        for (const id of selection.ids) this.#statements.selectId.run(id, isRead, isRead);
        return;
      case 'filter': {
        const { from, where, seq, values } = filterToSql(selection.filter);
        this.#database
          .prepare(
            `INSERT OR IGNORE INTO selected SELECT ${seq} FROM ${from}
               CROSS JOIN message AS m ON m.seq = l.seq
             WHERE ${where} AND (? IS NULL OR l.is_read = ?)`,
          )
          .run(...values, isRead, isRead);
      }
    }
  }

  #selectSeqs(seqs: readonly number[]): void {
    this.#statements.clearSelected.run();
    for (const seq of seqs) this.#statements.selectSeq.run(seq);
  }

  #selectedIds(): readonly string[] | null {
    const rows = allRows<{ id: string }>(this.#statements.selectedIds, idsMax + 1);
    return rows.length > idsMax ? null : rows.map((row) => row.id);
  }

  #selectedSums(): { readonly count: number; readonly unread: number; readonly bytes: number } {
    const sums = firstRow<{ count: number; unread: number; bytes: number }>(
      this.#statements.selectedSums,
    );
    return sums ?? { count: 0, unread: 0, bytes: 0 };
  }

  #inboxAdd(sign: 1 | -1, everything: boolean): void {
    if (everything && sign === -1) this.#statements.inboxZero.run();
    else this.#statements.inboxSelected.run(sign, sign);
  }

  #add(change: Partial<Tally>): void {
    this.#tally = addToTally(this.#tally, change);
  }

  /** One transaction; the tally in memory goes back with it when it fails. */
  #write<T>(work: () => T): T {
    const before = this.#tally;
    try {
      let result: { readonly value: T } | null = null;
      this.#inTransaction(() => {
        result = { value: work() };
        this.#saveTally(before);
      });
      return madeBy(result);
    } catch (error) {
      this.#tally = before;
      throw error;
    }
  }

  #saveTally(before: Tally): void {
    if (this.#tally !== before) this.#statements.saveTally.run(...tallyValues(this.#tally));
  }
}

function madeBy<T>(result: { readonly value: T } | null): T {
  if (result === null) throw new Error('the transaction ended without running');
  return result.value;
}

function mergePruned(parts: readonly Pruned[]): Pruned {
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0),
    ids: parts.flatMap((part) => part.ids),
  };
}

/** A trace that is damaged must not keep the messages after it from being read. */
function traceOrNothing(json: string): Pick<Trace, 'envelope' | 'wire'> {
  try {
    return parseTrace(json);
  } catch {
    return {
      envelope: { reversePath: '', forwardPaths: [], parameters: {} },
      wire: { bareLfCount: 0, bareCrCount: 0, via: null },
    };
  }
}
