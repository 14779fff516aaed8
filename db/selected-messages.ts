/** Which messages an operation is about: a table in memory that is filled anew each time. */
import type { Database } from './driver.ts';
import { filterToSql } from './filter-to-sql.ts';
import type { StoreStatements } from './message-statements.ts';
import { allRows, firstRow } from './rows.ts';
import { attachSearch } from './search-file.ts';
import type { Selection } from './types.ts';

/** Operations name the messages they changed up to this number. */
export const idsMax = 1_000;

export class SelectedMessages {
  readonly #database: Database;
  readonly #statements: StoreStatements;

  constructor(database: Database, statements: StoreStatements) {
    this.#database = database;
    this.#statements = statements;
  }

  /** Fills the table `selected` with the live messages meant; `isRead` narrows them. */
  select(selection: Selection, isRead: 0 | 1 | null): void {
    this.#statements.clearSelected.run();
    switch (selection.kind) {
      case 'all':
        this.#statements.selectAll.run(isRead, isRead);
        return;
      case 'ids':
        for (const id of selection.ids) this.#statements.selectId.run(id, isRead, isRead);
        return;
      case 'filter': {
        attachSearch(this.#database);
        const { from, where, seq, values } = filterToSql(selection.filter);
        this.#database
          .prepare(
            `INSERT OR IGNORE INTO selected SELECT ${seq} FROM ${from}
               CROSS JOIN message AS m ON m.seq = l.seq
             WHERE ${where} AND (? IS NULL OR l.is_read = ?)`,
          )
          .run(...values, isRead, isRead);
      }
    }
  }

  selectSeqs(seqs: readonly number[]): void {
    this.#statements.clearSelected.run();
    for (const seq of seqs) this.#statements.selectSeq.run(seq);
  }

  ids(): readonly string[] | null {
    const rows = allRows<{ id: string }>(this.#statements.selectedIds, idsMax + 1);
    return rows.length > idsMax ? null : rows.map((row) => row.id);
  }

  sums(): { readonly count: number; readonly unread: number; readonly bytes: number } {
    const sums = firstRow<{ count: number; unread: number; bytes: number }>(
      this.#statements.selectedSums,
    );
    return sums ?? { count: 0, unread: 0, bytes: 0 };
  }

  /** To the counts of their inboxes, or away from these. */
  countInInboxes(sign: 1 | -1, everything: boolean): void {
    if (everything && sign === -1) this.#statements.inboxZero.run();
    else this.#statements.inboxSelected.run(sign, sign);
  }
}
