export type TlsErrorCode =
  /** Only one of certificate and key was given. */
  | 'TLS_PAIR_INCOMPLETE'
  /** A file does not exist or may not be read or written. */
  | 'TLS_FILE_UNREADABLE'
  /** A file holds something else than was expected. */
  | 'TLS_FILE_INVALID'
  | 'TLS_KEY_ENCRYPTED'
  | 'TLS_KEY_MISMATCH';

/** Certificate or key cannot be used; the message is one sentence with a way out. */
export class TlsError extends Error {
  readonly code: TlsErrorCode;

  constructor(code: TlsErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TlsError';
    this.code = code;
  }
}

/** What the operating system said, in words a person can act on. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read or write it';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
