/**
 * Everything that only reads. Synchronous, on a connection of its own beside the writer's, or on
 * the writer's when the store lives in memory. Lists never touch the octets.
 */
import { showWords } from './contains.ts';
import type { Database, Statement } from './driver.ts';
import { facets } from './facets.ts';
import { type FilterSql, filterToSql, inboxOf, keySql } from './filter-to-sql.ts';
import {
  allRows,
  firstRow,
  type StoredRow,
  type SummaryRow,
  summaryColumns,
  toStoredMessage,
  toSummary,
} from './rows.ts';

import { attachSearch } from './search-file.ts';
import { prepareTally, readTally, type Tally } from './tally.ts';
import type { InboxCount, ListQuery, MessagePage, StoredMessage, StoreOverview } from './types.ts';

const inboxesMax = 500;
const listMax = 1_000;
/** Statements of filters that are kept prepared; page after page uses the same ones. */
const preparedMax = 64;

const storedColumns = `${summaryColumns}, m.commit_ms, t.trace`;
const storedTables = `live_message AS l CROSS JOIN message AS m ON m.seq = l.seq
  CROSS JOIN message_trace AS t ON t.seq = l.seq`;

const sql = {
  byId: `SELECT ${storedColumns} FROM message AS m JOIN live_message AS l ON l.seq = m.seq
    JOIN message_trace AS t ON t.seq = m.seq WHERE m.id = ?`,
  latest: `SELECT ${storedColumns} FROM ${storedTables} ORDER BY l.seq DESC LIMIT 1`,
  after: `SELECT ${storedColumns} FROM ${storedTables} WHERE l.seq > ? ORDER BY l.seq LIMIT ?`,
  rawBySeq: 'SELECT raw FROM message_raw WHERE seq = ?',
  rawById: `SELECT raw FROM message AS m JOIN live_message AS l ON l.seq = m.seq
    JOIN message_raw AS r ON r.seq = m.seq WHERE m.id = ?`,
  rawOfLatest: `SELECT raw FROM message_raw
    WHERE seq = (SELECT seq FROM live_message ORDER BY seq DESC LIMIT 1)`,
  inboxes: `SELECT label, key, message_count, unread_count FROM inbox
    WHERE facet = ? AND message_count > 0 ORDER BY message_count DESC, key LIMIT ?`,
  ownChanges: 'SELECT total_changes() AS changes',
  pendingCount: `SELECT count(*) AS count FROM live_message
    WHERE seq > (SELECT min(t.filed_seq, p.indexed_seq) FROM tally AS t, search.progress AS p)`,
} as const;

type QueryStatements = Readonly<Record<keyof typeof sql, Statement>>;

/** Stands for the newest message wherever an id is asked for. */
const latestId = 'latest';

interface Matched {
  readonly matched: number;
  readonly matchedUnread: number;
}

export class MessageQueries {
  readonly #database: Database;
  readonly #statements: QueryStatements;
  readonly #tally: Statement;
  readonly #prepared = new Map<string, Statement>();
  readonly #inSnapshot: (work: () => void) => void;
  #lastMatched: { readonly key: string; readonly matched: Matched } | null = null;

  constructor(database: Database) {
    this.#database = database;
    attachSearch(database);
    showWords(database);
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as QueryStatements;
    this.#tally = prepareTally(database);
    this.#inSnapshot = database.transaction((work: () => void) => work());
  }

