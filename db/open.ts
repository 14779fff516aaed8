/**
 * Opens connections. A file is looked at before anything is written to it, so that a damaged or
 * foreign one is refused and left as it was.
 *
 * Write-ahead log: readers never wait for the writer. `synchronous = NORMAL` loses nothing to a
 * killed process; only a power cut may take the last commits, and FULL saves these too.
 * Checkpoints are left to the writer's idle moments (see `checkpoint`), because an automatic one
 * lands inside somebody's commit; the automatic ones only keep the log from growing without end.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Database, type DatabaseConstructor, loadDriver } from './driver.ts';
import { type StoreLock, takeLock } from './lock.ts';
import { applicationId, migrate, refuseNewerSchema } from './migrations.ts';
import { openSearch } from './search-file.ts';
import { StoreError, toStoreError } from './store-error.ts';

export const memoryLocation = ':memory:';

const pageBytes = 4096;
/** Pages in the log at which a commit moves what is left of it into the file: 64 MiB. */
const autocheckpointPages = 16_384;
/** The same of the connection that indexes: 16 MiB. */
const indexingCheckpointPages = 4_096;
/** Of each connection. What is not in it is in the system's cache of files. */
const cacheKib = 4_096;
/** Of messages that are read once. */
const pendingCacheKib = 512;
/** 16 MiB. */
const vacuumPagesMin = 4_096;
const vacuumSlicePages = 256;
const busyTimeoutMs = 5_000;
const headerBytes = 108;

export interface OpenDatabase {
  readonly database: Database;
  /** Ends the connection and lets the next process in. */
  close(): void;
}

