import { z } from 'zod';
import type { MetricsSource } from '../../metrics/types.ts';
import { HttpProblem } from '../errors.ts';
import { metricsDistribution, metricsDocument, metricsHistory } from '../metrics-shapes.ts';
import { historyStep, presentHistory } from '../present-history.ts';
import { json, type Route, route } from '../route.ts';
import type { RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';

const historyQuery = z.strictObject({
  range: wholeNumber(60, 604_800).optional().describe('Seconds up to now; 3,600 unless given.'),
  points: wholeNumber(1, 600).optional().describe('At most this many; 600 unless given.'),
});

const distributionQuery = z.strictObject({
  metric: z.enum(['accept', 'processing']).describe('Which latency.'),
  seconds: z
    .enum(['0', '60', '300', '900'])
    .optional()
    .describe('Of the last so many seconds; 0, as when not given: since the start.'),
});

export function metricsRoutes({ metrics, storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/metrics',
        operationId: 'getMetrics',
        summary: 'All metrics: since the start, and of the last 1, 5 and 15 minutes',
        description: 'What was never measured is `null`. Milliseconds, octets, events a second.',
        responses: { 200: json('The document', metricsDocument) },
        problems: ['metrics_off'],
      },
      ({ c }) => c.json(measuring(metrics).document() satisfies Shown),
    ),

    route(
      {
        method: 'get',
        path: '/api/metrics/history',
        operationId: 'getMetricsHistory',
        summary: 'Metrics over time, over restarts too',
        description:
          'Steps of ten seconds are kept for a day, steps of five minutes for a week. A time in which nothing ran is a gap: `null` in every column. `open` is the time since the last whole step of ten seconds.',
        query: historyQuery,
        responses: { 200: json('Columns of equal length', metricsHistory) },
        problems: ['metrics_off'],
      },
      async ({ c, query }) => {
        const source = measuring(metrics);
        const asked = historyStep({
          nowS: Date.now() / 1_000,
          rangeS: query.range ?? 3_600,
          pointsMax: query.points ?? 600,
        });
        const stored = await storage.history(asked);
        const known = { stored, newest: source.historyRow(), open: source.openRow() };
        return c.json(presentHistory(asked, known));
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/metrics/distribution',
        operationId: 'getMetricsDistribution',
        summary: 'The whole curve of one latency',
        query: distributionQuery,
        responses: { 200: json('Points of the curve', metricsDistribution) },
        problems: ['metrics_off'],
      },
      ({ c, query }) =>
        c.json(measuring(metrics).distribution(query.metric, windows[query.seconds ?? '0'])),
    ),
  ];
}

const windows = { '0': 0, '60': 60, '300': 300, '900': 900 } as const;

/** The document is what its schema says, and at compile time it is checked that it is. */
type Shown = DeepReadonly<z.infer<typeof metricsDocument>>;
type DeepReadonly<T> = { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

export function measuring(metrics: MetricsSource | null): MetricsSource {
  if (metrics !== null) return metrics;
  throw new HttpProblem(
    'metrics_off',
    'This server measures nothing, because it was started with --no-metrics (or PRIXFIXE_METRICS=false). Start it without to see metrics.',
  );
}
