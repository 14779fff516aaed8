/**
 * The digest's own curve, with its tail spread out: every further nine (90 %, 99 %, 99.9 %) takes
 * as much room as the one before it.
 */
import type { MetricsDistribution } from '../../lib/api.ts';

/** 0 at the smallest, 1 at 90 %, 2 at 99 %, 3 at 99.9 %. */
export function ninesOf(quantile: number): number {
  return Math.log10(1 / Math.max(1e-9, 1 - quantile));
}

export function quantileOf(nines: number): number {
  return 1 - 10 ** -nines;
}

export const quantileTicks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999] as const;

export function percentLabel(quantile: number): string {
  const percent = quantile * 100;
  // As many digits as there are nines, so that 99.99 % never reads as 100 %.
  const digits = Math.max(0, Math.min(5, Math.ceil(ninesOf(quantile) - 2 - 1e-9)));
  return `${Number(percent.toFixed(Math.max(digits, percent < 99 ? 0 : digits)))} %`;
}

/** Between two points of the curve; `null` outside of what it knows. */
export function valueAt(points: MetricsDistribution['points'], quantile: number): number | null {
  const after = points.findIndex(([q]) => q >= quantile);
  const next = points[after];
  if (!next) return points.at(-1)?.[1] ?? null;
  const previous = points[after - 1];
  if (!previous || next[0] === previous[0]) return next[1];
  const share = (quantile - previous[0]) / (next[0] - previous[0]);
  return previous[1] + share * (next[1] - previous[1]);
}

/** So many nines as the count bears: one slow message in 200 says nothing of 99.99 %. */
export function ninesMax(counts: readonly number[]): number {
  const most = Math.max(...counts, 10);
  return Math.min(5, Math.max(1, Math.log10(most)));
}

const steps = 160;

export function ninesGrid(max: number): readonly number[] {
  return Array.from({ length: steps + 1 }, (_, i) => (i / steps) * max);
}
