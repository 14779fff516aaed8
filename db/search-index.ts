/**
 * Writes the words of messages into the index and takes them out again. Synchronous, on the
 * connection that `openSearch` prepared; every change is a transaction of the search file alone.
 */
import type { Database, Statement } from './driver.ts';
import { allRows, firstRow } from './rows.ts';
import { toIndexWords } from './words.ts';

export interface IndexEntry {
  readonly seq: number;
  /** In the order of the columns of `message_fts`. */
  readonly texts: readonly string[];
}

const sql = {
  indexedSeq: 'SELECT indexed_seq FROM search.progress',
  saveIndexedSeq: 'UPDATE search.progress SET indexed_seq = ?',
  insert: `INSERT INTO search.message_fts
    (rowid, subject, sender, recipient, cc, bcc, reply_to, envelope, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  // Of levels with four segments and more.
  merge: "INSERT INTO search.message_fts (message_fts, rank) VALUES ('merge', ?)",
  changes: 'SELECT total_changes() AS count',
  remove: 'DELETE FROM search.message_fts WHERE rowid = ?',
  strays: `SELECT id FROM search.message_fts_docsize
    WHERE id > ? AND (id > ? OR id NOT IN (SELECT seq FROM main.message)) ORDER BY id LIMIT ?`,
} as const;

export class SearchIndex {
  readonly #statements: Readonly<Record<keyof typeof sql, Statement>>;
  readonly #inTransaction: (work: () => void) => void;
  #indexedSeq: number;

  constructor(database: Database) {
    this.#statements = Object.fromEntries(
      Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]),
    ) as Record<keyof typeof sql, Statement>;
    // Deferred: it locks the search file, which it writes, and not the store.
    this.#inTransaction = database.transaction((work: () => void) => work()).deferred;
    const row = firstRow<{ indexed_seq: number }>(this.#statements.indexedSeq);
    this.#indexedSeq = row?.indexed_seq ?? 0;
  }

  /** The words of every message up to this one are in the index. */
  get indexedSeq(): number {
    return this.#indexedSeq;
  }

  /** In order of seq, all beyond `indexedSeq`, which becomes `upToSeq`. */
  add(entries: readonly IndexEntry[], upToSeq: number): void {
    this.#inTransaction(() => {
      for (const { seq, texts } of entries) {
        this.#statements.insert.run(seq, ...texts.map(toIndexWords));
      }
      this.#statements.saveIndexedSeq.run(upToSeq);
    });
    this.#indexedSeq = upToSeq;
  }

  /** Those that are not in the index make no difference. */
  remove(seqs: readonly number[]): void {
    this.#inTransaction(() => {
      for (const seq of seqs) this.#statements.remove.run(seq);
    });
  }

  /** Joins some of what was written apart, which makes searches quicker. False: there is no more. */
  merge(pagesMax: number): boolean {
    const before = this.#changes();
    this.#inTransaction(() => {
      this.#statements.merge.run(BigInt(pagesMax));
    });
    // As FTS5 documents it: fewer changes are none.
    return this.#changes() - before >= 2;
  }

  #changes(): number {
    return firstRow<{ count: number }>(this.#statements.changes)?.count ?? 0;
  }

  /**
   * What a process that was killed, or a machine that lost its power, can have left behind: words
   * of messages that are gone, and of messages that the store never had. `lastSeq` is as far as the
   * store went when it was opened; what has come in since is not in the index yet.
   */
  reconcile(lastSeq: number): void {
    if (this.#indexedSeq > lastSeq) this.add([], lastSeq);
    const portion = 1_000;
    for (let after = 0; ; ) {
      const strays = allRows<{ id: number }>(this.#statements.strays, after, lastSeq, portion);
      const seqs = strays.map(({ id }) => id);
      if (seqs.length > 0) this.remove(seqs);
      const last = seqs.at(-1);
      if (last === undefined || seqs.length < portion) return;
      after = last;
    }
  }
}
