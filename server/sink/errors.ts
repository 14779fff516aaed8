import type { Mail, MailMatch, Session } from './types.ts';

/**
 * What can go wrong for a test, each with a `code` that stays. Errors of waiting are made in
 * `explain/`, for they have a story to tell.
 */

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

/** What made a wait fail, most likely first. `kind` stays the same; `text` is for people. */
export interface TimeoutCause {
  readonly kind: string;
  readonly text: string;
  /** The session that shows it. */
  readonly sessionId: string | null;
}

/** A message that came meanwhile, and each condition with what was found. */
export interface MailCandidate {
  readonly mail: Mail;
  readonly conditions: readonly {
    readonly name: string;
    readonly wanted: string;
    readonly found: string;
    readonly holds: boolean;
  }[];
}

interface TimeoutFacts {
  readonly match: MailMatch;
  readonly timeoutMs: number;
  /** The nearest first; those for other inboxes last. */
  readonly candidates: readonly MailCandidate[];
  readonly sessions: readonly Session[];
  readonly faults: readonly { readonly point: string; readonly text: string }[];
  readonly causes: readonly TimeoutCause[];
  readonly webUrl: string | null;
  /** Conditions of the nearest candidate, for runners that show a difference. */
  readonly expected?: Readonly<Record<string, string>>;
  readonly actual?: Readonly<Record<string, string>>;
}

/** No message that matches came in time, or not enough of them. `message` says why. */
export class MailTimeoutError extends Error implements TimeoutFacts {
  override readonly name = 'MailTimeoutError';
  readonly code = 'MAIL_TIMEOUT';
  readonly match: MailMatch;
  readonly timeoutMs: number;
  readonly candidates: readonly MailCandidate[];
  readonly sessions: readonly Session[];
  readonly faults: readonly { readonly point: string; readonly text: string }[];
  readonly causes: readonly TimeoutCause[];
  readonly webUrl: string | null;
  /** Set, and the message with it, when one that matches comes within a second after the end. */
  lateByMs: number | null = null;
  // Only there when there is something to compare: a runner shows a difference where it finds them.
  declare readonly expected?: Readonly<Record<string, string>>;
  declare readonly actual?: Readonly<Record<string, string>>;

  constructor(message: string, facts: TimeoutFacts) {
    super(message);
    this.match = facts.match;
    this.timeoutMs = facts.timeoutMs;
    this.candidates = facts.candidates;
    this.sessions = facts.sessions;
    this.faults = facts.faults;
    this.causes = facts.causes;
    this.webUrl = facts.webUrl;
    // Runners print whatever can be listed, and the message has told it all.
    for (const name of ['match', 'candidates', 'sessions', 'faults', 'causes'] as const) {
      Object.defineProperty(this, name, { enumerable: false });
    }
    if (facts.expected !== undefined) this.expected = facts.expected;
    if (facts.actual !== undefined) this.actual = facts.actual;
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
