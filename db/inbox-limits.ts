/**
 * Retention of single inboxes. What is beyond the limits of an inbox it is in goes from the store,
 * whatever other inboxes it is in; what is in no such inbox is never touched. Within a limit by
 * count an inbox is at any time that anybody can look; by age it is a moment later. A limit that is
 * new, or tightened, is reached in slices.
 */
import type { Database, Statement } from './driver.ts';
import { facets } from './facets.ts';
import type { InboxRefusal, InboxRetention } from './inbox-types.ts';
import { limitedInboxesMax } from './inbox-types.ts';
import { type MessagePruning, mergePruned, nothingPruned, type Pruned } from './message-pruning.ts';
import type { OldRow } from './retention.ts';
import { allRows, firstRow } from './rows.ts';

interface Limit extends InboxRetention {
  readonly facet: number;
  readonly key: string;
}

interface LimitRow {
  readonly facet: number;
  readonly key: string;
  readonly messages_max: number;
  readonly age_ms_max: number;
}

const sql = {
  all: 'SELECT facet, key, messages_max, age_ms_max FROM inbox_retention',
  count: `SELECT count(*) AS count FROM inbox_retention WHERE facet <> ${facets.named}`,
  save: 'INSERT OR REPLACE INTO inbox_retention VALUES (?, ?, ?, ?)',
  delete: 'DELETE FROM inbox_retention WHERE facet = ? AND key = ?',
  messages: 'SELECT message_count AS count FROM inbox WHERE facet = ? AND key = ?',
  oldest: `SELECT l.seq, m.id, m.size_bytes, m.received_at_ms
    FROM message_facet AS f INDEXED BY message_facet_key
      CROSS JOIN live_message AS l ON l.seq = f.seq CROSS JOIN message AS m ON m.seq = f.seq
    WHERE f.facet = ? AND f.key = ? AND f.seq >= ? ORDER BY f.seq LIMIT ?`,
} as const;

export class InboxLimits {
  readonly #statements: Readonly<Record<keyof typeof sql, Statement>>;
  readonly #pruning: MessagePruning;
  /** Where the oldest live message was, so that those removed before it are walked over once. */
  readonly #oldestSeqs = new Map<string, number>();
  #known: ReadonlyMap<string, Limit> | null = null;

  constructor(database: Database, pruning: MessagePruning) {
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, Statement>;
    this.#pruning = pruning;
  }

  /** `null` when done. In a transaction of the caller, as all that follows. */
  set(facet: number, key: string, retention: InboxRetention): InboxRefusal | null {
    const { messagesMax, ageMsMax } = retention;
    const isNew = !this.#limits().has(nameOf(facet, key));
    this.forget();
    if (messagesMax === 0 && ageMsMax === 0) {
      this.#statements.delete.run(facet, key);
      return null;
    }
    const count = firstRow<{ count: number }>(this.#statements.count)?.count ?? 0;
    // Named inboxes have a ceiling of their own.
    if (isNew && facet !== facets.named && count >= limitedInboxesMax) return 'limits';
    this.#statements.save.run(facet, key, messagesMax, ageMsMax);
    return null;
  }

  get(facet: number, key: string): InboxRetention {
    return this.#limits().get(nameOf(facet, key)) ?? { messagesMax: 0, ageMsMax: 0 };
  }

  /** After messages came into these inboxes, at most `sliceMax` of them for each. */
  enforce(
    inboxes: readonly { readonly facet: number; readonly key: string }[],
    sliceMax: number,
  ): Pruned {
    const limits = this.#limits();
    if (limits.size === 0) return nothingPruned;
    return mergePruned(
      inboxes.flatMap(({ facet, key }) => {
        const limit = limits.get(nameOf(facet, key));
        return limit === undefined ? [] : [this.#pruneSurplus(limit, sliceMax)];
      }),
    );
  }

  /** Whether `prune` has anything to do; outside of a transaction. */
  isDue(nowMs: number): boolean {
    return [...this.#limits().values()].some(
      (limit) => this.#surplusOf(limit) > 0 || this.#aged(limit, nowMs, 1).length > 0,
    );
  }

  /** One slice of what all inboxes have too much of, or too old. */
  prune(nowMs: number, sliceMax: number): Pruned {
    const pruned: Pruned[] = [];
    let left = sliceMax;
    for (const limit of this.#limits().values()) {
      if (left <= 0) break;
      const part = mergePruned([
        this.#pruneSurplus(limit, left),
        this.#pruneAged(limit, nowMs, left),
      ]);
      left -= part.seqs.length;
      pruned.push(part);
    }
    return mergePruned(pruned);
  }

  /** What is kept in memory; to be called also when messages came back or were put in from before. */
  forget(): void {
    this.#known = null;
    this.#oldestSeqs.clear();
  }

  #pruneSurplus(limit: Limit, sliceMax: number): Pruned {
    const surplus = Math.min(this.#surplusOf(limit), sliceMax);
    return surplus > 0 ? this.#pruning.pruneLive(this.#oldest(limit, surplus)) : nothingPruned;
  }

  #pruneAged(limit: Limit, nowMs: number, sliceMax: number): Pruned {
    const aged = this.#aged(limit, nowMs, sliceMax);
    return aged.length > 0 ? this.#pruning.pruneLive(aged) : nothingPruned;
  }

  #surplusOf({ facet, key, messagesMax }: Limit): number {
    if (messagesMax === 0) return 0;
    const row = firstRow<{ count: number }>(this.#statements.messages, facet, key);
    return (row?.count ?? 0) - messagesMax;
  }

  #aged(limit: Limit, nowMs: number, sliceMax: number): readonly OldRow[] {
    if (limit.ageMsMax === 0) return [];
    const rows = this.#oldest(limit, sliceMax);
    const young = rows.findIndex((row) => row.received_at_ms >= nowMs - limit.ageMsMax);
    return young === -1 ? rows : rows.slice(0, young);
  }

  #oldest({ facet, key }: Limit, countMax: number): readonly OldRow[] {
    const name = nameOf(facet, key);
    const from = this.#oldestSeqs.get(name) ?? 0;
    const rows = allRows<OldRow>(this.#statements.oldest, facet, key, from, countMax);
    const [first] = rows;
    if (first !== undefined) this.#oldestSeqs.set(name, first.seq);
    return rows;
  }

  #limits(): ReadonlyMap<string, Limit> {
    this.#known ??= new Map(
      allRows<LimitRow>(this.#statements.all).map((row) => [
        nameOf(row.facet, row.key),
        { facet: row.facet, key: row.key, messagesMax: row.messages_max, ageMsMax: row.age_ms_max },
      ]),
    );
    return this.#known;
  }
}

function nameOf(facet: number, key: string): string {
  return `${facet} ${key}`;
}