  tally(): Tally {
    return readTally(this.#tally);
  }

  /** Rows and counts of one moment: the whole answer comes from one snapshot. */
  list(query: ListQuery): MessagePage {
    return this.#snapshot(() => {
      const filter = filterToSql(query.filter);
      const limit = Math.min(Math.max(query.limit, 1), listMax);
      const tally = this.tally();
      const counts = this.#matched(query, filter, tally);
      // Beyond the last one there may lie many that were removed, and none that is looked for.
      const rest = query.beforeSeq === null ? counts.matched - query.skip : Number.MAX_SAFE_INTEGER;
      const rows = this.#rows(filter, { ...query, limit: Math.min(limit + 1, Math.max(rest, 0)) });
      const messages = rows.slice(0, limit).map((row) => toSummary(row, row, row.is_read));
      return {
        messages,
        nextBeforeSeq: rows.length > limit ? (messages.at(-1)?.seq ?? null) : null,
        ...counts,
        total: tally.liveCount,
        unread: tally.unreadCount,
      };
    });
  }

  get(id: string): StoredMessage | null {
    const row =
      id === latestId
        ? firstRow<StoredRow>(this.#statements.latest)
        : firstRow<StoredRow>(this.#statements.byId, id);
    return row === null ? null : toStoredMessage(row);
  }

  raw(id: string): Uint8Array | null {
    const row =
      id === latestId
        ? firstRow<{ raw: Buffer }>(this.#statements.rawOfLatest)
        : firstRow<{ raw: Buffer }>(this.#statements.rawById, id);
    return row?.raw ?? null;
  }

  /** Oldest first, with octets; ends early when `bytesMax` is reached, never before one. */
  exportPage(query: {
    readonly afterSeq: number;
    readonly limit: number;
    readonly bytesMax: number;
  }): readonly { readonly message: StoredMessage; readonly raw: Uint8Array }[] {
    return this.#snapshot(() => {
      const limit = Math.min(Math.max(query.limit, 1), listMax);
      const page: { message: StoredMessage; raw: Uint8Array }[] = [];
      let bytes = 0;
      for (const row of allRows<StoredRow>(this.#statements.after, query.afterSeq, limit)) {
        bytes += row.size_bytes;
        if (page.length > 0 && bytes > query.bytesMax) break;
        const raw = firstRow<{ raw: Buffer }>(this.#statements.rawBySeq, row.seq);
        page.push({ message: toStoredMessage(row), raw: raw?.raw ?? new Uint8Array() });
      }
      return page;
    });
  }

  overview(): StoreOverview {
    return this.#snapshot(() => {
      const tally = this.tally();
      return {
        total: tally.liveCount,
        unread: tally.unreadCount,
        sizeBytes: tally.liveBytes,
        recipients: this.#inboxes(facets.recipient),
        users: this.#inboxes(facets.user),
        tags: this.#inboxes(facets.tag),
      };
    });
  }

  pendingCount(): number {
    const row = firstRow<{ count: number }>(this.#statements.pendingCount);
    return row?.count ?? 0;
  }

  #rows(filter: FilterSql, query: ListQuery): readonly SummaryRow[] {
    const { from, where, seq, needsMessage, values } = filter;
    const message = 'CROSS JOIN message AS m ON m.seq = l.seq';
    const before = query.beforeSeq ?? Number.MAX_SAFE_INTEGER;
    if (query.skip === 0) {
      return allRows<SummaryRow>(
        this.#prepare(`SELECT ${summaryColumns} FROM ${from} ${message}
          WHERE ${where} AND ${seq} < ? ORDER BY ${seq} DESC LIMIT ?`),
        ...values,
        before,
        query.limit,
      );
    }
    // Skipped rows are stepped over in the narrow tables; only those shown are fetched.
    return allRows<SummaryRow>(
      this.#prepare(`SELECT ${summaryColumns}
        FROM (SELECT l.seq AS seq FROM ${from} ${needsMessage ? message : ''}
              WHERE ${where} AND ${seq} < ? ORDER BY ${seq} DESC LIMIT ? OFFSET ?) AS page
          CROSS JOIN message AS m ON m.seq = page.seq
          CROSS JOIN live_message AS l ON l.seq = page.seq
        ORDER BY page.seq DESC`),
      ...values,
      before,
      query.limit,
      query.skip,
    );
  }

  /** Exact always; the last answer serves again while nothing has changed, as when scrolling. */
  #matched(query: ListQuery, filter: FilterSql, tally: Tally): Matched {
    if (query.filter === null) {
      return { matched: tally.liveCount, matchedUnread: tally.unreadCount };
    }
    const inbox = inboxOf(query.filter);
    if (inbox !== null) return this.#inboxCounts(inbox);
    const key = JSON.stringify([query.filter, this.#version()]);
    if (this.#lastMatched?.key === key) return this.#lastMatched.matched;
    const { from, where, needsMessage, values } = filter;
    const row = firstRow<{ matched: number; unread: number }>(
      this.#prepare(`SELECT count(*) AS matched, coalesce(sum(l.is_read = 0), 0) AS unread
        FROM ${from} ${needsMessage ? 'CROSS JOIN message AS m ON m.seq = l.seq' : ''}
        WHERE ${where}`),
      ...values,
    );
    const matched = { matched: row?.matched ?? 0, matchedUnread: row?.unread ?? 0 };
    this.#lastMatched = { key, matched };
    return matched;
  }

  /** Kept current by every operation, however many messages they stand for. */
  #inboxCounts(inbox: NonNullable<ReturnType<typeof inboxOf>>): Matched {
    const { facet, key, isRead } = inbox;
    const row = firstRow<{ message_count: number; unread_count: number }>(
      this.#prepare(
        `SELECT message_count, unread_count FROM inbox WHERE facet = ? AND key = ${keySql(inbox)}`,
      ),
      facet,
      key,
    );
    const all = row?.message_count ?? 0;
    const unread = row?.unread_count ?? 0;
    if (isRead === null) return { matched: all, matchedUnread: unread };
    return isRead
      ? { matched: all - unread, matchedUnread: 0 }
      : { matched: unread, matchedUnread: unread };
  }

  /** Differs after any change: one part tells of this connection, the others of all others. */
  #version(): readonly unknown[] {
    return [
      this.#database.pragma('data_version', { simple: true }),
      this.#database.pragma('search.data_version', { simple: true }),
      firstRow<{ changes: number }>(this.#statements.ownChanges)?.changes,
    ];
  }

  #inboxes(facet: number): readonly InboxCount[] {
    const rows = allRows<{
      label: string;
      key: string;
      message_count: number;
      unread_count: number;
    }>(this.#statements.inboxes, facet, inboxesMax);
    return rows.map((row) => ({
      name: row.label === '' ? row.key : row.label,
      count: row.message_count,
      unread: row.unread_count,
    }));
  }

  #prepare(text: string): Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    if (this.#prepared.size >= preparedMax) this.#prepared.clear();
    const statement = this.#database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }

  #snapshot<T>(work: () => T): T {
    const results: T[] = [];
    this.#inSnapshot(() => results.push(work()));
    const [result] = results;
    if (result === undefined) throw new Error('the snapshot ended without running');
    return result;
  }
}
