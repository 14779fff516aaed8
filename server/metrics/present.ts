/** From closed scopes to the shapes that leave the program. */
import { type Packed, quantiles } from './digest.ts';
import type { ClosedScope } from './scope.ts';
import { Tally } from './tally.ts';
import {
  type Distribution,
  type DistributionMetric,
  errorTypes,
  type HistoryRow,
  type MetricsScope,
  type Percentiles,
  phases,
  refusalReasons,
  type WindowSeconds,
} from './types.ts';

export function percentilesOf(digest: Packed | null): Percentiles {
  if (digest === null) return { count: 0, p50: null, p99: null, p999: null, max: null };
  const [p50 = null, p99 = null, p999 = null] = quantiles(digest, [0.5, 0.99, 0.999]).map(rounded);
  return { count: digest.count, p50, p99, p999, max: rounded(digest.max) };
}

export function presentScope(scope: ClosedScope): MetricsScope {
  const { counts, digest } = scope;
  const accept = percentilesOf(digest('accept'));
  const processing = percentilesOf(digest('processing'));
  return {
    connections: {
      total_accepted: counts.accepted,
      accept_latency_p50: accept.p50,
      accept_latency_p99: accept.p99,
      accept_latency_p999: accept.p999,
      accept_latency_max: accept.max,
      refused: countsOf(refusalReasons, counts.refused),
    },
    messages: {
      total_processed: counts.messages,
      bytes_transferred: counts.bytes,
      processing_latency_p50: processing.p50,
      processing_latency_p99: processing.p99,
      processing_latency_p999: processing.p999,
      processing_latency_max: processing.max,
      throughput_msgs_per_sec: rounded(counts.messages / secondsOf(scope)),
    },
    tls: {
      handshakes_success: counts.tlsOk,
      handshakes_failed: counts.tlsFailed,
      resumed: counts.tlsResumed,
      by_protocol: counts.tlsProtocols.toRecord(),
      by_cipher: counts.tlsCiphers.toRecord(),
      failed_by_reason: counts.tlsFailures.toRecord(),
    },
    errors: countsOf(errorTypes, counts.errors),
    replies: presentReplies(counts.replies),
    faults: presentFaults(counts.faults),
    phases: presentPhases(digest),
  };
}

/** More than none, so that the first moments give no endless rates. */
export function secondsOf({ startedAtMs, endedAtMs }: ClosedScope): number {
  return Math.max(1, (endedAtMs - startedAtMs) / 1_000);
}

function presentPhases(digest: ClosedScope['digest']): MetricsScope['phases'] {
  const [greeting, tls_handshake, auth, mail, rcpt, data, commit, read] = phases.map((phase) =>
    percentilesOf(digest(phase)),
  );
  const none = percentilesOf(null);
  return {
    greeting: greeting ?? none,
    tls_handshake: tls_handshake ?? none,
    auth: auth ?? none,
    mail: mail ?? none,
    rcpt: rcpt ?? none,
    data: data ?? none,
    commit: commit ?? none,
    read: read ?? none,
  };
}

function presentReplies(replies: Tally): MetricsScope['replies'] {
  const codes = new Map<string, number>();
  const verbs = new Map<string, Map<string, number>>();
  for (const [name, count] of replies.entries()) {
    const [verb = '', code = ''] = name.split(' ');
    codes.set(code, (codes.get(code) ?? 0) + count);
    const ofVerb = verbs.get(verb) ?? new Map<string, number>();
    verbs.set(verb, ofVerb.set(code, count));
  }
  return {
    by_code: Object.fromEntries(codes),
    by_verb: Object.fromEntries(
      Array.from(verbs, ([verb, ofVerb]) => [verb, Object.fromEntries(ofVerb)]),
    ),
  };
}

function presentFaults(faults: Tally): MetricsScope['faults'] {
  const byPoint = new Tally();
  const byEffect = new Tally();
  for (const [name, count] of faults.entries()) {
    const [point = '', effect = ''] = name.split(' ');
    byPoint.add(point, count);
    byEffect.add(effect, count);
  }
  return {
    injected: faults.total,
    by_point: byPoint.toRecord(),
    by_effect: byEffect.toRecord(),
  };
}

/** The names are a closed set, and each of them is there. */
function countsOf<Name extends string>(
  names: readonly Name[],
  tally: Tally,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, tally.get(name)])) as Record<Name, number>;
}

/** Microseconds are enough, and shorter. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Shares of the curve: denser where the tail is. */
const curve = [
  0, 0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
  0.85, 0.875, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.9925, 0.995, 0.9965, 0.998,
  0.9985, 0.999, 0.9995, 0.9999, 1,
];

export function presentDistribution(about: {
  readonly metric: DistributionMetric;
  readonly seconds: WindowSeconds | 0;
  readonly digest: Packed | null;
}): Distribution {
  const { metric, seconds, digest } = about;
  if (digest === null) return { metric, seconds, count: 0, points: [] };
  const values = quantiles(digest, curve);
  const points = curve.map(
    (share, index) => [share, rounded(values[index] ?? digest.max)] as const,
  );
  return { metric, seconds, count: digest.count, points };
}

/** Rates are counts divided by the seconds of the row, so that rows add up to the counters. */
export function presentRow(
  scope: ClosedScope,
  gauges: Pick<
    HistoryRow,
    'at' | 'active' | 'acceptQueueDepthMax' | 'utilization' | 'rssBytes' | 'commitDepth'
  >,
  seconds = rowSeconds,
): HistoryRow {
  const { counts, digest } = scope;
  const accept = percentilesOf(digest('accept'));
  const processing = percentilesOf(digest('processing'));
  return {
    ...gauges,
    throughput: counts.messages / seconds,
    acceptP50: accept.p50,
    acceptP99: accept.p99,
    acceptP999: accept.p999,
    acceptMax: accept.max,
    processingP50: processing.p50,
    processingP99: processing.p99,
    processingP999: processing.p999,
    processingMax: processing.max,
    bytesPerSecond: counts.bytes / seconds,
    connectionsPerSecond: counts.accepted / seconds,
    refusedPerSecond: counts.refused.total / seconds,
    eventLoopDelayP99: percentilesOf(digest('loop_delay')).p99,
    errors: counts.errors.toRecord(),
    replies: presentReplies(counts.replies).by_code,
    faults: presentFaults(counts.faults).by_effect,
    tlsOk: counts.tlsOk,
    tlsFailed: counts.tlsFailed,
  };
}

const rowSeconds = 10;
