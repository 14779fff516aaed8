/**
 * What the load generator is told to do, and what it tells afterwards. Plans and results travel
 * between processes, so they are plain values. Times are milliseconds, sizes octets.
 */

export interface TlsPlan {
  readonly kind: 'starttls' | 'implicit';
  /** Offer the ticket of an earlier session; one full handshake per process comes first. */
  readonly resume: boolean;
}

export type LoadShape =
  /**
   * So many connections at a time, all started at one instant, each sending its next message as
   * soon as it can. As many connections as messages is a burst.
   */
  | { readonly kind: 'closed'; readonly connections: number; readonly messages: number }
  /**
   * A message every so often whatever the server does, and latency counted from the moment the
   * message was due: a server that stalls is charged for everybody it kept waiting.
   */
  | {
      readonly kind: 'rate';
      readonly messagesPerSecond: number;
      readonly seconds: number;
      readonly connections: number;
    }
  /** Connections that greet and then say nothing. */
  | { readonly kind: 'idle'; readonly connections: number; readonly holdMs: number };

export interface MessagePlan {
  readonly sizeBytes: number;
  /**
   * Words of a small vocabulary, prose with as many different words as a language has, or an
   * attachment in base64, or small parts in great number.
   */
  readonly body: 'text' | 'prose' | 'base64' | 'parts';
  /** Of a body of parts. */
  readonly parts?: number;
  /** How many different bodies take turns; 16 (2 for large messages) unless given. */
  readonly bodies?: number;
}

export interface LoadPlan {
  /** Part of every Message-ID: no two plans of a run may share it. */
  readonly name: string;
  /** Loopback only. */
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly shape: LoadShape;
  readonly session: 'per-message' | 'persistent';
  /** MAIL, RCPT and DATA in one write (RFC 2920 §3.1). */
  readonly pipelined: boolean;
  readonly tls: TlsPlan | null;
  readonly message: MessagePlan;
  /** Longest wait for any one thing: a connection, a handshake, a reply. */
  readonly stepTimeoutMs: number;
  /** After this everything still open is given up. */
  readonly runTimeoutMs: number;
}

/** The part of a plan that one process carries out: every `processCount`th message. */
export interface LoadShare {
  readonly plan: LoadPlan;
  readonly processIndex: number;
  readonly processCount: number;
}

export const failureKinds = [
  'connect',
  'refused',
  'tls',
  'reply',
  'closed',
  'timeout',
  'unsent',
] as const;
/** `unsent`: the run ended before its turn came. */
export type FailureKind = (typeof failureKinds)[number];

export const measures = [
  'connect',
  'greeting',
  'tlsHandshake',
  'transaction',
  'acknowledgement',
  'message',
  'lateness',
] as const;
/**
 * connect: connect() to connected · greeting: connect() to the whole greeting · tlsHandshake: first
 * octet of it to done · transaction: MAIL to the 250 of the message · acknowledgement: end of the
 * data to that 250 · message: from when the message was due (at a rate) or begun to that 250, the
 * connection included where each message has its own · lateness: how late the generator itself
 * began, at a rate.
 */
export type Measure = (typeof measures)[number];

export interface Counters {
  connectionsTried: number;
  /** The kernel said so; a greeting may still be missing. */
  connectionsMade: number;
  greeted: number;
  refused: number;
  handshakes: number;
  handshakesResumed: number;
  acknowledged: number;
  /** Octets of acknowledged messages, as they should be stored. */
  acknowledgedBytes: number;
}

export interface CpuUse {
  /** Of user and system together, over the run. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Part of the time in which the event loop was busy, 0 to 1: near 1, the generator is the limit. */
  readonly loopUtilization: number;
}

/** What one process did. */
export interface ShareResult {
  readonly counters: Counters;
  readonly failures: Record<FailureKind, number>;
  /** The first few, in words. */
  readonly failureTexts: readonly string[];
  /** `MAIL 250` → how often. */
  readonly replies: Record<string, number>;
  readonly tlsProtocols: Record<string, number>;
  readonly samples: Record<Measure, Float64Array>;
  /** One octet per message of this share, in order: 1 where it was acknowledged. */
  readonly acknowledged: Uint8Array;
  /** Of the clock all processes share; at a rate, when the first message was due. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly cpu: CpuUse;
}

export interface Summary {
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

export interface LoadResult {
  readonly plan: LoadPlan;
  readonly counters: Readonly<Counters>;
  readonly failures: Readonly<Record<FailureKind, number>>;
  readonly failedCount: number;
  readonly failureTexts: readonly string[];
  readonly replies: Readonly<Record<string, number>>;
  readonly tlsProtocols: Readonly<Record<string, number>>;
  readonly latency: Readonly<Record<Measure, Summary>>;
  /** Sorted, exact. */
  readonly samples: Readonly<Record<Measure, Float64Array>>;
  /** By number of the message: 1 where it was acknowledged. */
  readonly acknowledged: Uint8Array;
  /** First connection to last reply. */
  readonly elapsedMs: number;
  readonly messagesPerSecond: number;
  readonly generator: {
    readonly processes: readonly CpuUse[];
    /** Of one core. */
    readonly cpuPercent: number;
    readonly loopUtilizationMax: number;
  };
}
