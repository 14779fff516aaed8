import type { MetricsDistribution } from '../../lib/api.ts';
import {
  ninesGrid,
  ninesMax,
  ninesOf,
  percentLabel,
  quantileOf,
  quantileTicks,
  valueAt,
} from './distribution-curve.ts';
import { formatMs, onAxis } from './numbers.ts';
import type { ChartSpec, Plot, PlotFeed } from './plot.ts';

export const curveSpec: ChartSpec = {
  id: 'distribution',
  title: 'Latency distribution',
  about: 'How long the fastest so many per cent took at most; both axes logarithmic.',
  x: {
    ticks: (from, to) => quantileTicks.map(ninesOf).filter((nines) => nines >= from && nines <= to),
    tick: (nines) => percentLabel(quantileOf(nines)),
    format: (nines) => percentLabel(quantileOf(nines)),
  },
  y: { scale: 'log', least: 0, format: formatMs, tick: onAxis.ms },
};

/** The two curves, sampled at the same places. */
export class DistributionFeed implements PlotFeed {
  private accept: MetricsDistribution | undefined;
  private processing: MetricsDistribution | undefined;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  load(accept: MetricsDistribution | undefined, processing: MetricsDistribution | undefined): void {
    this.accept = accept;
    this.processing = processing;
    for (const listener of this.listeners) listener();
  }

  plot(): Plot {
    const to = ninesMax([this.accept?.count ?? 0, this.processing?.count ?? 0]);
    return this.plotAt(ninesGrid(to), to);
  }

  plotAt(x: readonly number[], to: number): Plot {
    const curve = (distribution: MetricsDistribution | undefined) =>
      x.map((nines) =>
        distribution && distribution.count > 0
          ? valueAt(distribution.points, quantileOf(nines))
          : null,
      );
    return {
      x,
      from: 0,
      to,
      series: [
        { name: 'accept', label: 'accept', color: 'chart-1', values: curve(this.accept) },
        {
          name: 'processing',
          label: 'processing',
          color: 'chart-2',
          values: curve(this.processing),
        },
      ],
    };
  }
}

const tableQuantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999];

/** As a table a few round percentiles say more than 160 samples. */
export function tableFeedOf(feed: DistributionFeed): PlotFeed {
  const nines = tableQuantiles.map(ninesOf);
  return { subscribe: feed.subscribe, plot: () => feed.plotAt(nines, nines.at(-1) ?? 0) };
}
