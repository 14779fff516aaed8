/** What can keep the store from opening or from doing as told. Codes are stable. */
export type StoreErrorCode =
  | 'driverMissing'
  | 'heldByProcess'
  | 'notADatabase'
  | 'damaged'
  | 'foreignDatabase'
  | 'schemaTooNew'
  | 'readOnly'
  | 'diskFull'
  | 'cannotOpen'
  | 'failed'
  | 'closed';

/** The world's fault, in one sentence: what happened, why, and the way out. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** SQLite's own result code of something thrown by the driver, or `''`. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** No room: the medium's, or that of the pages SQLite may use. */
export function isFull(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC';
}

/** Translates what SQLite or the file system threw about the database at `location`. */
export function toStoreError(error: unknown, location: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = sqliteCode(error);
  if (isFull(error)) {
    return new StoreError(
      'diskFull',
      `The disk that holds ${location} is full, so nothing can be written. Free some space; nothing stored is lost.`,
      error,
    );
  }
  if (code === 'SQLITE_NOTADB') {
    return new StoreError(
      'notADatabase',
      `${location} is not a SQLite database. It was left untouched; name another file with --db.`,
      error,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new StoreError(
      'damaged',
      `The database ${location} is damaged (${messageOf(error)}). It was left untouched; move it away to start afresh, or recover it with "sqlite3 ${location} .recover".`,
      error,
    );
  }
  if (code.startsWith('SQLITE_READONLY') || ['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return new StoreError(
      'readOnly',
      `${location} cannot be written: the file or its folder is read-only for this user. Change its permissions, or name another place with --db.`,
      error,
    );
  }
  if (code === 'SQLITE_BUSY') {
    return new StoreError(
      'heldByProcess',
      `${location} is being written by another process. End that process, or name another file with --db.`,
      error,
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN') || /^E[A-Z]+$/.test(code)) {
    return new StoreError(
      'cannotOpen',
      `The database ${location} cannot be opened (${messageOf(error)}). Check that the path is a file in a folder you may use, or name another with --db.`,
      error,
    );
  }
  return new StoreError(
    'failed',
    `The store ${location} could not do this (${messageOf(error)}). Try again; if it goes on, move the file away and report it.`,
    error,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