/** The one connection that writes. Creates the file and its folder when absent. */
export function openForWriting(options: {
  readonly location: string;
  readonly durability: 'normal' | 'full';
}): OpenDatabase {
  const Driver = loadDriver();
  const { location } = options;
  if (location === memoryLocation) {
    const database = configure(new Driver(location), options.durability);
    openSearch(database);
    return { database, close: () => database.close() };
  }
  let lock: StoreLock | null = null;
  try {
    // Before the lock: nothing may appear beside a file that is not ours.
    if (existsSync(location)) {
      inspect(location);
      // SQLite would open it all the same and fail at the first message.
      accessSync(location, constants.W_OK);
    } else {
      createEmpty(location);
    }
    lock = takeLock(Driver, location);
    const held = lock;
    const database = openFile(Driver, options);
    return {
      database,
      close() {
        database.close();
        held.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw toStoreError(error, location);
  }
}

/** A connection for the one who writes the words, beside the writer's and once that is open. */
export function openForIndexing(location: string): Database {
  try {
    const database = new (loadDriver())(location, { fileMustExist: true, timeout: busyTimeoutMs });
    // Of both files: nobody waits for this connection.
    database.pragma(`wal_autocheckpoint = ${indexingCheckpointPages}`);
    database.pragma(`cache_size = -${pendingCacheKib}`);
    database.pragma('temp_store = MEMORY');
    openSearch(database);
    return database;
  } catch (error) {
    throw toStoreError(error, location);
  }
}

/** A connection that only reads, beside the writer's. */
export function openForReading(location: string): Database {
  try {
    const database = new (loadDriver())(location, {
      readonly: true,
      fileMustExist: true,
      timeout: busyTimeoutMs,
    });
    database.pragma(`cache_size = -${cacheKib}`);
    database.pragma('temp_store = MEMORY');
    return database;
  } catch (error) {
    throw toStoreError(error, location);
  }
}

/** A connection that does nothing but `checkpoint`, beside the writer's. */
export function openForCheckpoints(location: string): Database {
  try {
    const database = new (loadDriver())(location, { fileMustExist: true, timeout: busyTimeoutMs });
    database.pragma('wal_autocheckpoint = 0');
    return database;
  } catch (error) {
    throw toStoreError(error, location);
  }
}

/** Moves the log into the file without waiting for readers. Returns whether all of it went. */
export function checkpoint(database: Database): boolean {
  const [result] = database.pragma('wal_checkpoint(PASSIVE)') as readonly {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  return result === undefined || result.log === result.checkpointed;
}

/**
 * Gives one slice of unused pages back to the file system when they are many; some are worth
 * keeping, for the next messages will fill them. Returns whether there may be more to do.
 */
export function vacuumSlice(database: Database): boolean {
  if (database.memory) return false;
  const free = Number(database.pragma('freelist_count', { simple: true }));
  const pages = Number(database.pragma('page_count', { simple: true }));
  if (free < vacuumPagesMin || free < pages / 4) return false;
  database.pragma(`incremental_vacuum(${vacuumSlicePages})`);
  return true;
}

function openFile(
  Driver: DatabaseConstructor,
  options: { readonly location: string; readonly durability: 'normal' | 'full' },
): Database {
  const database = new Driver(options.location, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    admit(database);
    return configure(database, options.durability);
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: Database, durability: 'normal' | 'full'): Database {
  // These two only bind a file without pages; incremental vacuum gives space back in slices.
  database.pragma(`page_size = ${pageBytes}`);
  database.pragma('auto_vacuum = INCREMENTAL');
  if (!database.memory) requireLog(database);
  database.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
  database.pragma(`wal_autocheckpoint = ${autocheckpointPages}`);
  database.pragma(`journal_size_limit = ${autocheckpointPages * pageBytes}`);
  database.pragma(`cache_size = -${cacheKib}`);
  database.pragma('temp_store = MEMORY');
  database.pragma('foreign_keys = OFF');
  migrate(database);
  if (!database.memory) chmodSync(database.name, 0o600);
  return database;
}

function requireLog(database: Database): void {
  const mode = database.pragma('journal_mode = WAL', { simple: true });
  if (mode === 'wal') return;
  throw new StoreError(
    'cannotOpen',
    `The file system of ${database.name} does not allow a write-ahead log (network folders often do not). Name a file on a local disk with --db.`,
  );
}

/** The log and its index take the permissions of the file, so one mode keeps all three private. */
function createEmpty(location: string): void {
  mkdirSync(dirname(location), { recursive: true, mode: 0o700 });
  closeSync(openSync(location, 'a', 0o600));
}

/**
 * Refuses what is not ours by the file's own octets, since even to read from a database with a
 * log SQLite makes files beside it. An empty file is as good as none.
 */
function inspect(location: string): void {
  const { fileBytes, octets } = readHeader(location);
  if (fileBytes === 0) return;
  if (!octets.subarray(0, 16).equals(Buffer.from('SQLite format 3\0', 'latin1'))) {
    throw new StoreError(
      'notADatabase',
      `${location} is not a SQLite database. It was left untouched; name another file with --db.`,
    );
  }
  const id = octets.readInt32BE(68);
  const tables = octets.readUInt16BE(103);
  if (id !== applicationId && (id !== 0 || tables > 0)) throw foreign(location);
  refuseNewerSchema(octets.readUInt32BE(60), location);
  // With a log beside it the file may rightly be behind; without one its size must be as said.
  if (!existsSync(`${location}-wal`)) refuseTruncated(location, { fileBytes, octets });
}

/** The same, once SQLite has brought file and log together; and that every table can be read. */
function admit(database: Database): void {
  const id = Number(database.pragma('application_id', { simple: true }));
  const names = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )
    .pluck()
    .all();
  if (id !== applicationId && (id !== 0 || names.length > 0)) throw foreign(database.name);
  refuseNewerSchema(Number(database.pragma('user_version', { simple: true })), database.name);
  // Cheap by design: the root and one edge of each tree. Deeper damage shows when it is met.
  for (const name of names) database.prepare(`SELECT * FROM "${name}" LIMIT 1`).get();
}

interface Header {
  readonly fileBytes: number;
  readonly octets: Buffer;
}

/** The database header and that of the first page's tree, which holds the schema. */
function readHeader(location: string): Header {
  const file = openSync(location, 'r');
  try {
    const octets = Buffer.alloc(headerBytes);
    readSync(file, octets, 0, headerBytes, 0);
    return { fileBytes: fstatSync(file).size, octets };
  } finally {
    closeSync(file);
  }
}

function refuseTruncated(location: string, header: Header): void {
  const declaredPageBytes = header.octets.readUInt16BE(16);
  const perPage = declaredPageBytes === 1 ? 65_536 : declaredPageBytes;
  const pages = header.octets.readUInt32BE(28);
  if (header.fileBytes >= perPage * pages) return;
  throw new StoreError(
    'damaged',
    `The database ${location} is cut short: it should have ${perPage * pages} octets and has ${header.fileBytes}. It was left untouched; move it away to start afresh, or recover it with "sqlite3 ${location} .recover".`,
  );
}

function foreign(location: string): StoreError {
  return new StoreError(
    'foreignDatabase',
    `${location} is a SQLite database of another program. It was left untouched; name another file with --db.`,
  );
}
