/** For tests: a document of a server that has done nothing, with changes. */
import type { MetricsDocument } from '../../lib/api.ts';

const percentiles = { count: 0, p50: null, p99: null, p999: null, max: null };

const scope: Omit<MetricsDocument['window'], 'seconds'> = {
  connections: {
    total_accepted: 0,
    accept_latency_p50: null,
    accept_latency_p99: null,
    accept_latency_p999: null,
    accept_latency_max: null,
    refused: { too_many_connections: 0, too_many_from_address: 0, shutting_down: 0, dropped: 0 },
  },
  messages: {
    total_processed: 0,
    bytes_transferred: 0,
    processing_latency_p50: null,
    processing_latency_p99: null,
    processing_latency_p999: null,
    processing_latency_max: null,
    throughput_msgs_per_sec: 0,
  },
  tls: {
    handshakes_success: 0,
    handshakes_failed: 0,
    resumed: 0,
    by_protocol: {},
    by_cipher: {},
    failed_by_reason: {},
  },
  errors: {
    timeout: 0,
    parse_error: 0,
    tls_handshake_failed: 0,
    too_many_connections: 0,
    too_many_recipients: 0,
    too_many_errors: 0,
    line_too_long: 0,
    message_too_large: 0,
    auth_failed: 0,
    aborted: 0,
    storage: 0,
    http_request: 0,
  },
  replies: { by_code: {}, by_verb: {} },
  faults: { injected: 0, by_point: {}, by_effect: {} },
  phases: {
    greeting: percentiles,
    tls_handshake: percentiles,
    auth: percentiles,
    mail: percentiles,
    rcpt: percentiles,
    data: percentiles,
    commit: percentiles,
    read: percentiles,
  },
};

/** `at`: seconds since the server started, which is when this clock started too. */
export function testDocument(at: number, change: Partial<MetricsDocument> = {}): MetricsDocument {
  return {
    ...scope,
    timestamp: new Date(at * 1_000).toISOString(),
    type: 'smtp_metrics',
    uptime_seconds: at,
    connections: { ...scope.connections, active: 0, limit: 100, refused_by_address: [] },
    event_loop: { delay_p50: null, delay_p99: null, delay_max: null, utilization: null },
    process: { rss_bytes: 0, heap_used_bytes: 0, cpu_percent: 0 },
    queues: {
      bytes_in_flight: 0,
      bytes_in_flight_limit: 0,
      commit_depth: 0,
      read_depth: 0,
      database_bytes: 0,
    },
    accept_queue: null,
    accept_queue_unavailable: 'not here',
    alerts: [],
    window: { ...scope, seconds: 60 },
    windows: [],
    ...change,
  };
}

/** A document after so many messages. */
export function afterMessages(at: number, count: number): MetricsDocument {
  return testDocument(at, { messages: { ...scope.messages, total_processed: count } });
}
