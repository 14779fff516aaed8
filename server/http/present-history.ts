/** Metrics over time as HTTP shows them: rows become columns on a grid without holes. */
import type { HistoryPoint, HistoryQuery } from '../../db/history-types.ts';
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

type Column = Exclude<keyof MetricsHistoryShape['columns'], 'at' | 'errors' | 'replies'>;

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

export function presentHistory(
  { fromS, toS, stepS }: HistoryQuery,
  points: readonly HistoryPoint[],
): MetricsHistoryShape {
  const byTime = new Map(points.map((point) => [point.at, point]));
  const at = Array.from({ length: (toS - fromS) / stepS }, (_, step) => fromS + step * stepS);
  const series = (value: (point: HistoryPoint) => number | null): (number | null)[] =>
    at.map((time) => {
      const point = byTime.get(time);
      return point === undefined ? null : value(point);
    });
  const perSecond = (count: (point: HistoryPoint) => number): (number | null)[] =>
    series((point) => count(point) / point.knownS);
  const byName = (
    counts: (point: HistoryPoint) => Readonly<Record<string, number>>,
  ): Record<string, (number | null)[]> => {
    const names = new Set(points.flatMap((point) => Object.keys(counts(point))));
    return Object.fromEntries(
      [...names].sort().map((name) => [name, perSecond((point) => counts(point)[name] ?? 0)]),
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
      tlsOk: perSecond((point) => point.tlsOk),
      tlsFailed: perSecond((point) => point.tlsFailed),
      errors: byName((point) => point.errors),
      replies: byName((point) => point.replies),
    },
  };
}
