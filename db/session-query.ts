/** Reads sessions that have ended: lists with counts by outcome, and one with its transcript. */
import type { Database, Statement } from './driver.ts';
import { allRows, firstRow } from './rows.ts';
import {
  inLinesJson,
  type SessionRow,
  type SessionWithTranscript,
  toSessionRecord,
  toSessionSummary,
} from './session-rows.ts';
import { signatureCondition } from './session-signatures.ts';
import type {
  RecordedOutcome,
  SessionFilter,
  SessionQuery,
  SessionRecord,
  StoredSessionPage,
} from './session-types.ts';

const listMax = 1_000;
/** Above every seq there will be. */
const seqMax = 999_999_999_999;

const byId = `SELECT s.*, g.errors, g.replies AS reply_kinds,
    t.lines, t.lines_dropped, t.replies, t.tls_failure
  FROM session AS s JOIN session_transcript AS t USING (seq)
    JOIN session_signature AS g ON g.id = s.signature
  WHERE s.id = ?`;

/** Fewer than the combinations of conditions, which are all there can be. */
const preparedMax = 64;

export class SessionQueries {
  readonly #database: Database;
  readonly #byId: Statement;
  readonly #prepared = new Map<string, Statement>();
  readonly #inSnapshot: (work: () => void) => void;

  constructor(database: Database) {
    this.#database = database;
    this.#byId = database.prepare(byId);
    this.#inSnapshot = database.transaction((work: () => void) => work());
  }

  list(query: SessionQuery): StoredSessionPage {
    const limit = Math.min(Math.max(query.limit, 0), listMax);
    let rows: readonly (SessionRow & { readonly seq: number })[] = [];
    let byOutcome: StoredSessionPage['byOutcome'] = {};
    this.#inSnapshot(() => {
      rows = this.#page(query, limit + 1);
      byOutcome = this.#counts(query.filter);
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      sessions: page.map(toSessionSummary),
      // With no row asked for, the next page starts where this one did.
      nextBeforeSeq: rows.length > limit ? (last?.seq ?? query.beforeSeq ?? seqMax) : null,
      byOutcome,
    };
  }

  get(id: string): SessionRecord | null {
    const row = firstRow<SessionWithTranscript>(this.#byId, id);
    return row === null ? null : toSessionRecord(row);
  }

  #page(query: SessionQuery, limit: number): readonly (SessionRow & { readonly seq: number })[] {
    const { tables, where, values } = conditions(query.filter);
    const outcome = query.filter.outcome;
    return allRows(
      this.#prepare(`SELECT s.*, g.errors FROM ${tables}
          JOIN session_signature AS g ON g.id = s.signature
        WHERE ${where} ${outcome === null ? '' : 'AND s.outcome = ?'} AND s.seq < ?
        ORDER BY s.seq DESC LIMIT ?`),
      ...values,
      ...(outcome === null ? [] : [outcome]),
      query.beforeSeq ?? seqMax,
      limit,
    );
  }

  #counts(filter: SessionFilter): StoredSessionPage['byOutcome'] {
    const { tables, where, values } = conditions(filter);
    const rows = allRows<{ outcome: RecordedOutcome; count: number }>(
      this.#prepare(`SELECT s.outcome, count(*) AS count FROM ${tables}
        WHERE ${where} GROUP BY s.outcome`),
      ...values,
    );
    return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
  }

  #prepare(text: string): Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    if (this.#prepared.size >= preparedMax) this.#prepared.clear();
    const statement = this.#database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }
}

/** All of the filter but its outcome. */
function conditions(filter: SessionFilter): {
  readonly tables: string;
  readonly where: string;
  readonly values: readonly unknown[];
} {
  const all: string[] = [];
  const values: unknown[] = [];
  const signature = signatureCondition(filter);
  if (signature !== null) {
    all.push(signature.sql);
    values.push(...signature.values);
  }
  if (filter.peer !== null) {
    all.push('s.peer_address = ? COLLATE NOCASE');
    values.push(filter.peer);
  }
  if (filter.user !== null) {
    all.push('s.auth_user = ? COLLATE NOCASE');
    values.push(filter.user);
  }
  if (filter.text !== null) {
    const found = ['s.ehlo_name', 's.peer_address', 's.auth_user', 's.id', 't.tls_failure'];
    all.push(
      `(${[...found, 't.lines'].map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
    );
    for (const _ of found) values.push(containing(filter.text));
    values.push(containing(inLinesJson(filter.text)));
  }
  return {
    tables:
      filter.text === null
        ? 'session AS s'
        : 'session AS s CROSS JOIN session_transcript AS t ON t.seq = s.seq',
    where: all.length === 0 ? 'TRUE' : all.join(' AND '),
    values,
  };
}

function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
