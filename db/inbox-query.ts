/** Lists of inboxes, and single ones. Only reads; see `inbox-types.ts`. */
import type { Database, Statement } from './driver.ts';
import { facets, foldCase } from './facets.ts';
import { stored } from './filter-to-sql.ts';
import { addressOf, inboxId, inboxKinds, parseInboxId } from './inbox-id.ts';
import type { Inbox, InboxCursor, InboxKind, InboxPage, InboxQuery } from './inbox-types.ts';
import { matchingSeqsSql } from './named-inboxes.ts';
import { allRows, firstRow } from './rows.ts';
import type { Filter } from './types.ts';

const pageMax = 500;

/** What people read; as it was first spelled for a user, in small letters else. */
const nameSql = `CASE WHEN i.label = '' THEN i.key ELSE i.label END`;

/** In small letters, for looking up and for order. */
const plainNameSql = `CASE WHEN i.facet = ${facets.recipient} THEN i.label ELSE i.key END`;

const columns = `i.facet, i.key, ${nameSql} AS name, i.message_count, i.unread_count,
  coalesce(r.messages_max, 0) AS messages_max, coalesce(r.age_ms_max, 0) AS age_ms_max`;
const limits = 'LEFT JOIN inbox_retention AS r ON r.facet = i.facet AND r.key = i.key';

const sql = {
  named: `SELECT ${columns.replace(nameSql, 'n.name')}, n.query, n.filled_from_seq, n.unfilled_seq,
      n.created_at_ms
    FROM named_inbox AS n JOIN inbox AS i ON i.facet = ${facets.named} AND i.key = n.facet_key
      ${limits}
    ORDER BY n.name_key`,
  one: `SELECT ${columns} FROM inbox AS i ${limits} WHERE i.facet = ? AND i.key = ?`,
  limitsOfOne: 'SELECT messages_max, age_ms_max FROM inbox_retention WHERE facet = ? AND key = ?',
  filter: 'SELECT filter FROM named_inbox WHERE facet_key = ?',
} as const;

interface InboxRow {
  readonly facet: number;
  readonly key: string;
  readonly name: string;
  readonly message_count: number;
  readonly unread_count: number;
  readonly messages_max: number;
  readonly age_ms_max: number;
}

interface ListedRow extends InboxRow {
  readonly plain_name: string;
}

interface NamedRow extends InboxRow {
  readonly query: string;
  readonly filled_from_seq: number;
  readonly unfilled_seq: number;
  readonly created_at_ms: number;
}

