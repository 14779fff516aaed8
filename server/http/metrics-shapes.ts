/**
 * Metrics as they cross HTTP. The document is `MetricsDocument` of `server/metrics`, under its own
 * names; that the two agree is checked where the route answers.
 */
import { z } from 'zod';

const count = z.int().min(0);
const measured = z.number().nullable();
const counts = z.record(z.string(), count);

const percentiles = z.object({
  count,
  p50: measured,
  p99: measured,
  p999: measured,
  max: measured,
});

const connections = z.object({
  total_accepted: count,
  accept_latency_p50: measured,
  accept_latency_p99: measured,
  accept_latency_p999: measured,
  accept_latency_max: measured,
  /** By reason. */
  refused: counts,
});

/** Since the start, or of one window. */
const scope = {
  connections,
  messages: z.object({
    total_processed: count,
    bytes_transferred: count,
    processing_latency_p50: measured,
    processing_latency_p99: measured,
    processing_latency_p999: measured,
    processing_latency_max: measured,
    throughput_msgs_per_sec: z.number(),
  }),
  tls: z.object({
    handshakes_success: count,
    handshakes_failed: count,
    resumed: count,
    by_protocol: counts,
    by_cipher: counts,
    failed_by_reason: counts,
  }),
  /** By type. */
  errors: counts,
  replies: z.object({ by_code: counts, by_verb: z.record(z.string(), counts) }),
  /** What was made to go wrong on purpose; none of it is in the other numbers. */
  faults: z.object({ injected: count, by_point: counts, by_effect: counts }),
  phases: z.record(z.string(), percentiles),
};

export const metricsWindow = z.object({
  ...scope,
  seconds: z.union([z.literal(60), z.literal(300), z.literal(900)]),
});

export const metricsDocument = z.object({
  ...scope,
  timestamp: z.iso.datetime(),
  type: z.literal('smtp_metrics'),
  uptime_seconds: z.number(),
  connections: connections.extend({
    active: count,
    limit: count,
    /** The twenty most refused. */
    refused_by_address: z.array(z.object({ address: z.string(), count })),
  }),
  event_loop: z.object({
    delay_p50: measured,
    delay_p99: measured,
    delay_max: measured,
    utilization: measured,
  }),
  process: z.object({ rss_bytes: count, heap_used_bytes: count, cpu_percent: z.number() }),
  queues: z.object({
    bytes_in_flight: count,
    bytes_in_flight_limit: count,
    commit_depth: count,
    read_depth: count,
    database_bytes: count,
  }),
  accept_queue: z
    .object({
      listeners: z.array(
        z.object({ name: z.string(), depth: count, limit: count, depth_max: count }),
      ),
      listen_overflows: count,
      listen_drops: count,
    })
    .nullable(),
  accept_queue_unavailable: z.string().nullable(),
  alerts: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(['critical', 'warning']),
      since: z.iso.datetime(),
      value: z.number(),
      threshold: z.number(),
      unit: z.enum(['ms', 'percent', 'per_second']),
      text: z.string(),
    }),
  ),
  /** The last minute. */
  window: metricsWindow,
  windows: z.array(metricsWindow),
});

/** One value, or one column of values. */
const measurements = <T extends z.ZodType>(value: T) => ({
  /** Messages a second. */
  throughput: value,
  bytesPerSecond: value,
  acceptP50: value,
  acceptP99: value,
  acceptP999: value,
  acceptMax: value,
  processingP50: value,
  processingP99: value,
  processingP999: value,
  processingMax: value,
  active: value,
  connectionsPerSecond: value,
  refusedPerSecond: value,
  acceptQueueDepthMax: value,
  eventLoopDelayP99: value,
  utilization: value,
  rssBytes: value,
  commitDepth: value,
  /** Handshakes a second. */
  tlsOk: value,
  tlsFailed: value,
  /** A second, by type. */
  errors: z.record(z.string(), value),
  /** A second, by code. */
  replies: z.record(z.string(), value),
  /** A second, by effect: what rules made go wrong, and what is in no other number. */
  faults: z.record(z.string(), value),
});

/**
 * Columns of equal length; `null` where nothing is known. Latencies in milliseconds. Where a step is
 * longer than what was recorded, rates are means, p99 and above the highest, p50 a weighted mean,
 * gauges (active, queues, delay, memory) the highest.
 */
export const metricsHistory = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  stepSeconds: z.number(),
  columns: z.object({
    /** Epoch seconds. */
    at: z.array(z.number()),
    ...measurements(z.array(z.number().nullable())),
  }),
  /** With steps of ten seconds: what happened since the last that is over. */
  open: z
    .object({ at: z.number(), seconds: z.number(), ...measurements(z.number().nullable()) })
    .nullable(),
});

export const metricsDistribution = z.object({
  metric: z.enum(['accept', 'processing']),
  /** 0 = since the start. */
  seconds: z.int(),
  count: z.int().min(0),
  /** Quantile from 0 to 1, milliseconds; ascending. */
  points: z.array(z.tuple([z.number(), z.number()])),
});

export type MetricsHistoryShape = z.infer<typeof metricsHistory>;
export type MetricsDistributionShape = z.infer<typeof metricsDistribution>;
