/** Metrics over time as HTTP shows them: rows become columns on a grid without holes. */
import type { HistoryPoint, HistoryQuery, HistoryRow } from '../../db/history-types.ts';
import type { MetricsHistoryShape } from './metrics-shapes.ts';

const fineStepS = 10;
const coarseStepS = 300;
/** How far back there are fine rows. */
const fineRangeS = 86_400;

/** The shortest step of whole rows that needs no more points; both ends lie on it. */
export function historyStep(asked: {
  readonly nowS: number;
  readonly rangeS: number;
  readonly pointsMax: number;
}): HistoryQuery {
  const baseS = asked.rangeS > fineRangeS ? coarseStepS : fineStepS;
  const stepS = Math.ceil(asked.rangeS / asked.pointsMax / baseS) * baseS;
  // The last step is the one that the newest whole row is in.
  const toS = Math.floor((asked.nowS - fineStepS) / stepS) * stepS + stepS;
  const count = Math.min(asked.pointsMax, Math.ceil(asked.rangeS / stepS));
  return { fromS: toS - count * stepS, toS, stepS };
}

type Column = Exclude<keyof MetricsHistoryShape['columns'], 'at' | 'errors' | 'replies' | 'faults'>;

const copied = [
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
] as const satisfies readonly Column[];

/** What is stored, and what the collector knows that is not stored yet. */
export interface KnownHistory {
  readonly stored: readonly HistoryPoint[];
  /** The last ten seconds that are over: they are stored a little later. */
  readonly newest: HistoryRow | null;
  readonly open: HistoryPoint;
}

export function presentHistory(
  { fromS, toS, stepS }: HistoryQuery,
  { stored, newest, open }: KnownHistory,
): MetricsHistoryShape {
  const isFine = stepS === fineStepS;
  const byTime = new Map(stored.map((point) => [point.at, point]));
  if (isFine && newest !== null && !byTime.has(newest.at)) {
    byTime.set(newest.at, { ...newest, knownS: fineStepS });
  }
  const at = Array.from({ length: (toS - fromS) / stepS }, (_, step) => fromS + step * stepS);
  const points = at.map((time) => byTime.get(time));
  const series = (value: (point: HistoryPoint) => number | null): (number | null)[] =>
    points.map((point) => (point === undefined ? null : value(point)));
  const byName = (counts: (point: HistoryPoint) => Counts): Record<string, (number | null)[]> => {
    const names = new Set(
      points.flatMap((point) => (point === undefined ? [] : Object.keys(counts(point)))),
    );
    return Object.fromEntries(
      [...names].sort().map((name) => [name, series((point) => rates(point, counts)[name] ?? 0)]),
    );
  };
  const columns = Object.fromEntries(
    copied.map((name) => [name, series((point) => point[name])]),
  ) as Record<(typeof copied)[number], (number | null)[]>;
  return {
    from: new Date(fromS * 1_000).toISOString(),
    to: new Date(toS * 1_000).toISOString(),
    stepSeconds: stepS,
    columns: {
      at,
      ...columns,
      tlsOk: series((point) => point.tlsOk / point.knownS),
      tlsFailed: series((point) => point.tlsFailed / point.knownS),
      errors: byName((point) => point.errors),
      replies: byName((point) => point.replies),
      faults: byName((point) => point.faults),
    },
    open: isFine ? presentPoint(open) : null,
  };
}

function presentPoint(point: HistoryPoint): NonNullable<MetricsHistoryShape['open']> {
  const { at, knownS } = point;
  const values = Object.fromEntries(copied.map((name) => [name, point[name]])) as Pick<
    HistoryPoint,
    (typeof copied)[number]
  >;
  return {
    at,
    seconds: knownS,
    ...values,
    tlsOk: point.tlsOk / knownS,
    tlsFailed: point.tlsFailed / knownS,
    errors: rates(point, ({ errors }) => errors),
    replies: rates(point, ({ replies }) => replies),
    faults: rates(point, ({ faults }) => faults),
  };
}

type Counts = Readonly<Record<string, number>>;

function rates(
  point: HistoryPoint,
  counts: (point: HistoryPoint) => Counts,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts(point)).map(([name, count]) => [name, count / point.knownS]),
  );
}
