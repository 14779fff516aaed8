/**
 * Everything that changes the database, in the order of a message's life: appended, filed (what
 * the reader found is written), marked, tagged, removed, brought back, pruned by
 * retention, purged. Synchronous, on one connection, one transaction per operation; reading is
 * `message-query.ts`.
 *
 * Removing only moves a narrow row from `live_message` to `removed_message`, so it is quick for
 * any number and can be undone; `purge` deletes the octets later, in slices.
 */
import { randomBytes } from 'node:crypto';
import type { Database } from './driver.ts';
import { facets } from './facets.ts';
import { parseInboxId } from './inbox-id.ts';
import { InboxLimits } from './inbox-limits.ts';
import { inboxesOfStored, membersOfSelected } from './inbox-members.ts';
import type { InboxChange, InboxOutcome, InboxRefusal, NewInbox } from './inbox-types.ts';
import { type Filed, type Filing, type FilingRules, MessageFiling } from './message-filing.ts';
import { MessagePruning, mergePruned, nothingPruned, type Pruned } from './message-pruning.ts';
import { prepareStatements, type StoreStatements } from './message-statements.ts';
import { deleteTag, renameTag, retag } from './message-tags.ts';
import { type InboxFilling, NamedInboxes, type Unfilled } from './named-inboxes.ts';
import { portionsWithin } from './retention.ts';
import { type AppendRow, firstRow, type SummaryRow, toSummary } from './rows.ts';
import { SelectedMessages } from './selected-messages.ts';
import { TalliedWrites } from './tallied-writes.ts';
import type { Tally } from './tally.ts';
import type {
  InboxMembers,
  PlacedMessage,
  Removal,
  Retention,
  Selection,
  TagRenaming,
} from './types.ts';

/** How long a removal can be undone. */
export const undoWindowMs = 10 * 60_000;

export interface Removed {
  readonly removal: Removal;
  /** Where the messages were; empty when they are too many to be named. */
  readonly inboxes: readonly InboxMembers[];
}

export class SqliteMessageStore {
  readonly #retention: Retention;
  readonly #statements: StoreStatements;
  readonly #writes: TalliedWrites;
  readonly #selected: SelectedMessages;
  readonly #filing: MessageFiling;
  readonly #named: NamedInboxes;
  readonly #limits: InboxLimits;
  readonly #pruning: MessagePruning;

