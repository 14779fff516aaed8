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
import { type Filing, MessageFiling, type PendingMessage } from './message-filing.ts';
import { MessagePruning, mergePruned, type Pruned } from './message-pruning.ts';
import { prepareStatements, type StoreStatements } from './message-statements.ts';
import { deleteTag, renameTag, retag } from './message-tags.ts';
import { portionsWithin } from './retention.ts';
import { type AppendRow, firstRow, type SummaryRow, toSummary } from './rows.ts';
import { SelectedMessages } from './selected-messages.ts';
import { TalliedWrites } from './tallied-writes.ts';
import type { Tally } from './tally.ts';
import type { MessageSummary, Removal, Retention, Selection, TagRenaming } from './types.ts';

/** How long a removal can be undone. */
export const undoWindowMs = 10 * 60_000;

export class SqliteMessageStore {
  readonly #retention: Retention;
  readonly #statements: StoreStatements;
  readonly #writes: TalliedWrites;
  readonly #selected: SelectedMessages;
  readonly #filing: MessageFiling;
  readonly #pruning: MessagePruning;

  constructor(database: Database, retention: Retention) {
    const statements = prepareStatements(database);
    const writes = new TalliedWrites(database, statements);
    const selected = new SelectedMessages(database, statements);
    this.#retention = retention;
    this.#statements = statements;
    this.#writes = writes;
    this.#selected = selected;
    this.#filing = new MessageFiling(statements, writes);
    this.#pruning = new MessagePruning({ statements, writes, selected, retention });
    // The time to undo ends with the process that offered it.
    this.#writes.write(() => this.#statements.expireRemovals.run());
  }

  get tally(): Tally {
    return this.#writes.tally;
  }

  /** Commits all rows or none; their seqs ascend by one from the first. */
  append(rows: readonly AppendRow[]): { readonly firstSeq: number; readonly pruned: Pruned } {
    const firstSeq = this.#writes.tally.lastSeq + 1;
    return this.#writes.write(() => {
      // A batch may be more than retention allows altogether; then its own first ones go as well.
      const pruned = mergePruned(
        portionsWithin(rows, this.#retention).map((portion) => this.#appendPortion(portion)),
      );
      return { firstSeq, pruned };
    });
  }

  /** The oldest messages that are committed and not read; at least one, then up to `bytes`. */
  pending(limit: { readonly count: number; readonly bytes: number }): readonly PendingMessage[] {
    return this.#filing.pending(limit);
  }

  /** Writes what was read, in order of seq. Returns the summaries of those still live. */
  file(filings: readonly Filing[]): readonly MessageSummary[] {
    return this.#filing.file(filings);
  }

  markRead(selection: Selection, isRead: boolean): readonly string[] | null {
    return this.#writes.write(() => {
      this.#selected.select(selection, isRead ? 0 : 1);
      const ids = this.#selected.ids();
      const { count } = this.#selected.sums();
      this.#statements.markSelected.run(isRead ? 1 : 0);
      this.#statements.inboxUnread.run(isRead ? -1 : 1);
      this.#writes.add({ unreadCount: isRead ? -count : count });
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
    return this.#writes.write(() => {
      const row = firstRow<{ seq: number }>(this.#statements.liveById, id);
      if (row === null) return null;
      retag(this.#statements, { seq: row.seq, isLive: true }, tags);
      return this.#summary(row.seq);
    });
  }

  renameTag(tag: string, name: string): TagRenaming {
    return this.#writes.write(() => renameTag(this.#statements, tag, name));
  }

  /** False when no message has it. */
  deleteTag(tag: string): boolean {
    return this.#writes.write(() => deleteTag(this.#statements, tag));
  }

  remove(selection: Selection, nowMs: number): Removal {
    const id = randomBytes(12).toString('hex');
    const undoUntilMs = nowMs + undoWindowMs;
    return this.#writes.write(() => {
      this.#selected.select(selection, null);
      const ids = this.#selected.ids();
      const sums = this.#selected.sums();
      if (sums.count > 0) {
        this.#statements.insertRemoval.run(id, undoUntilMs);
        this.#selected.countInInboxes(-1, selection.kind === 'all');
        this.#statements.moveToRemoved.run(id);
        if (selection.kind === 'all') this.#statements.deleteAllLive.run();
        else this.#statements.deleteSelectedLive.run();
        this.#writes.add({
          liveCount: -sums.count,
          unreadCount: -sums.unread,
          liveBytes: -sums.bytes,
        });
      }
      return { id, count: sums.count, ids, undoUntilMs };
    });
  }

  /** The ids that are back; none when the removal is unknown or its time is over. */
  undoRemoval(removalId: string, nowMs: number): readonly string[] | null {
    return this.#writes.write(() => {
      this.#statements.clearSelected.run();
      this.#statements.selectRemoved.run(removalId, nowMs);
      const ids = this.#selected.ids();
      this.#statements.moveToLive.run();
      this.#statements.deleteSelectedRemoved.run();
      this.#statements.deleteRemoval.run(removalId);
      const sums = this.#selected.sums();
      this.#selected.countInInboxes(1, false);
      this.#writes.add({ liveCount: sums.count, unreadCount: sums.unread, liveBytes: sums.bytes });
      return ids;
    });
  }

  /** One slice of retention: by count and bytes what the slack left over, and by age. */
  prune(nowMs: number, sliceMax: number): Pruned {
    return this.#pruning.prune(nowMs, sliceMax);
  }

  /** Deletes one slice of what was removed and can no longer be undone. Returns how many. */
  purge(nowMs: number, sliceMax: number): number {
    return this.#pruning.purge(nowMs, sliceMax);
  }

  #appendPortion(rows: readonly AppendRow[]): Pruned {
    const bytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0);
    const pruned = this.#pruning.makeRoom({ count: rows.length, bytes });
    const firstSeq = this.#writes.tally.lastSeq + 1;
    rows.forEach((row, index) => {
      this.#insert(firstSeq + index, row);
    });
    this.#writes.add({
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

  #summary(seq: number): MessageSummary | null {
    const row = firstRow<SummaryRow>(this.#statements.summaryBySeq, seq);
    return row === null ? null : toSummary(row);
  }
}
