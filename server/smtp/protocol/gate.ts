/**
 * The narrow way in for whoever wants to interfere with sessions: at each point that is watched the
 * session asks, and carries out what it is told. It knows no rules, and the rules know no sockets.
 * Chance, memory and the time of day are on the far side of `ask`; waiting, and what only a socket
 * can do, come back as effects.
 */

/** In the order in which a session comes to them; `body` and `idle` belong to each message. */
export type GatePoint =
  | 'accept'
  | 'banner'
  | 'ehlo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'body'
  | 'final'
  | 'idle';

/** One session's gate. */
export interface SessionGate {
  /**
   * Cheap, for it is called at every point of every message; `ask` may follow if it is true. At
   * `rcpt` with the address in question, so that ordinary ones cost no more than this look.
   */
  watches(point: GatePoint, recipient?: string): boolean;
  /** `null`: go on. Each question is asked once, but for `body`, which is asked as octets come. */
  ask(question: GateQuestion): Verdict | null;
}

export interface GateQuestion {
  readonly point: GatePoint;
  readonly tls: boolean;
  /** Who has logged in; at `auth` who wants to. */
  readonly user: string | null;
  /** The reverse-path; `''` for the null path, `null` outside a transaction. */
  readonly sender: string | null;
  /** At `rcpt` the one in question; later those that were accepted. */
  readonly recipients: readonly string[];
  /** Transactions begun in this session so far. */
  readonly transaction: number;
  /** Octets of the message that have come; 0 when it has just been invited. */
  readonly messageBytes: number;
}

/** What is to be done. Parts that want nothing are `null` or 0. */
export interface Verdict {
  /** Whose doing it is; at least one. */
  readonly marks: readonly FaultMark[];
  /** Before the outcome; at `final`, when the message is stored, after the commit. */
  readonly delayMs: number;
  /** From here to the end of the connection, both ways. */
  readonly bytesPerSecond: number | null;
  /** At `ehlo` only. */
  readonly capabilities: CapabilityChange | null;
  readonly outcome: VerdictOutcome;
}

export interface FaultMark {
  /** Whose: the id of a rule. */
  readonly fault: string;
  /** Of the effect: `reply`, `stall`… */
  readonly effect: string;
  /** For the transcript. */
  readonly text: string;
}

export type VerdictOutcome =
  | { readonly kind: 'proceed' }
  | InjectedReply
  | BreakOff
  /** At `final` only: 250 with this id, and nothing is stored. */
  | { readonly kind: 'lose'; readonly id: string }
  /** At `final` only: stored, and then not acknowledged. */
  | { readonly kind: 'storeThen'; readonly outcome: AfterStore };

export type AfterStore = InjectedReply | BreakOff;

/** What a session comes to an end by. */
export interface BreakOff {
  /** Nothing more is said until the client leaves or the server stops · RST · FIN. */
  readonly kind: 'stall' | 'reset' | 'close';
  /** How much of the reply that would have come is said before; `null`: there is none of it. */
  readonly replyBytes: number | null;
}

/** Instead of ours. 421 ends the session, as does any at `accept`, `body` and `idle`. */
export interface InjectedReply {
  readonly kind: 'reply';
  readonly code: number;
  readonly enhanced: string | null;
  readonly texts: readonly string[];
}

export interface CapabilityChange {
  /** Upper-case EHLO keywords that are neither offered nor honoured. */
  readonly drop: readonly string[];
  /** Lines said besides; nobody honours them. */
  readonly add: readonly string[];
  /** Announced and enforced in place of the server's own, when smaller. */
  readonly messageBytesMax: number | null;
}
