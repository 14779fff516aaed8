/**
 * What goes for good: the oldest, where retention has no room for them, and what was removed once
 * that can no longer be undone. In slices, so that no commit waits for long.
 */
import { membersOfSelected } from './inbox-members.ts';
import type { StoreStatements } from './message-statements.ts';
import {
  isOver,
  type Load,
  lessen,
  type OldRow,
  sumBytes,
  surplusOf,
  takeSurplus,
  withinBytes,
} from './retention.ts';
import { allRows } from './rows.ts';
import type { SelectedMessages } from './selected-messages.ts';
import type { TalliedWrites } from './tallied-writes.ts';
import type { InboxMembers, Retention } from './types.ts';

/** Retention may be exceeded by this share for a moment, so that no commit has to wait for it. */
const retentionSlack = 0.01;
const purgeBytesMax = 4 * 1024 * 1024;
const urgentSliceMax = 64;
const nothing: Load = { count: 0, bytes: 0 };

export interface Pruned {
  /** Messages that were live until now. */
  readonly ids: readonly string[];
  /** All that were deleted, with those that people had removed before. */
  readonly seqs: readonly number[];
  /** Where they were. An inbox may stand here more than once. */
  readonly inboxes: readonly InboxMembers[];
}

export const nothingPruned: Pruned = { ids: [], seqs: [], inboxes: [] };

export class MessagePruning {
  readonly #statements: StoreStatements;
  readonly #writes: TalliedWrites;
  readonly #selected: SelectedMessages;
  readonly #retention: Retention;

  constructor(parts: {
    readonly statements: StoreStatements;
    readonly writes: TalliedWrites;
    readonly selected: SelectedMessages;
    readonly retention: Retention;
  }) {
    this.#statements = parts.statements;
    this.#writes = parts.writes;
    this.#selected = parts.selected;
    this.#retention = parts.retention;
  }

  /** One slice of retention: by count and bytes what the slack left over, and by age. */
  prune(nowMs: number, sliceMax: number): Pruned {
    const { ageMsMax } = this.#retention;
    const before = ageMsMax > 0 ? nowMs - ageMsMax : 0;
    const surplus = this.#surplus(nothing, 0);
    const [oldest] = this.#oldestLive(1);
    const isAged = oldest !== undefined && oldest.received_at_ms < before;
    if (!isOver(surplus) && !isAged) return nothingPruned;
    return this.#writes.write(() => {
      const pruned = this.#pruneSlice(surplus, sliceMax);
      return mergePruned([pruned, this.#pruneOlder(before, sliceMax)]);
    });
  }

  /** Deletes one slice of what was removed and can no longer be undone. Returns which. */
  purge(nowMs: number, sliceMax: number): readonly number[] {
    const rows = this.#oldestRemoved(nowMs, sliceMax);
    if (rows.length === 0) return [];
    return this.#writes.write(() => {
      const slice = withinBytes(rows, purgeBytesMax);
      this.#deleteForGood(slice, 'removed');
      if (this.#writes.tally.storedCount === this.#writes.tally.liveCount)
        this.#statements.sweep.run();
      this.#statements.sweepRemovals.run();
      return slice.map((row) => row.seq);
    });
  }

  /** Prunes inside the transaction that needs the room: all beyond the slack, some of the rest. */
  makeRoom(incoming: Load): Pruned {
    const surplus = this.#surplus(incoming, 0);
    if (!isOver(surplus)) return nothingPruned;
    let pruned = this.#pruneSlice(surplus, incoming.count * 2);
    for (;;) {
      const urgent = this.#surplus(incoming, retentionSlack);
      const more = isOver(urgent) ? this.#pruneSlice(urgent, urgentSliceMax) : nothingPruned;
      // Or nothing is left to prune: what comes in is larger than the limit, and is kept anyway.
      if (more.seqs.length === 0) return pruned;
      pruned = mergePruned([pruned, more]);
    }
  }

  /** Within a transaction of the caller: rows that are live. */
  pruneLive(rows: readonly OldRow[]): Pruned {
    const inboxes = this.#deleteForGood(rows, 'live');
    return { ids: rows.map((row) => row.id), seqs: rows.map((row) => row.seq), inboxes };
  }

  #surplus(incoming: Load, slack: number): Load {
    const load = {
      count: this.#writes.tally.storedCount + incoming.count,
      bytes: this.#writes.tally.storedBytes + incoming.bytes,
    };
    return surplusOf(load, this.#retention, slack);
  }

  /** The oldest go first, but what people have removed already before all others. */
  #pruneSlice(surplus: Load, sliceMax: number): Pruned {
    const removed = takeSurplus(this.#oldestRemoved(Number.MAX_SAFE_INTEGER, sliceMax), surplus);
    this.#deleteForGood(removed, 'removed');
    const rest = lessen(surplus, removed);
    const live = this.pruneLive(takeSurplus(this.#oldestLive(sliceMax - removed.length), rest));
    return { ...live, seqs: [...removed.map((row) => row.seq), ...live.seqs] };
  }

  #pruneOlder(beforeMs: number, sliceMax: number): Pruned {
    const rows = this.#oldestLive(sliceMax);
    const young = rows.findIndex((row) => row.received_at_ms >= beforeMs);
    const aged = young === -1 ? rows : rows.slice(0, young);
    return this.pruneLive(aged);
  }

  #oldestLive(countMax: number): readonly OldRow[] {
    return allRows<OldRow>(this.#statements.oldestLive, countMax);
  }

  /** Of the removals that cannot be undone after `undoUntilMs`. */
  #oldestRemoved(undoUntilMs: number, countMax: number): readonly OldRow[] {
    return allRows<OldRow>(this.#statements.oldestRemoved, undoUntilMs, countMax);
  }

  /** Returns in which inboxes they were, of those that were live. */
  #deleteForGood(rows: readonly OldRow[], from: 'live' | 'removed'): readonly InboxMembers[] {
    if (rows.length === 0) return [];
    this.#selected.selectSeqs(rows.map((row) => row.seq));
    const bytes = sumBytes(rows);
    this.#writes.add({ storedCount: -rows.length, storedBytes: -bytes });
    const members = from === 'live' ? membersOfSelected(this.#statements) : [];
    if (from === 'live') {
      const { unread } = this.#selected.sums();
      this.#selected.countInInboxes(-1, false);
      this.#writes.add({ liveCount: -rows.length, unreadCount: -unread, liveBytes: -bytes });
    }
    for (const statement of this.#statements.deleteSelectedEverywhere) statement.run();
    return members;
  }
}

export function mergePruned(parts: readonly Pruned[]): Pruned {
  return {
    ids: parts.flatMap((part) => part.ids),
    seqs: parts.flatMap((part) => part.seqs),
    inboxes: parts.flatMap((part) => part.inboxes),
  };
}
