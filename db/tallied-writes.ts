/** Transactions that write, and the tally that every one of them leaves right. */
import type { Database } from './driver.ts';
import type { StoreStatements } from './message-statements.ts';
import { addToTally, readTally, recount, type Tally, tallyAgrees, tallyValues } from './tally.ts';

export class TalliedWrites {
  readonly #statements: StoreStatements;
  readonly #inTransaction: (work: () => void) => void;
  #tally: Tally;

  constructor(database: Database, statements: StoreStatements) {
    this.#statements = statements;
    // Deferred: a filter of words may be read here, and the words' own writer must not be locked out.
    this.#inTransaction = database.transaction((work: () => void) => work()).deferred;
    this.#tally = readTally(statements.tally);
    if (!tallyAgrees(database, this.#tally)) {
      recount(database);
      this.#tally = readTally(statements.tally);
    }
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Inside a `write` only. */
  add(change: Partial<Tally>): void {
    this.#tally = addToTally(this.#tally, change);
  }

  /** One transaction; the tally in memory goes back with it when it fails. */
  write<T>(work: () => T): T {
    const before = this.#tally;
    try {
      let result: { readonly value: T } | null = null;
      this.#inTransaction(() => {
        result = { value: work() };
        this.#saveTally(before);
      });
      return madeBy(result);
    } catch (error) {
      this.#tally = before;
      throw error;
    }
  }

  #saveTally(before: Tally): void {
    if (this.#tally !== before) this.#statements.saveTally.run(...tallyValues(this.#tally));
  }
}

function madeBy<T>(result: { readonly value: T } | null): T {
  if (result === null) throw new Error('the transaction ended without running');
  return result.value;
}
