/**
 * The whole conversation between the pure SMTP session and the world around it.
 *
 * The session is a value-in, value-out machine: `step(input, nowMs)` returns effects in the order
 * in which they must be carried out. After `startTls`, `checkAuth` and `store` the session awaits
 * an answer (`tlsReady`, `authChecked`, `stored` or `notStored`) and consumes nothing more until it
 * has it, so pipelined replies stay in order (RFC 2920 §3.2). Octets that arrive meanwhile are held.
 */
import type {
  DialogueLine,
  Envelope,
  StoreRefusal,
  Timings,
  TlsFacts,
  WireFacts,
} from '../../../db/types.ts';
import type { GatePoint, SessionGate } from './gate.ts';

export type SessionInput =
  /**
   * Only with a gate, and before `connected`, which waits for `admit`: behind implicit TLS the
   * handshake comes between the two.
   */
  | { readonly kind: 'accepted' }
  /** The connection was accepted: greet. `tls` is set on an implicit-TLS listener. */
  | { readonly kind: 'connected'; readonly tls: TlsFacts | null }
  /** The connection was accepted only to be told why it is not served: 421 and close. */
  | {
      readonly kind: 'refused';
      readonly refusal: 'tooManyConnections' | 'tooManyConnectionsFromPeer' | 'shuttingDown';
    }
  | { readonly kind: 'bytes'; readonly octets: Uint8Array }
  | { readonly kind: 'eof' }
  /** Go on with octets that an earlier step left, see `SmtpSession.unfinished`. */
  | { readonly kind: 'continue' }
  /** The current deadline (see `SmtpSession.deadline`) has passed: 421 and close. */
  | { readonly kind: 'timeout' }
  /** The server is stopping: 421 after the reply in flight, then close. */
  | { readonly kind: 'shutdown' }
  /** The ceiling on octets in flight was held too long: drain this message, then answer 452. */
  | { readonly kind: 'congested' }
  | { readonly kind: 'tlsReady'; readonly tls: TlsFacts }
  | { readonly kind: 'authChecked'; readonly accepted: boolean }
  /** What `wait` asked for is over. */
  | { readonly kind: 'waited' }
  | { readonly kind: 'stored'; readonly id: string }
  | { readonly kind: 'notStored'; readonly refusal: StoreRefusal };

export type SessionEffect =
  /** Wire form, CRLF included. Adjacent sends of one step are written to the socket at once. */
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'startTls' }
  | { readonly kind: 'checkAuth'; readonly credentials: Credentials }
  | { readonly kind: 'store'; readonly transaction: CompletedTransaction }
  /** Answer `waited` after so long; `null`: never. Meanwhile the client may leave. */
  | { readonly kind: 'wait'; readonly ms: number | null }
  /** Go on to `connected`. */
  | { readonly kind: 'admit' }
  /** From now on no more than this, both ways. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** RST instead of FIN; `close` follows. */
  | { readonly kind: 'reset' }
  /** After everything sent so far has been flushed. `peerMaySend`: and what still comes is read. */
  | { readonly kind: 'close'; readonly peerMaySend: boolean }
  | { readonly kind: 'observe'; readonly observation: Observation };

export type AuthMechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5';

export type Credentials =
  | {
      readonly mechanism: 'PLAIN' | 'LOGIN';
      readonly user: string;
      readonly password: string;
    }
  /** RFC 2195 §2: `digest` is the lower-case hexadecimal HMAC-MD5 of `challenge`. */
  | {
      readonly mechanism: 'CRAM-MD5';
      readonly user: string;
      readonly challenge: string;
      readonly digest: string;
    };

/** A message whose last octet has arrived. */
export interface CompletedTransaction {
  readonly envelope: Envelope;
  readonly ehloName: string;
  readonly tls: TlsFacts | null;
  readonly authUser: string | null;
  readonly authMechanism: AuthMechanism | null;
  /** After dot-unstuffing, in order; slices of what arrived wherever possible. */
  readonly raw: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly wire: WireFacts;
  readonly timings: Timings;
  /** Greeting to AUTH, then this transaction; bounded. */
  readonly dialogue: readonly DialogueLine[];
}

/** What is worth counting or logging. Never carries secrets or message text. */
export type Observation =
  /**
   * A command was understood and answered. `verb` is upper-case; `UNKNOWN` for anything else.
   * `tookMs` counts from the command's last octet; the shell adds the time to the socket.
   */
  | {
      readonly kind: 'reply';
      readonly verb: string;
      readonly code: number;
      readonly tookMs: number;
      readonly injected?: Injected;
    }
  /** Something was made to go wrong on purpose, and by whom. */
  | {
      readonly kind: 'fault';
      readonly point: GatePoint;
      readonly fault: string;
      readonly effect: string;
    }
  | { readonly kind: 'line'; readonly line: DialogueLine }
  /** EHLO or HELO was accepted. */
  | { readonly kind: 'hello'; readonly name: string }
  | { readonly kind: 'authenticated'; readonly user: string }
  /** A message was committed; its 250 is on the way. */
  | {
      readonly kind: 'stored';
      readonly id: string;
      readonly bytes: number;
      /** From MAIL to now; the shell adds the time to the socket. */
      readonly tookMs: number;
      /** From DATA or the first BDAT to the last octet. */
      readonly dataMs: number;
      /** From the last octet to the answer of the store. */
      readonly commitMs: number;
      readonly injected?: Injected;
    }
  | { readonly kind: 'error'; readonly error: SessionError }
  | { readonly kind: 'ended'; readonly outcome: SessionOutcome };

/** said: by a fault, not by us · late: ours, but its time is that of a fault. */
export type Injected = 'said' | 'late';

export type SessionError =
  | 'timeout'
  | 'parse_error'
  | 'too_many_connections'
  | 'too_many_recipients'
  | 'too_many_errors'
  | 'line_too_long'
  | 'message_too_large'
  | 'auth_failed'
  | 'aborted'
  | 'storage'
  | 'http_request';

export type SessionOutcome =
  | 'quit'
  | 'closed'
  | 'aborted'
  | 'timeout'
  | 'refused'
  | 'shutdown'
  | 'protocol-error'
  | 'fault';

/** Which clock the shell has to run while the session waits for octets. */
export type Deadline = 'command' | 'data' | 'none';

export interface SessionOptions {
  /** Banner and EHLO name. */
  readonly hostname: string;
  readonly messageBytesMax: number;
  readonly recipientsMax: number;
  /** Protocol errors after which the session ends with 421. */
  readonly errorsMax: number;
  /** Is STARTTLS possible here and not done yet? */
  readonly tls: 'off' | 'offered' | 'required';
  readonly auth: 'off' | 'offered' | 'required';
  readonly authMechanisms: readonly AuthMechanism[];
  /** A CRAM-MD5 challenge, unique each time; randomness enters here (RFC 2195 §2). */
  readonly challenge: () => string;
  /** Who may interfere, see gate.ts; `null`: nobody. */
  readonly gate: SessionGate | null;
}

export interface SmtpSession {
  step(input: SessionInput, nowMs: number): readonly SessionEffect[];
  readonly deadline: Deadline;
  /** Octets held: unconsumed input and the message being received. */
  readonly bytesHeld: number;
  /** True while an answer of the shell is awaited. */
  readonly awaiting: boolean;
  /** True while that answer is `waited`: nobody but the client could end it sooner. */
  readonly waiting: boolean;
  /**
   * True while octets are left that need no answer: a step takes a bounded number of lines, so that
   * the shell can let other sessions have their turn before it says `continue`.
   */
  readonly unfinished: boolean;
  readonly closed: boolean;
}
