/**
 * What can go wrong for a test, each with a `code` that stays. Errors of waiting are made in
 * `explain/`, for they have a story to tell.
 */
import type { Mail, MailMatch } from './types.ts';

export type SinkErrorCode =
  /** It was stopped, or detached, while somebody waited or before the call. */
  | 'SINK_STOPPED'
  /** An option or argument that means nothing. */
  | 'SINK_ARGUMENT'
  /** A call that would take away what others use. */
  | 'SINK_SHARED'
  /** The server that was attached to does not answer, or is none of ours. */
  | 'SINK_UNREACHABLE';

export class SinkError extends Error {
  override readonly name: string = 'SinkError';
  readonly code: SinkErrorCode;

  constructor(code: SinkErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A message does not have just one of what was asked for: a link, a code, an attachment. */
export class MailContentError extends Error {
  override readonly name = 'MailContentError';
  readonly code: 'MAIL_CONTENT_MISSING' | 'MAIL_CONTENT_AMBIGUOUS';
  /** What there is, most likely first. */
  readonly candidates: readonly string[];

  constructor(code: MailContentError['code'], message: string, candidates: readonly string[]) {
    super(message);
    this.code = code;
    this.candidates = candidates;
  }
}

/** A client did not come to rest in time, so nobody can say that nothing more comes. */
export class NotSettledError extends Error {
  override readonly name = 'NotSettledError';
  readonly code = 'SINK_NOT_SETTLED';
  /** Ids of the sessions that are still busy. */
  readonly sessions: readonly string[];

  constructor(message: string, sessions: readonly string[]) {
    super(message);
    this.sessions = sessions;
  }
}

/** There is mail where none was to be. */
export class UnexpectedMailError extends Error {
  override readonly name = 'UnexpectedMailError';
  readonly code = 'UNEXPECTED_MAIL';
  readonly mails: readonly Mail[];

  constructor(message: string, mails: readonly Mail[]) {
    super(message);
    this.mails = mails;
  }
}

/** No message that matches came in time, or not enough of them. The message says why. */
export class MailTimeoutError extends Error {
  override readonly name = 'MailTimeoutError';
  readonly code = 'MAIL_TIMEOUT';
  readonly match: MailMatch;
  readonly timeoutMs: number;

  constructor(message: string, about: { readonly match: MailMatch; readonly timeoutMs: number }) {
    super(message);
    this.match = about.match;
    this.timeoutMs = about.timeoutMs;
  }
}

/** No session that matches ended in time. */
export class SessionTimeoutError extends Error {
  override readonly name = 'SessionTimeoutError';
  readonly code = 'SESSION_TIMEOUT';
  readonly timeoutMs: number;

  constructor(message: string, timeoutMs: number) {
    super(message);
    this.timeoutMs = timeoutMs;
  }
}
