/** A spec and the names of its series → options of uPlot. */
import type uPlot from 'uplot';
import type { Palette } from './palette.ts';
import type { ChartSpec, PlotSeries, ValueAxis } from './plot.ts';
import {
  decadeSplits,
  decadesAround,
  niceAbove,
  niceBytesAbove,
  zeroAndDecades,
} from './scales.ts';

const axisWidth = 50;
const axisHeight = 22;

/** The chart listens to the pointer itself, because one crosshair serves them all. */
const notOurs = () => null;
const unbound = {
  mousedown: notOurs,
  mouseup: notOurs,
  click: notOurs,
  dblclick: notOurs,
  mousemove: notOurs,
  mouseleave: notOurs,
  mouseenter: notOurs,
};

export function chartOptions(
  spec: ChartSpec,
  /** In the order of the data. */
  series: readonly PlotSeries[],
  palette: Palette,
): Omit<uPlot.Options, 'width' | 'height'> {
  const right = spec.right;
  return {
    padding: [8, right ? 0 : 24, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      bind: unbound,
      // uPlot takes a click after the crosshair moved for the end of a drag, and would keep it.
      drag: { x: false, y: false, click: () => {} },
      points: {
        size: 7,
        width: 2,
        stroke: () => palette.frame('pane'),
        fill: (_u, i) => palette.color(series[i - 1]?.color ?? 'chart-8'),
      },
    },
    scales: {
      x: { time: spec.x.ticks === 'time', auto: false },
      y: valueScale(spec.y),
      ...(right && { right: valueScale(right) }),
    },
    axes: [
      timeAxis(spec, palette),
      valueAxis(spec.y, 'y', palette),
      ...(right ? [valueAxis(right, 'right', palette)] : []),
    ],
    series: [{}, ...series.map((one) => drawnSeries(spec, one, palette))],
    bands: bandsOf(spec, series, palette),
  };
}

function valueScale({ scale, least }: ValueAxis): uPlot.Scale {
  if (scale === 'log') return { distr: 3, range: (_u, min, max) => decadesAround(min, max) };
  if (scale === 'counts') {
    return { distr: 4, range: (_u, _min, max) => [0, Math.max(max ?? 0, least) * 1.25] };
  }
  const above = scale === 'bytes' ? niceBytesAbove : niceAbove;
  return { range: (_u, _min, max) => [0, above(max ?? 0, least)] };
}

function timeAxis(spec: ChartSpec, palette: Palette): uPlot.Axis {
  const { ticks, tick } = spec.x;
  return {
    ...axisLook(palette),
    size: axisHeight,
    space: 50,
    values: (_u, splits, _axis, _space, step) => splits.map((x) => tick(x, step)),
    ...(ticks !== 'time' && { splits: (_u, _axis, from, to) => [...ticks(from, to)] }),
  };
}

function valueAxis(axis: ValueAxis, scale: 'y' | 'right', palette: Palette): uPlot.Axis {
  const look = axisLook(palette);
  return {
    ...look,
    scale,
    side: scale === 'y' ? 3 : 1,
    size: axisWidth,
    space: 30,
    grid: { ...look.grid, show: scale === 'y' },
    values: (_u, splits) => splits.map((value) => axis.tick(value)),
    ...(axis.scale === 'log' && { splits: (_u, _i, min, max) => decadeSplits(min, max) }),
    ...(axis.scale === 'bytes' && { splits: (_u, _i, _min, max) => [0, max / 2, max] }),
    ...(axis.scale === 'counts' && { splits: (_u, _i, _min, max) => zeroAndDecades(max) }),
    // On logarithmic scales uPlot leaves out what is no decade; ours are all meant.
    filter: (_u, splits) => splits,
  };
}

function axisLook(palette: Palette): uPlot.Axis {
  return {
    font: palette.font(),
    gap: 4,
    stroke: () => palette.frame('text'),
    grid: { width: 1, stroke: () => palette.frame('grid') },
    ticks: { show: false },
  };
}

function drawnSeries(spec: ChartSpec, series: PlotSeries, palette: Palette): uPlot.Series {
  const color = () => palette.color(series.color);
  const scale = { scale: series.right ? 'right' : 'y' };
  if (series.style === 'limit') {
    return { ...scale, stroke: color, width: 1, dash: [5, 4], points: { show: false } };
  }
  if (spec.stacked) {
    return { ...scale, fill: color, points: { show: false }, paths: blocks };
  }
  return {
    ...scale,
    stroke: color,
    width: 1.5,
    ...(series.style === 'area' && { fill: () => palette.soft(series.color) }),
    points: { show: true, size: 4, fill: color, filter: lonely },
  };
}

/**
 * A layer of a stack: from the axis up to its sum, where the layer has a part in it, for as long as
 * the value holds. Layers below are drawn later and cover what is theirs.
 */
const blocks: uPlot.Series.PathBuilder = (u, seriesIndex, first, last) => {
  const fill = new Path2D();
  const [xs = [], ...sums] = u.data;
  const own = sums[seriesIndex - 1] ?? [];
  const below = sums[seriesIndex] ?? [];
  const floor = u.valToPos(0, 'y', true);
  for (let i = Math.max(0, first - 1); i <= last; i += 1) {
    const sum = own[i] ?? 0;
    if (sum <= (below[i] ?? 0)) continue;
    const left = u.valToPos(xs[i] ?? 0, 'x', true);
    const right = u.valToPos(xs[i + 1] ?? u.scales.x?.max ?? 0, 'x', true);
    const top = Math.min(u.valToPos(sum, 'y', true), floor - 1);
    fill.rect(left, top, Math.max(1, right - left), floor - top);
  }
  return { fill };
};

/** A value between two gaps has no line; without a point it would not be seen. */
const lonely: uPlot.Series.Points.Filter = (u, seriesIndex) => {
  const values = u.data[seriesIndex] ?? [];
  const alone: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) alone.push(i);
  }
  return alone;
};

function bandsOf(spec: ChartSpec, series: readonly PlotSeries[], palette: Palette): uPlot.Band[] {
  if (!spec.band) return [];
  const place = (name: string) => series.findIndex((one) => one.name === name) + 1;
  const [low, high] = spec.band;
  const color = series[place(low) - 1]?.color ?? 'chart-1';
  return [{ series: [place(high), place(low)], fill: () => palette.soft(color) }];
}
