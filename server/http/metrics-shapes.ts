/** Metrics as they cross HTTP. The document itself is `MetricsDocument` of `server/metrics`. */
import { z } from 'zod';

const series = z.array(z.number().nullable());

/** Columns of equal length; `null` where nothing is known. Latencies in milliseconds. */
export const metricsHistory = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  stepSeconds: z.number(),
  columns: z.object({
    /** Epoch seconds. */
    at: z.array(z.number()),
    /** Messages a second. */
    throughput: series,
    bytesPerSecond: series,
    acceptP50: series,
    acceptP99: series,
    acceptP999: series,
    acceptMax: series,
    processingP50: series,
    processingP99: series,
    processingP999: series,
    processingMax: series,
    active: series,
    connectionsPerSecond: series,
    refusedPerSecond: series,
    acceptQueueDepthMax: series,
    eventLoopDelayP99: series,
    utilization: series,
    rssBytes: series,
    commitDepth: series,
    tlsOk: series,
    tlsFailed: series,
    /** A second, by type. */
    errors: z.record(z.string(), series),
    /** A second, by code. */
    replies: z.record(z.string(), series),
  }),
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