export class InboxQueries {
  readonly #database: Database;
  readonly #statements: Readonly<Record<keyof typeof sql, Statement>>;
  readonly #inSnapshot: (work: () => void) => void;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, Statement>;
    this.#inSnapshot = database.transaction((work: () => void) => work());
  }

  list(query: InboxQuery): InboxPage {
    let page: InboxPage = { inboxes: [], next: null, matched: 0 };
    this.#inSnapshot(() => {
      page = this.#list(query);
    });
    return page;
  }

  get(id: string): Inbox | null {
    const ref = parseInboxId(id);
    if (ref === null) return null;
    if (ref.kind === 'named') return this.#named().find((inbox) => inbox.id === id) ?? null;
    const row = firstRow<InboxRow>(this.#statements.one, ref.facet, ref.key);
    if (row !== null) return toInbox(row);
    const kept = firstRow<Pick<InboxRow, 'messages_max' | 'age_ms_max'>>(
      this.#statements.limitsOfOne,
      ref.facet,
      ref.key,
    );
    return toInbox({
      facet: ref.facet,
      key: ref.key,
      name: ref.kind === 'user' ? ref.value : foldCase(ref.value),
      message_count: 0,
      unread_count: 0,
      messages_max: kept?.messages_max ?? 0,
      age_ms_max: kept?.age_ms_max ?? 0,
    });
  }

  /** Stored messages that belong in a named inbox, above one seq and up to another. */
  matching(asked: {
    readonly facetKey: string;
    readonly aboveSeq: number;
    readonly uptoSeq: number;
  }): readonly number[] {
    const row = firstRow<{ filter: string }>(this.#statements.filter, asked.facetKey);
    if (row === null) return [];
    const { sql: text, values } = matchingSeqsSql(JSON.parse(row.filter) as Filter, stored);
    return allRows<{ seq: number }>(
      this.#database.prepare(text),
      ...values,
      asked.aboveSeq,
      asked.uptoSeq,
    ).map(({ seq }) => seq);
  }

  /** Named ones first, as many as there are; then a page of the others. */
  #list(query: InboxQuery): InboxPage {
    const limit = Math.min(Math.max(query.limit, 1), pageMax);
    const { after } = query;
    const asked = { text: foldCase(query.text), facets: facetsOf(query.kinds) };
    const named = asked.facets.includes(facets.named)
      ? this.#named().filter(({ name }) => foldCase(name).includes(asked.text))
      : [];
    const listed: { readonly inbox: Inbox; readonly cursor: InboxCursor }[] = named
      .map((inbox) => ({ inbox, cursor: namedCursor(inbox) }))
      .filter(({ cursor }) => after === null || isBehind(cursor, after));
    const rows = this.#rows({ ...query, ...asked, limit: limit + 1 });
    for (const row of rows) {
      const { facet, key, plain_name: name, message_count: count } = row;
      listed.push({ inbox: toInbox(row), cursor: { facet, key, name, count } });
    }
    return {
      inboxes: listed.slice(0, limit).map(({ inbox }) => inbox),
      next: listed.length > limit ? (listed[limit - 1]?.cursor ?? null) : null,
      matched: named.length + this.#count(asked),
    };
  }

  #named(): readonly Inbox[] {
    return allRows<NamedRow>(this.#statements.named).map((row) => ({
      ...toInbox(row),
      query: row.query,
      filledShare:
        row.filled_from_seq === 0 ? 1 : 1 - row.unfilled_seq / Math.max(row.filled_from_seq, 1),
      createdAtMs: row.created_at_ms,
    }));
  }

  #rows(query: InboxQuery & Asked): readonly ListedRow[] {
    const after = query.after === null || query.after.facet === facets.named ? null : query.after;
    const order =
      query.order === 'name'
        ? { by: 'plain_name, i.facet', behind: `(${plainNameSql}, i.facet) > (?, ?)` }
        : {
            by: 'i.message_count DESC, i.facet, i.key',
            behind: '(-i.message_count, i.facet, i.key) > (?, ?, ?)',
          };
    const values =
      after === null
        ? []
        : query.order === 'name'
          ? [after.name, after.facet]
          : [-after.count, after.facet, after.key];
    const { where, bound } = condition(query);
    return allRows<ListedRow>(
      this.#database.prepare(`SELECT ${columns}, ${plainNameSql} AS plain_name
        FROM inbox AS i ${limits} WHERE ${where} AND ${after === null ? 'TRUE' : order.behind}
        ORDER BY ${order.by} LIMIT ?`),
      ...bound,
      ...values,
      query.limit,
    );
  }

  #count(asked: Asked): number {
    const { where, bound } = condition(asked);
    const row = firstRow<{ count: number }>(
      this.#database.prepare(`SELECT count(*) AS count FROM inbox AS i WHERE ${where}`),
      ...bound,
    );
    return row?.count ?? 0;
  }
}

interface Asked {
  readonly text: string;
  readonly facets: readonly number[];
}

function facetsOf(kinds: readonly InboxKind[]): readonly number[] {
  const all: readonly InboxKind[] = ['named', 'address', 'domain', 'user'];
  return all
    .filter((kind) => kinds.length === 0 || kinds.includes(kind))
    .map((kind) => inboxKinds[kind]);
}

/** Named ones are listed apart. */
function condition(asked: Asked): { readonly where: string; readonly bound: readonly string[] } {
  const listed = asked.facets.filter((facet) => facet !== facets.named);
  const isAsked = `i.facet IN (${listed.join(', ')}) AND i.message_count > 0`;
  if (asked.text === '') return { where: isAsked, bound: [] };
  return { where: `${isAsked} AND instr(${plainNameSql}, ?) > 0`, bound: [asked.text] };
}

function namedCursor({ name }: Inbox): InboxCursor {
  return { facet: facets.named, key: '', name: foldCase(name), count: 0 };
}

function isBehind(named: InboxCursor, after: InboxCursor): boolean {
  return after.facet === facets.named && compareText(named.name, after.name) > 0;
}

/** As SQLite orders text: by code points. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toInbox(row: InboxRow): Inbox {
  return {
    id: inboxId(row.facet, row.key) ?? '',
    kind: kindsByFacet.get(row.facet) ?? 'named',
    name: row.facet === facets.recipient ? addressOf(row.key) : row.name,
    query: null,
    count: row.message_count,
    unread: row.unread_count,
    retention: { messagesMax: row.messages_max, ageMsMax: row.age_ms_max },
    filledShare: 1,
    createdAtMs: null,
  };
}

const kindsByFacet: ReadonlyMap<number, InboxKind> = new Map(
  (['named', 'address', 'domain', 'user'] as const).map((kind) => [inboxKinds[kind], kind]),
);
