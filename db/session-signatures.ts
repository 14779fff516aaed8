/**
 * Which errors and which replies a session had, each once: its signature. Thousands of sessions
 * share a few dozen of them, so that "who was told 550" is a look at a small table and then at an
 * index, and a session pays for it with one integer.
 */
import type { Database, Statement } from './driver.ts';
import { allRows } from './rows.ts';
import type { ReplyKind, SessionFilter } from './session-types.ts';

/** Both lists between commas, so that each entry can be looked for as a whole; `''` when empty. */
export interface Signature {
  readonly errors: string;
  /** `,MAIL 250,RCPT 550,` */
  readonly replies: string;
}

export function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : `,${names.join(',')},`;
}

export function unlisted(text: string): readonly string[] {
  return text === '' ? [] : text.slice(1, -1).split(',');
}

/** Octets of `replies` that stand for all of a code, or for a code after one verb. */
export function replyPattern({ verb, code }: ReplyKind): string {
  return verb === null ? ` ${code},` : `,${verb} ${code},`;
}

/** A condition on `s.signature`, or `null` when the filter asks for none. */
export function signatureCondition({ error, reply }: SessionFilter): {
  readonly sql: string;
  readonly values: readonly string[];
} | null {
  const wanted = [
    ...(error === null ? [] : [{ column: 'errors', text: `,${error},` }]),
    ...(reply === null ? [] : [{ column: 'replies', text: replyPattern(reply) }]),
  ];
  if (wanted.length === 0) return null;
  const where = wanted.map(({ column }) => `instr(${column}, ?) > 0`).join(' AND ');
  return {
    sql: `s.signature IN (SELECT id FROM session_signature WHERE ${where})`,
    values: wanted.map(({ text }) => text),
  };
}

/** So many may be there without anybody asking whether they are still in use. */
const sweepFrom = 1_000;

const sql = {
  all: 'SELECT id, errors, replies FROM session_signature',
  insert: 'INSERT INTO session_signature (errors, replies) VALUES (?, ?)',
  deleteUnused: 'DELETE FROM session_signature WHERE id NOT IN (SELECT signature FROM session)',
} as const;

/** The writer's side. Everything but `forget` belongs into its transaction. */
export class SessionSignatures {
  readonly #statements: Readonly<Record<keyof typeof sql, Statement>>;
  #ids = new Map<string, number | bigint>();
  #sweepAt = sweepFrom;

  constructor(database: Database) {
    this.#statements = {
      all: database.prepare(sql.all),
      insert: database.prepare(sql.insert),
      deleteUnused: database.prepare(sql.deleteUnused),
    };
    this.forget();
  }

  idOf({ errors, replies }: Signature): number | bigint {
    const key = `${errors};${replies}`;
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#statements.insert.run(errors, replies).lastInsertRowid;
      this.#ids.set(key, id);
    }
    return id;
  }

  /** Peers that behave differently each time must not fill the table. */
  sweep(): void {
    if (this.#ids.size < this.#sweepAt) return;
    this.#statements.deleteUnused.run();
    this.forget();
    this.#sweepAt = Math.max(sweepFrom, this.#ids.size * 2);
  }

  /** After a transaction that came to nothing, the table is what counts. */
  forget(): void {
    const rows = allRows<Signature & { readonly id: number }>(this.#statements.all);
    this.#ids = new Map(rows.map(({ id, errors, replies }) => [`${errors};${replies}`, id]));
  }
}
