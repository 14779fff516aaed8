/** The words' file: kept while it fits its store, made anew when it does not, never somebody else's. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, loadDriver } from './driver.ts';
import { openForWriting } from './open.ts';
import { openSearch, searchLocation } from './search-file.ts';
import { SearchIndex } from './search-index.ts';

const texts = ['blue', '', '', '', '', '', '', ''];

let folder: string;
let location: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-search-'));
  location = join(folder, 'mail.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens store and words, works on them and closes both. */
function opened<T>(
  work: (index: SearchIndex, ids: () => readonly number[], database: Database) => T,
): T {
  const { database, close } = openForWriting({ location, durability: 'normal' });
  try {
    openSearch(database);
    const found = database
      .prepare(`SELECT rowid FROM search.message_fts WHERE message_fts MATCH 'blue'`)
      .pluck();
    return work(new SearchIndex(database), () => found.all() as number[], database);
  } finally {
    close();
  }
}

const indexOne = () => opened((index) => index.add([{ seq: 1, texts }], 1));

test('what is indexed stays, in a file that is as private as the store', () => {
  indexOne();
  expect(opened((index, ids) => [index.indexedSeq, ids()])).toEqual([1, [1]]);
  expect(statSync(searchLocation(location)).mode & 0o777).toBe(0o600);
});

test.each([
  ['missing', () => rmSync(searchLocation(location))],
  ['of another store', () => rmSync(location)],
  [
    'of another schema',
    () => {
      const file = new (loadDriver())(searchLocation(location));
      file.pragma('user_version = 99');
      file.close();
    },
  ],
])('one that is %s is made anew', (_, harm) => {
  indexOne();
  harm();
  expect(opened((index, ids) => [index.indexedSeq, ids()])).toEqual([0, []]);
});

test.each([
  ['no database', () => writeFileSync(searchLocation(location), 'shopping list')],
  [
    'the database of another program',
    () => {
      const file = new (loadDriver())(searchLocation(location));
      file.exec('CREATE TABLE recipe (name TEXT)');
      file.close();
    },
  ],
])('%s in its place is refused and left as it was', (_, place) => {
  place();
  const before = readFileSync(searchLocation(location));
  expect(() => indexOne()).toThrow(expect.objectContaining({ code: 'foreignDatabase' }));
  expect(readFileSync(searchLocation(location)).equals(before)).toBe(true);
  expect(existsSync(location)).toBe(true);
});

test('words of messages that are gone, or that the store never had, are taken out', () => {
  opened((index, ids) => {
    index.add(
      [1, 2, 3].map((seq) => ({ seq, texts })),
      3,
    );
    expect(ids()).toEqual([1, 2, 3]);
    // The store has no message at all.
    index.reconcile(2);
    expect(ids()).toEqual([]);
    expect(index.indexedSeq).toBe(2);
  });
});

test('words of a message that was lost are not those of the next one with its number', () => {
  opened((index, ids, database) => {
    index.add(
      [1, 2].map((seq) => ({ seq, texts })),
      2,
    );
    const insert = database.prepare(
      `INSERT INTO message (seq, id, received_at_ms, size_bytes, reverse_path, forward_paths,
         recipient_count, tls, listener) VALUES (?, ?, 0, 0, '', '[]', 0, 0, 'smtp')`,
    );
    // At the start there was the first; the second has come since, before the index was looked at.
    insert.run(1, 'first');
    insert.run(2, 'second');
    index.reconcile(1);
    expect(ids()).toEqual([1]);
    expect(index.indexedSeq).toBe(1);
  });
});

test('what was written by many transactions is joined until there is nothing to join', () => {
  opened((index, ids) => {
    for (let seq = 1; seq <= 40; seq++) index.add([{ seq, texts }], seq);
    expect(index.merge(1_000)).toBe(true);
    while (index.merge(1_000));
    expect(ids()).toHaveLength(40);
  });
});
