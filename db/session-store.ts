/**
 * Writes sessions that have ended, and keeps them within their limits: the oldest go in the same
 * transaction. Synchronous, on the writer's connection; reading is `session-query.ts`.
 */
import type { Database, Statement } from './driver.ts';
import { allRows, firstRow } from './rows.ts';
import { insertSession, insertTranscript, type SessionValues } from './session-rows.ts';
import { SessionSignatures } from './session-signatures.ts';
import type { SessionRetention } from './session-types.ts';

export const sessionRetention: SessionRetention = {
  sessionsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
};

const sql = {
  // The same session may be handed over again when the answer to the first time was lost.
  insert: insertSession,
  insertTranscript,
  sums: 'SELECT count(*) AS count, coalesce(sum(stored_bytes), 0) AS bytes FROM session',
  oldest: 'SELECT seq, stored_bytes FROM session ORDER BY seq LIMIT ?',
  deleteUpTo: 'DELETE FROM session WHERE seq <= ?',
  deleteTranscriptsUpTo: 'DELETE FROM session_transcript WHERE seq <= ?',
  deleteAll: 'DELETE FROM session',
  deleteAllTranscripts: 'DELETE FROM session_transcript',
  deleteAllSignatures: 'DELETE FROM session_signature',
} as const;

export class SessionStore {
  readonly #statements: Readonly<Record<keyof typeof sql, Statement>>;
  readonly #inTransaction: (work: () => void) => void;
  readonly #retention: SessionRetention;
  readonly #signatures: SessionSignatures;
  #count: number;
  #bytes: number;

  constructor(database: Database, retention: SessionRetention = sessionRetention) {
    this.#retention = retention;
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, Statement>;
    this.#inTransaction = database.transaction((work: () => void) => work()).immediate;
    this.#signatures = new SessionSignatures(database);
    const sums = firstRow<{ count: number; bytes: number }>(this.#statements.sums);
    this.#count = sums?.count ?? 0;
    this.#bytes = sums?.bytes ?? 0;
  }

  /** All rows or none, in the order in which they ended. */
  save(rows: readonly SessionValues[]): void {
    const before = { count: this.#count, bytes: this.#bytes };
    try {
      this.#inTransaction(() => {
        for (const row of rows) this.#insert(row);
        this.#prune();
      });
    } catch (error) {
      this.#count = before.count;
      this.#bytes = before.bytes;
      this.#signatures.forget();
      throw error;
    }
  }

  /** Returns how many there were. */
  clear(): number {
    const count = this.#count;
    this.#inTransaction(() => {
      this.#statements.deleteAll.run();
      this.#statements.deleteAllTranscripts.run();
      this.#statements.deleteAllSignatures.run();
    });
    this.#signatures.forget();
    this.#count = 0;
    this.#bytes = 0;
    return count;
  }

  #insert(row: SessionValues): void {
    const signature = this.#signatures.idOf(row.signature);
    const { changes, lastInsertRowid } = this.#statements.insert.run(...row.session, signature);
    if (changes === 0) return;
    this.#statements.insertTranscript.run(lastInsertRowid, ...row.transcript);
    this.#count += 1;
    this.#bytes += row.storedBytes;
  }

  /** Looks at as many of the oldest as are too many, and again while the octets are too many. */
  #prune(): void {
    const { sessionsMax, bytesMax } = this.#retention;
    while (this.#count > sessionsMax || (this.#bytes > bytesMax && this.#count > 1)) {
      const surplus = Math.max(this.#count - sessionsMax, 1);
      const oldest = allRows<{ seq: number; stored_bytes: number }>(
        this.#statements.oldest,
        surplus,
      );
      const last = oldest.at(-1);
      if (last === undefined) return;
      this.#statements.deleteUpTo.run(last.seq);
      this.#statements.deleteTranscriptsUpTo.run(last.seq);
      this.#count -= oldest.length;
      for (const { stored_bytes } of oldest) this.#bytes -= stored_bytes;
    }
    this.#signatures.sweep();
  }
}
