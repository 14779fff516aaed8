/** What a chart draws, before anything is drawn. Charts know neither documents nor history. */
import type { Format } from './numbers.ts';

export const chartColors = [
  'chart-1',
  'chart-2',
  'chart-3',
  'chart-4',
  'chart-5',
  'chart-6',
  'chart-7',
  'chart-8',
] as const;

/** Names of tokens. */
export type ColorRole = (typeof chartColors)[number] | 'text-muted' | 'danger';

export interface PlotSeries {
  readonly name: string;
  readonly label: string;
  readonly color: ColorRole;
  readonly values: readonly (number | null)[];
  /** A line by default. `limit`: dashed, what the others must stay below. */
  readonly style?: 'area' | 'limit';
  /** Measured by the axis on the right. */
  readonly right?: boolean;
  /** Where the cause of it is shown. */
  readonly href?: string;
}

export interface Plot {
  readonly x: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly series: readonly PlotSeries[];
}

export interface PlotFeed {
  subscribe(onChange: () => void): () => void;
  plot(): Plot;
}

export interface ValueAxis {
  /**
   * log: latencies, whose tail is a hundred times their middle · counts: 0, then decades, for what
   * is most often near 0 and watched against a far limit · bytes: powers of 1,024, as they read.
   */
  readonly scale: 'linear' | 'log' | 'counts' | 'bytes';
  /** The end of the axis while all values are smaller; not for `log`. */
  readonly least: number;
  readonly format: Format;
  readonly tick: (value: number) => string;
}

export interface XAxis {
  /** Time in seconds since 1970, or fixed ticks. */
  readonly ticks: 'time' | ((from: number, to: number) => readonly number[]);
  /** `step`: from this tick to the next. */
  readonly tick: (x: number, step: number) => string;
  readonly format: (x: number) => string;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** One sentence: what is measured. */
  readonly about: string;
  readonly stacked?: boolean;
  /** Names of two series; the room between them is filled. */
  readonly band?: readonly [low: string, high: string];
  readonly x: XAxis;
  readonly y: ValueAxis;
  readonly right?: ValueAxis;
}

export function formatOf(spec: ChartSpec, series: PlotSeries): Format {
  return series.right && spec.right ? spec.right.format : spec.y.format;
}

/** The index whose x is nearest; −1 where there is nothing. */
export function nearestIndex(xs: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < x) low = middle;
    else high = middle;
  }
  if (high < 0) return -1;
  return Math.abs((xs[low] ?? 0) - x) <= Math.abs((xs[high] ?? 0) - x) ? low : high;
}

/** The newest moment of which anything is known. */
export function lastKnownIndex(plot: Plot): number {
  for (let i = plot.x.length - 1; i >= 0; i -= 1) {
    if (plot.series.some(({ values, style }) => style !== 'limit' && values[i] != null)) return i;
  }
  return plot.x.length - 1;
}

export function spokenMoment(spec: ChartSpec, plot: Plot, index: number): string {
  const values = plot.series.map(
    (series) =>
      `${series.label} ${spokenValue(formatOf(spec, series)(series.values[index] ?? null))}`,
  );
  const body = values.length > 0 ? values.join(', ') : 'nothing';
  return `${spec.x.format(plot.x[index] ?? 0)}: ${body}`;
}

function spokenValue(text: string): string {
  return text === '–' ? 'not measured' : text.replace('/s', ' a second');
}