  constructor(database: Database, retention: Retention) {
    const statements = prepareStatements(database);
    const writes = new TalliedWrites(database, statements);
    const selected = new SelectedMessages(database, statements);
    this.#retention = retention;
    this.#statements = statements;
    this.#writes = writes;
    this.#selected = selected;
    this.#pruning = new MessagePruning({ statements, writes, selected, retention });
    this.#named = new NamedInboxes(database, statements);
    this.#limits = new InboxLimits(database, this.#pruning);
    this.#filing = new MessageFiling(statements, writes, {
      named: this.#named,
      limits: this.#limits,
    });
    this.#named.prepare();
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

  /**
   * Writes what was read, in order of seq, up to and with `upToSeq`, and puts it into its inboxes,
   * within their limits.
   */
  file(
    filings: readonly Filing[],
    upToSeq: number,
    rules: FilingRules = { commitMsOf: () => null, isTold: true },
  ): Filed {
    return this.#filing.file(filings, upToSeq, rules);
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

  summaries(ids: readonly string[]): readonly PlacedMessage[] {
    return ids.flatMap((id) => {
      const row = firstRow<{ seq: number }>(this.#statements.liveById, id);
      return row === null ? [] : (this.#placed(row.seq) ?? []);
    });
  }

  /** `null` when there is no such message. */
  setTags(id: string, tags: readonly string[]): PlacedMessage | null {
    return this.#write(() => {
      const row = firstRow<{ seq: number }>(this.#statements.liveById, id);
      if (row === null) return null;
      retag(this.#statements, { seq: row.seq, isLive: true }, tags);
      this.#placeAgain([row.seq]);
      return this.#placed(row.seq);
    });
  }

  renameTag(tag: string, name: string): TagRenaming {
    return this.#write(() => {
      const { outcome, seqs } = renameTag(this.#statements, tag, name);
      this.#placeAgain(seqs);
      return outcome;
    });
  }

  /** False when no message has it. */
  deleteTag(tag: string): boolean {
    return this.#write(() => {
      const { outcome, seqs } = deleteTag(this.#statements, tag);
      this.#placeAgain(seqs);
      return outcome;
    });
  }

  remove(selection: Selection, nowMs: number): Removed {
    const id = randomBytes(12).toString('hex');
    const undoUntilMs = nowMs + undoWindowMs;
    return this.#writes.write(() => {
      this.#selected.select(selection, null);
      const ids = this.#selected.ids();
      const inboxes = ids === null ? [] : membersOfSelected(this.#statements);
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
      return { removal: { id, count: sums.count, ids, undoUntilMs }, inboxes };
    });
  }

  /** The ids that are back; none when the removal is unknown or its time is over. */
  undoRemoval(removalId: string, nowMs: number): readonly string[] | null {
    this.#limits.forget();
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

  createInbox(inbox: NewInbox, nowMs: number): InboxOutcome {
    this.#named.prepare([inbox.filter]);
    return this.#write(() => {
      const made = this.#named.create(inbox, { filedSeq: this.tally.filedSeq, nowMs });
      if (typeof made === 'string') return { kind: 'refused', refusal: made };
      this.#limits.set(facets.named, made.facetKey, inbox.retention);
      return { kind: 'saved', id: made.id };
    });
  }

  changeInbox(id: string, change: InboxChange): InboxOutcome {
    if (change.search !== undefined) this.#named.prepare([change.search.filter]);
    return this.#write(() => {
      const refusal = this.#changeInbox(id, change);
      return refusal === null ? { kind: 'saved', id } : { kind: 'refused', refusal };
    });
  }

  /** False when there is no named inbox of this id. Its messages stay. */
  deleteInbox(id: string): boolean {
    return this.#write(() => {
      const facetKey = this.#named.delete(id);
      if (facetKey === null) return false;
      this.#limits.set(facets.named, facetKey, noLimits);
      return true;
    });
  }

  /** Inboxes with messages from before them that are still to be looked at. */
  unfilledInboxes(): readonly Unfilled[] {
    return this.#named.unfilled();
  }

  /** False when nobody waits for it any more. */
  fillInbox(filling: InboxFilling): boolean {
    this.#limits.forget();
    return this.#write(() => this.#named.fill(filling));
  }

  /** Deletes one slice of what is left of inboxes that are no more. Returns how many rows. */
  sweepInboxes(sliceMax: number): number {
    return this.#named.hasAbandoned() ? this.#writes.write(() => this.#named.sweep(sliceMax)) : 0;
  }

  /** One slice of what inboxes have more of than their own limits allow. */
  pruneInboxes(nowMs: number, sliceMax: number): Pruned {
    if (!this.#limits.isDue(nowMs)) return nothingPruned;
    return this.#writes.write(() => this.#limits.prune(nowMs, sliceMax));
  }

  /** One slice of retention: by count and bytes what the slack left over, and by age. */
  prune(nowMs: number, sliceMax: number): Pruned {
    return this.#pruning.prune(nowMs, sliceMax);
  }

  /** Deletes one slice of what was removed and can no longer be undone. Returns which. */
  purge(nowMs: number, sliceMax: number): readonly number[] {
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

  #placed(seq: number): PlacedMessage | null {
    const row = firstRow<SummaryRow>(this.#statements.summaryBySeq, seq);
    if (row === null) return null;
    return { message: toSummary(row, row, row.is_read), ...inboxesOfStored(this.#statements, seq) };
  }

  /** What is not filed yet will be looked at then. */
  #placeAgain(seqs: readonly number[]): void {
    const { filedSeq } = this.tally;
    this.#limits.forget();
    this.#named.placeAgain(seqs.filter((seq) => seq <= filedSeq));
  }

  #changeInbox(id: string, change: InboxChange): InboxRefusal | null {
    const ref = parseInboxId(id);
    if (ref === null) return 'unknown';
    const { retention } = change;
    if (ref.kind !== 'named') {
      return retention === undefined ? null : this.#limits.set(ref.facet, ref.key, retention);
    }
    const changed = this.#named.change(id, change, this.tally.filedSeq);
    if (typeof changed === 'string') return changed;
    const limits = retention ?? this.#limits.get(facets.named, changed.before);
    if (changed.before !== changed.after) {
      this.#limits.set(facets.named, changed.before, noLimits);
    }
    return this.#limits.set(facets.named, changed.after, limits);
  }

  /** What is kept of tables in memory goes back with a transaction that fails. */
  #write<T>(work: () => T): T {
    try {
      return this.#writes.write(work);
    } catch (error) {
      this.#named.forget();
      this.#limits.forget();
      throw error;
    }
  }
}

const noLimits = { messagesMax: 0, ageMsMax: 0 };
