/** Metrics over time, as they are kept. Latencies in milliseconds; `null`: nothing was measured. */
export interface HistoryRow {
  /** Start, in seconds since 1970; a multiple of the row's length. */
  readonly at: number;
  /** Messages a second. */
  readonly throughput: number;
  readonly acceptP50: number | null;
  readonly acceptP99: number | null;
  readonly acceptP999: number | null;
  readonly acceptMax: number | null;
  readonly processingP50: number | null;
  readonly processingP99: number | null;
  readonly processingP999: number | null;
  readonly processingMax: number | null;
  readonly bytesPerSecond: number;
  readonly active: number;
  readonly connectionsPerSecond: number;
  readonly refusedPerSecond: number;
  readonly acceptQueueDepthMax: number | null;
  readonly eventLoopDelayP99: number | null;
  /** 0 to 1. */
  readonly utilization: number | null;
  readonly rssBytes: number;
  readonly commitDepth: number;
  /** Counts of that time; only types that occurred. */
  readonly errors: Readonly<Record<string, number>>;
  readonly replies: Readonly<Record<string, number>>;
  /** What was made to go wrong on purpose, by effect; none of it is in the other numbers. */
  readonly faults: Readonly<Record<string, number>>;
  readonly tlsOk: number;
  readonly tlsFailed: number;
}

export interface HistoryQuery {
  /** Seconds since 1970; the last one is not included. */
  readonly fromS: number;
  readonly toS: number;
  readonly stepS: number;
}

/** One row for each step that something is known of, ascending. */
export type HistoryPoint = HistoryRow & {
  /** Seconds of the step that were measured. */
  readonly knownS: number;
};
