/** What is kept of each SMTP session, whether or not it delivered anything. */
import type { DialogueLine, TlsFacts } from './types.ts';

/**
 * What became of a session. delivered: at least one message was stored · rejected: something was
 * refused and nothing stored · nothing: no more than talk · aborted: gone in mid-transaction ·
 * refused: told 421 at the door · fault: something was made to go wrong in it on purpose.
 */
export type RecordedOutcome =
  | 'open'
  | 'delivered'
  | 'rejected'
  | 'nothing'
  | 'aborted'
  | 'timeout'
  | 'tls-failed'
  | 'auth-failed'
  | 'refused'
  | 'shutdown'
  | 'protocol-error'
  | 'fault';

export interface SessionSummary {
  readonly id: string;
  readonly listener: 'smtp' | 'smtps';
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly startedAtMs: number;
  /** `null` while it is open. */
  readonly endedAtMs: number | null;
  readonly durationMs: number | null;
  readonly outcome: RecordedOutcome;
  /** Argument of the last EHLO or HELO; `''` when there was none. */
  readonly ehloName: string;
  readonly tls: TlsFacts | null;
  readonly authUser: string | null;
  /** The first 20 messages stored in it. */
  readonly messageIds: readonly string[];
  readonly messageCount: number;
  readonly bytesReceived: number;
  /** Types of errors, each once. */
  readonly errors: readonly string[];
  readonly lastReply: LastReply | null;
}

export interface LastReply {
  readonly verb: string;
  readonly code: number;
  readonly text: string;
}

/** Which reply: `verb` is upper-case; `null` stands for any. */
export interface ReplyKind {
  readonly verb: string | null;
  readonly code: number;
}

export interface SessionReply {
  /** Milliseconds since the connection was accepted. */
  readonly atMs: number;
  readonly verb: string;
  readonly code: number;
  readonly tookMs: number;
}

export interface SessionRecord extends SessionSummary {
  /** Secrets masked, bodies elided; bounded: a note stands for the lines that are missing. */
  readonly lines: readonly DialogueLine[];
  readonly linesDropped: number;
  readonly replies: readonly SessionReply[];
  /** Every kind of reply that was sent, each once: `RCPT 550`. Complete, unlike `replies`. */
  readonly replyKinds: readonly string[];
  readonly tlsFailure: string | null;
}

/**
 * A session on its way into the store: octets, made when it ends. Its lines are many small objects,
 * which would cost more to keep, and to hand to a thread, than to write down at once.
 */
export type PackedSession = Uint8Array;

/** All conditions that are not `null` must hold. Strings are literal; comparison ignores case. */
export interface SessionFilter {
  readonly outcome: RecordedOutcome | null;
  /** Type of an error. */
  readonly error: string | null;
  /** A reply that was sent. */
  readonly reply: ReplyKind | null;
  /** Whole address. */
  readonly peer: string | null;
  readonly user: string | null;
  /** Somewhere in EHLO name, peer, user, id, reason of a failed handshake or transcript. */
  readonly text: string | null;
}

export interface SessionQuery {
  readonly filter: SessionFilter;
  readonly limit: number;
  /** Only sessions that ended before this one; `null`: from the newest. */
  readonly beforeSeq: number | null;
}

export interface StoredSessionPage {
  /** The last to end comes first. */
  readonly sessions: readonly SessionSummary[];
  readonly nextBeforeSeq: number | null;
  /** Of all that meet the filter but for its outcome. */
  readonly byOutcome: Readonly<Partial<Record<RecordedOutcome, number>>>;
}

export interface SessionRetention {
  readonly sessionsMax: number;
  /** Octets of what is stored of them. */
  readonly bytesMax: number;
}
