/**
 * The words of what has just been filed, in an index of their own. A named inbox that asks for
 * words can so be told from a few messages; the index of the whole store would have to be walked,
 * for the beginning of a word at least, however few of its messages are new.
 */
import type { Database, Statement } from './driver.ts';
import type { Filter } from './types.ts';
import { columnOfField, indexColumnNames } from './words.ts';

export interface ArrivedMessage {
  readonly seq: number;
  /** As in the index, in the order of its columns. */
  readonly words: readonly string[];
}

export class ArrivedWords {
  readonly #database: Database;
  #statements: { readonly insert: Statement; readonly clear: Statement } | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes the place of what was in it. Columns that nobody asks for stay empty. */
  fill(messages: readonly ArrivedMessage[], columns: ReadonlySet<string>): void {
    const { insert, clear } = this.#ready();
    clear.run();
    for (const { seq, words } of messages) {
      insert.run(seq, ...indexColumnNames.map((name, at) => (columns.has(name) ? words[at] : '')));
    }
  }

  /** Of this connection, in memory, and made when first asked for. */
  prepare(): void {
    this.#ready();
  }

  #ready() {
    if (this.#statements !== null) return this.#statements;
    const names = indexColumnNames.join(', ');
    // Tokenized like `message_fts` in search-file.ts.
    this.#database.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.arrived_fts USING fts5(
      ${names}, content = '', tokenize = 'unicode61 remove_diacritics 2')`);
    this.#statements = {
      insert: this.#database.prepare(
        `INSERT INTO arrived_fts (rowid, ${names}) VALUES (?${', ?'.repeat(indexColumnNames.length)})`,
      ),
      clear: this.#database.prepare(`INSERT INTO arrived_fts (arrived_fts) VALUES ('delete-all')`),
    };
    return this.#statements;
  }
}

/** The columns that a filter looks into. */
export function wordColumns(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'and':
      return filter.all.flatMap(wordColumns);
    case 'or':
      return filter.any.flatMap(wordColumns);
    case 'not':
      return wordColumns(filter.not);
    case 'words': {
      const column = columnOfField(filter.field);
      return column === null ? indexColumnNames : [column];
    }
    default:
      return [];
  }
}
