/** Series upon each other: which ones, in which order and colour, and the sums that are drawn. */
import type { Point } from './points.ts';

export interface Layer {
  readonly name: string;
  /** As measured; the sums are for drawing only. */
  readonly values: readonly (number | null)[];
}

/** More cannot be told apart; the smallest are drawn as one. */
export const layersMax = 7;
export const otherLayer = 'other';

/** Largest first, which is drawn at the bottom; names break ties, so that the order is stable. */
export function layersOf(
  points: readonly Point[],
  pick: (point: Point) => Readonly<Record<string, number>> | null,
): readonly Layer[] {
  const totals = new Map<string, number>();
  for (const point of points) {
    for (const [name, rate] of Object.entries(pick(point) ?? {})) {
      if (rate > 0) totals.set(name, (totals.get(name) ?? 0) + rate * point.seconds);
    }
  }
  const ranked = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const own = ranked.slice(0, ranked.length > layersMax ? layersMax - 1 : layersMax);
  const rest = ranked.slice(own.length).map(([name]) => name);

  const layers = own.map(([name]) => ({ name, values: valuesOf(points, pick, [name]) }));
  if (rest.length > 0) {
    layers.push({ name: otherLayer, values: valuesOf(points, pick, rest) });
  }
  return layers;
}

function valuesOf(
  points: readonly Point[],
  pick: (point: Point) => Readonly<Record<string, number>> | null,
  names: readonly string[],
): (number | null)[] {
  return points.map((point) => {
    const row = pick(point);
    return row && names.reduce((total, name) => total + (row[name] ?? 0), 0);
  });
}

/** Each layer with all below it. A moment of which nothing is known stays unknown in all. */
export function stacked(layers: readonly (readonly (number | null)[])[]): (number | null)[][] {
  let below: readonly (number | null)[] | null = null;
  return layers.map((values) => {
    const under = below;
    const sums = values.map((value, i) => {
      if (value === null) return null;
      return under ? value + (under[i] ?? 0) : value;
    });
    below = sums;
    return sums;
  });
}
