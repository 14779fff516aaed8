/**
 * The shape of everything that is measured. Names in snake_case are the document's own: they are
 * what leaves the program in `GET /api/metrics`, the `metrics` event and the JSON lines.
 *
 * Durations are milliseconds, sizes octets, rates per second unless the name says otherwise.
 * What was never measured is `null`, never 0.
 */
import type { HistoryPoint, HistoryRow } from '../../db/history-types.ts';
import type { SessionError } from '../smtp/protocol/session-types.ts';

export type { HistoryPoint, HistoryRow };

export interface Percentiles {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/**
 * greeting: the accepting callback to the greeting handed to the kernel · tls_handshake, auth, mail,
 * rcpt: command to reply · data: DATA or the first BDAT to the last octet · commit: last octet to
 * the store's answer · read: the reader's work on one message.
 */
export const phases = [
  'greeting',
  'tls_handshake',
  'auth',
  'mail',
  'rcpt',
  'data',
  'commit',
  'read',
] as const;
export type Phase = (typeof phases)[number];

/** `dropped`: closed without a word, because too many were being told 421 already. */
export const refusalReasons = [
  'too_many_connections',
  'too_many_from_address',
  'shutting_down',
  'dropped',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type ErrorType = SessionError | 'tls_handshake_failed';

/** Each stands in every document, with 0 when it has not occurred. */
export const errorTypes = [
  'timeout',
  'parse_error',
  'tls_handshake_failed',
  'too_many_connections',
  'message_too_large',
  'auth_failed',
  'aborted',
  'storage',
  'too_many_recipients',
  'too_many_errors',
  'line_too_long',
  'http_request',
] as const satisfies readonly ErrorType[];

/** Since start, or one window. */
export interface MetricsScope {
  readonly connections: {
    /** Taken from the accept queues, whether served or refused. */
    readonly total_accepted: number;
    readonly accept_latency_p50: number | null;
    readonly accept_latency_p99: number | null;
    readonly accept_latency_p999: number | null;
    readonly accept_latency_max: number | null;
    readonly refused: Readonly<Record<RefusalReason, number>>;
  };
  readonly messages: {
    /** Acknowledged with 250. */
    readonly total_processed: number;
    /** Raw octets of those messages. */
    readonly bytes_transferred: number;
    readonly processing_latency_p50: number | null;
    readonly processing_latency_p99: number | null;
    readonly processing_latency_p999: number | null;
    readonly processing_latency_max: number | null;
    readonly throughput_msgs_per_sec: number;
  };
  readonly tls: {
    readonly handshakes_success: number;
    readonly handshakes_failed: number;
    readonly resumed: number;
    readonly by_protocol: Readonly<Record<string, number>>;
    readonly by_cipher: Readonly<Record<string, number>>;
    readonly failed_by_reason: Readonly<Record<string, number>>;
  };
  readonly errors: Readonly<Record<ErrorType, number>>;
  readonly replies: {
    readonly by_code: Readonly<Record<string, number>>;
    readonly by_verb: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  /** What was made to go wrong on purpose; none of it is in the other numbers. */
  readonly faults: {
    readonly injected: number;
    readonly by_point: Readonly<Record<string, number>>;
    readonly by_effect: Readonly<Record<string, number>>;
  };
  readonly phases: Readonly<Record<Phase, Percentiles>>;
}

export type WindowSeconds = 60 | 300 | 900;
export const windowSeconds: readonly WindowSeconds[] = [60, 300, 900];

export interface WindowScope<Seconds extends WindowSeconds = WindowSeconds> extends MetricsScope {
  readonly seconds: Seconds;
}

export type ListenerName = 'smtp' | 'smtps' | 'http';

export interface AcceptQueue {
  readonly listeners: readonly {
    readonly name: ListenerName;
    readonly depth: number;
    readonly limit: number;
    readonly depth_max: number;
  }[];
  /** Of the whole host, since this program started. */
  readonly listen_overflows: number;
  readonly listen_drops: number;
}

export type AlertId =
  | 'accept_p99_critical'
  | 'accept_p99_warning'
  | 'error_rate'
  | 'connections'
  | 'throughput'
  | 'tls_failures';

export interface Alert {
  readonly id: AlertId;
  readonly severity: 'critical' | 'warning';
  readonly since: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: 'ms' | 'percent' | 'per_second';
  readonly text: string;
}

/** `GET /api/metrics`, the `metrics` event, one JSON line. */
export interface MetricsDocument extends Omit<MetricsScope, 'connections'> {
  readonly timestamp: string;
  readonly type: 'smtp_metrics';
  readonly uptime_seconds: number;
  readonly connections: MetricsScope['connections'] & {
    readonly active: number;
    readonly limit: number;
    /** The twenty most refused. */
    readonly refused_by_address: readonly { readonly address: string; readonly count: number }[];
  };
  readonly event_loop: {
    readonly delay_p50: number | null;
    readonly delay_p99: number | null;
    readonly delay_max: number | null;
    /** 0 to 1. */
    readonly utilization: number | null;
  };
  readonly process: {
    readonly rss_bytes: number;
    readonly heap_used_bytes: number;
    /** Of one core; threads may take it beyond 100. */
    readonly cpu_percent: number;
  };
  readonly queues: {
    readonly bytes_in_flight: number;
    readonly bytes_in_flight_limit: number;
    readonly commit_depth: number;
    readonly read_depth: number;
    readonly database_bytes: number;
  };
  readonly accept_queue: AcceptQueue | null;
  readonly accept_queue_unavailable: string | null;
  readonly alerts: readonly Alert[];
  readonly window: WindowScope<60>;
  readonly windows: readonly WindowScope[];
}

export type DistributionMetric = 'accept' | 'processing';

/** The curve of one digest. */
export interface Distribution {
  readonly metric: DistributionMetric;
  /** 0: since start. */
  readonly seconds: WindowSeconds | 0;
  readonly count: number;
  /** Quantile from 0 to 1, milliseconds; both ascending. */
  readonly points: readonly (readonly [quantile: number, ms: number])[];
}

/** What pages, logs and scrapers may ask. Asking changes nothing. */
export interface MetricsSource {
  document(): MetricsDocument;
  distribution(metric: DistributionMetric, seconds: WindowSeconds | 0): Distribution;
  /** The last ten seconds that are complete; `null` until there are any. */
  historyRow(): HistoryRow | null;
  /** The ten seconds that are not over yet, as far as they have come. */
  openRow(): HistoryPoint;
}
