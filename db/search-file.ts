/**
 * The words of all messages lie in a file of their own beside the database, attached to whichever
 * connection needs them under the name `search`. Indexing is most of what a message costs, and
 * SQLite has one writer for each file: apart, no commit of mail ever waits for it, and it can be
 * done by the hundred, which is half the work.
 *
 * The file holds nothing that the messages do not: when it is missing, of another schema or another
 * store, it is made anew, and the indexer fills it from the messages. For a store in memory it is
 * memory too.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import type { Database } from './driver.ts';
import { firstRow } from './rows.ts';
import { StoreError } from './store-error.ts';

/** "PFxS" in the file's header: this file is ours and may be thrown away. */
const searchApplicationId = 0x50467853;
/** Counted up with each change of the schema below. */
const searchSchema = 1;
const cacheKib = 4_096;

const schema = `
-- Positions are kept (detail=full) because phrases, and words that the tokenizer splits
-- (addresses, hyphens), need them.
CREATE VIRTUAL TABLE search.message_fts USING fts5(
  subject, sender, recipient, cc, bcc, reply_to, envelope, body,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- Of which store, and up to which message.
CREATE TABLE search.progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store TEXT NOT NULL,
  indexed_seq INTEGER NOT NULL
) STRICT;
`;

/**
 * Messages are indexed by the hundred, so more fits in memory before it is written. What was written
 * apart is joined when nothing else is to do (`SearchIndex.merge`), for that is a third of the work;
 * only when it is in so many pieces that a search would suffer is it done at once.
 */
const tuning = { hashsize: 4_194_304, automerge: 0, crisismerge: 512 };

/** Where the words of the database at `location` lie. */
export function searchLocation(location: string): string {
  return `${location}-search`;
}

/** Attaches the words to a connection that only reads them, after `openSearch` of another. */
export function attachSearch(database: Database): void {
  const names = database.prepare("SELECT 1 FROM pragma_database_list WHERE name = 'search'");
  if (names.get() !== undefined) return;
  const path = database.memory ? ':memory:' : searchLocation(database.name);
  database.prepare('ATTACH ? AS search').run(path);
  // Each file has a cache of its own, and 16 MiB unless told.
  database.pragma(`search.cache_size = -${cacheKib}`);
}

/** Attaches the words to the connection that writes them; makes them anew where that is needed. */
export function openSearch(database: Database): void {
  if (database.memory) {
    attachSearch(database);
    create(database);
    return;
  }
  const path = searchLocation(database.name);
  // Made here, so that it takes this mode and not that of the process.
  closeSync(openSync(path, 'a', 0o600));
  attachOurs(database, path);
  if (isUsable(database)) return;
  database.exec('DETACH search');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  closeSync(openSync(path, 'a', 0o600));
  attachSearch(database);
  create(database);
}

/** What may be thrown away without asking has to be ours, or empty. */
function attachOurs(database: Database, path: string): void {
  try {
    attachSearch(database);
    const id = Number(database.pragma('search.application_id', { simple: true }));
    if (id === searchApplicationId) return;
    const count = database.prepare('SELECT count(*) FROM search.sqlite_schema').pluck().get();
    if (id === 0 && count === 0) return;
  } catch {
    // Not even a database.
  }
  throw new StoreError(
    'foreignDatabase',
    `${path} is where the words of all messages are kept, and it is the file of another program or damaged. It was left untouched; move or delete it, and it is made anew from the messages.`,
  );
}

function isUsable(database: Database): boolean {
  try {
    if (Number(database.pragma('search.user_version', { simple: true })) !== searchSchema) {
      return false;
    }
    configure(database);
    tune(database);
    const progress = firstRow<{ store: string }>(
      database.prepare('SELECT store FROM search.progress'),
    );
    // Reads the beginning of the index; deeper damage shows when it is met.
    database.prepare('SELECT id FROM search.message_fts_docsize LIMIT 1').get();
    database.prepare('SELECT id FROM search.message_fts_data LIMIT 1').get();
    return progress?.store === storeIdOf(database);
  } catch {
    // However it is damaged: making it anew is the remedy.
    return false;
  }
}

function create(database: Database): void {
  configure(database);
  database.transaction(() => {
    database.exec(schema);
    tune(database);
    database.prepare('INSERT INTO search.progress VALUES (1, ?, 0)').run(storeIdOf(database));
    database.pragma(`search.application_id = ${searchApplicationId}`);
    database.pragma(`search.user_version = ${searchSchema}`);
  })();
}

function configure(database: Database): void {
  if (!database.memory) database.pragma('search.journal_mode = WAL');
  database.pragma('search.synchronous = NORMAL');
}

/** Kept in the file; one of before may have others. */
function tune(database: Database): void {
  const config = database.prepare('SELECT v FROM search.message_fts_config WHERE k = ?').pluck();
  for (const [name, value] of Object.entries(tuning)) {
    if (config.get(name) === value) continue;
    database.exec(
      `INSERT INTO search.message_fts (message_fts, rank) VALUES ('${name}', ${value})`,
    );
  }
}

/** So that words of one store are never taken for those of another that was moved to its place. */
function storeIdOf(database: Database): string {
  return String(database.prepare('SELECT id FROM store').pluck().get());
}
