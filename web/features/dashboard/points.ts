/**
 * One moment of the charts, whether it comes from history (a row of ten seconds or more) or is the
 * difference of two documents that followed each other (a second, most often). Both say what
 * happened in the `seconds` from `at` on; what nobody measured is `null` and stays a gap.
 */
import type { MetricsDocument, MetricsHistory } from '../../lib/api.ts';

type Value = number | null;

export interface Point {
  /** Seconds since 1970. */
  readonly at: number;
  readonly seconds: number;
  readonly throughput: Value;
  readonly bytesPerSecond: Value;
  readonly acceptP50: Value;
  readonly acceptP99: Value;
  readonly acceptP999: Value;
  readonly acceptMax: Value;
  readonly processingP50: Value;
  readonly processingP99: Value;
  readonly processingP999: Value;
  readonly processingMax: Value;
  readonly active: Value;
  readonly connectionsPerSecond: Value;
  readonly refusedPerSecond: Value;
  readonly acceptQueueDepthMax: Value;
  readonly eventLoopDelayP99: Value;
  readonly utilization: Value;
  readonly rssBytes: Value;
  readonly commitDepth: Value;
  readonly tlsOk: Value;
  readonly tlsFailed: Value;
  /** A second, by name; `null` when nothing is known of that time. */
  readonly errors: Readonly<Record<string, number>> | null;
  readonly replies: Readonly<Record<string, number>> | null;
  /** On purpose, by effect; none of it is in the other numbers. */
  readonly faults: Readonly<Record<string, number>> | null;
}

const numbers = [
  'throughput',
  'bytesPerSecond',
  'acceptP50',
  'acceptP99',
  'acceptP999',
  'acceptMax',
  'processingP50',
  'processingP99',
  'processingP999',
  'processingMax',
  'active',
  'connectionsPerSecond',
  'refusedPerSecond',
  'acceptQueueDepthMax',
  'eventLoopDelayP99',
  'utilization',
  'rssBytes',
  'commitDepth',
  'tlsOk',
  'tlsFailed',
] as const;
type NumberKey = (typeof numbers)[number];

const unknown = Object.fromEntries(numbers.map((key) => [key, null])) as Record<NumberKey, null>;

export function gapAt(at: number): Point {
  return { ...unknown, at, seconds: 0, errors: null, replies: null, faults: null };
}

export function pointsFromHistory({
  columns,
  stepSeconds,
  open,
}: MetricsHistory): readonly Point[] {
  const points = columns.at.map((at, i): Point => {
    const values = Object.fromEntries(
      numbers.map((key) => [key, columns[key][i] ?? null]),
    ) as Record<NumberKey, Value>;
    const known = values.throughput !== null;
    return {
      ...values,
      at,
      seconds: stepSeconds,
      errors: known ? rowOf(columns.errors, i) : null,
      replies: known ? rowOf(columns.replies, i) : null,
      faults: known ? rowOf(columns.faults, i) : null,
    };
  });
  // What happened in the last seconds before this was asked for.
  return open === null ? points : [...points.filter(({ at }) => at < open.at), openPoint(open)];
}

function openPoint(open: NonNullable<MetricsHistory['open']>): Point {
  const values = Object.fromEntries(numbers.map((key) => [key, open[key]])) as Record<
    NumberKey,
    Value
  >;
  const { at, seconds, errors, replies, faults } = open;
  return {
    ...values,
    at,
    seconds,
    errors: happened(errors),
    replies: happened(replies),
    faults: happened(faults),
  };
}

function happened(rates: Readonly<Record<string, Value>>): Record<string, number> {
  const row: Record<string, number> = {};
  for (const [name, rate] of Object.entries(rates)) if (rate) row[name] = rate;
  return row;
}

function rowOf(
  columns: Readonly<Record<string, readonly Value[]>>,
  i: number,
): Record<string, number> {
  const row: Record<string, number> = {};
  for (const [name, values] of Object.entries(columns)) {
    const value = values[i];
    if (value) row[name] = value;
  }
  return row;
}

/**
 * What happened from one document to the next. `null` when they cannot be compared: the server
 * was started anew in between, or events were missed, and history knows better.
 */
export function pointBetween(before: MetricsDocument, after: MetricsDocument): Point | null {
  const at = secondsOf(before);
  const seconds = secondsOf(after) - at;
  if (seconds <= 0 || seconds > missedSeconds) return null;
  if (after.uptime_seconds < before.uptime_seconds) return null;

  const rate = (total: (document: MetricsDocument) => number) =>
    Math.max(0, total(after) - total(before)) / seconds;
  const recent = shortestWindow(after);
  return {
    at,
    seconds,
    throughput: rate((d) => d.messages.total_processed),
    bytesPerSecond: rate((d) => d.messages.bytes_transferred),
    acceptP50: recent.connections.accept_latency_p50,
    acceptP99: recent.connections.accept_latency_p99,
    acceptP999: recent.connections.accept_latency_p999,
    acceptMax: recent.connections.accept_latency_max,
    processingP50: recent.messages.processing_latency_p50,
    processingP99: recent.messages.processing_latency_p99,
    processingP999: recent.messages.processing_latency_p999,
    processingMax: recent.messages.processing_latency_max,
    active: after.connections.active,
    connectionsPerSecond: rate((d) => d.connections.total_accepted),
    refusedPerSecond: rate((d) => sum(d.connections.refused)),
    acceptQueueDepthMax: deepest(after),
    eventLoopDelayP99: after.event_loop.delay_p99,
    utilization: after.event_loop.utilization,
    rssBytes: after.process.rss_bytes,
    commitDepth: after.queues.commit_depth,
    tlsOk: rate((d) => d.tls.handshakes_success),
    tlsFailed: rate((d) => d.tls.handshakes_failed),
    errors: rates(before.errors, after.errors, seconds),
    replies: rates(before.replies.by_code, after.replies.by_code, seconds),
    faults: rates(before.faults.by_effect, after.faults.by_effect, seconds),
  };
}

/** Beyond this a second was not one any more; rates would be smeared over the pause. */
const missedSeconds = 5;

function rates(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  seconds: number,
): Record<string, number> {
  const row: Record<string, number> = {};
  for (const [name, total] of Object.entries(after)) {
    const more = total - (before[name] ?? 0);
    if (more > 0) row[name] = more / seconds;
  }
  return row;
}

/** Percentiles of one second do not exist; those of the shortest window come nearest to it. */
export function shortestWindow(document: MetricsDocument): MetricsDocument['window'] {
  return document.window;
}

/** Of the listeners for mail; the page's own is no part of the question. */
export function deepest(document: MetricsDocument): number | null {
  const depths = mailListeners(document).map((listener) => listener.depth);
  return depths.length === 0 ? null : Math.max(...depths);
}

export function backlog(document: MetricsDocument): number | null {
  const limits = mailListeners(document).map((listener) => listener.limit);
  return limits.length === 0 ? null : Math.max(...limits);
}

function mailListeners(document: MetricsDocument) {
  return document.accept_queue?.listeners.filter(({ name }) => name !== 'http') ?? [];
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

export function secondsOf(document: MetricsDocument): number {
  return Date.parse(document.timestamp) / 1_000;
}
