import { queryOptions } from '@tanstack/react-query';
import {
  type DistributionMetric,
  getMetrics,
  getMetricsDistribution,
  getMetricsHistory,
} from '../../lib/api.ts';
import { pointsMax, type Range } from './ranges.ts';

/** The first document; events bring all that follow. */
export function metricsQuery() {
  return queryOptions({
    queryKey: ['metrics', 'document'],
    queryFn: ({ signal }) => getMetrics(signal),
    gcTime: 0,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });
}

export function historyQuery(range: Range, paused: boolean) {
  return queryOptions({
    queryKey: ['metrics', 'history', range.id],
    queryFn: ({ signal }) =>
      getMetricsHistory({ seconds: range.seconds, points: pointsMax }, signal),
    // Soon again at first: what happened just before the page was opened is not yet in there.
    refetchInterval: ({ state }) => {
      if (paused) return false;
      return state.dataUpdateCount < 3 ? Math.min(10_000, range.refetchMs) : range.refetchMs;
    },
    gcTime: 60_000,
    // Thousands of numbers, nearly all of them new: not worth comparing.
    structuralSharing: false,
  });
}

export type DistributionWindow = '60' | '300' | '900' | '0';

const distributionEveryMs = 5_000;

export function distributionQuery(
  metric: DistributionMetric,
  window: DistributionWindow,
  paused: boolean,
) {
  return queryOptions({
    queryKey: ['metrics', 'distribution', metric, window],
    queryFn: ({ signal }) => getMetricsDistribution(metric, secondsOf[window], signal),
    refetchInterval: paused ? false : distributionEveryMs,
    structuralSharing: false,
  });
}

const secondsOf = { '60': 60, '300': 300, '900': 900, '0': 0 } as const;
