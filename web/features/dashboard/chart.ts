/**
 * A chart on a canvas. React makes its room and its legend; from then on it draws by itself, when
 * its feed has something new, once per frame, and only while it can be seen.
 */
import uPlot from 'uplot';
import { chartOptions } from './chart-options.ts';
import type { ChartTooltip } from './chart-tooltip.ts';
import type { Crosshair } from './crosshair.ts';
import type { Painted, Painter } from './painter.ts';
import type { Palette } from './palette.ts';
import {
  type ChartSpec,
  formatOf,
  lastKnownIndex,
  nearestIndex,
  type Plot,
  type PlotFeed,
  type PlotSeries,
  spokenMoment,
} from './plot.ts';
import { stacked } from './stack.ts';

interface ChartParts {
  readonly host: HTMLElement;
  readonly spec: ChartSpec;
  readonly feed: PlotFeed;
  readonly palette: Palette;
  readonly painter: Painter;
  readonly crosshair: Crosshair;
  readonly tooltip: ChartTooltip;
  /** Other series than before, so another legend. */
  readonly onSeries: (series: readonly PlotSeries[]) => void;
  /** Values to be shown in the legend. */
  readonly onValues: (texts: ReadonlyMap<string, string>) => void;
}

export class Chart implements Painted {
  private readonly parts: ChartParts;
  private readonly ends: (() => void)[];
  private u: uPlot | null = null;
  private shown: Plot | null = null;
  private names = '';
  private visible = false;
  private stale = true;

  constructor(parts: ChartParts) {
    this.parts = parts;
    const { host, feed, palette, crosshair } = parts;
    const resize = new ResizeObserver(() => this.resize());
    resize.observe(host);
    const sight = new IntersectionObserver(([entry]) => this.see(entry?.isIntersecting ?? false), {
      rootMargin: '80px',
    });
    sight.observe(host);
    const awake = () => this.request();
    document.addEventListener('visibilitychange', awake);
    this.ends = [
      feed.subscribe(() => this.changed()),
      crosshair.subscribe(() => this.point()),
      palette.subscribe(() => this.u?.redraw(false)),
      () => resize.disconnect(),
      () => sight.disconnect(),
      () => document.removeEventListener('visibilitychange', awake),
      () => parts.painter.forget(this),
      () => this.u?.destroy(),
    ];
  }

  destroy(): void {
    this.parts.crosshair.leave(this.parts.spec.id);
    for (const end of this.ends) end();
    this.parts.tooltip.hide(this.parts.spec.id);
  }

  /** Moves the crosshair by so many points; the first step starts at the newest. */
  step(by: number): void {
    const { shown } = this;
    if (!shown || shown.x.length === 0) return;
    const at = this.parts.crosshair.state()?.x;
    const index = at === undefined ? lastKnownIndex(shown) : nearestIndex(shown.x, at) + by;
    const x = shown.x[Math.min(shown.x.length - 1, Math.max(0, index))];
    if (x !== undefined) this.parts.crosshair.move({ x, chart: this.parts.spec.id, via: 'keys' });
  }

  spoken(): string {
    const { shown } = this;
    if (!shown || shown.x.length === 0) return 'Nothing measured yet';
    return spokenMoment(this.parts.spec, shown, this.index(shown));
  }

  /** The layer of a stack under the pointer. */
  layerAt(offsetY: number): PlotSeries | undefined {
    const { u, shown } = this;
    if (!u || !shown) return undefined;
    const value = u.posToVal(offsetY, 'y');
    const index = this.index(shown);
    const sums = stacked(shown.series.map(({ values }) => values));
    return value < 0
      ? undefined
      : shown.series.find((_, i) => (sums[i]?.[index] ?? Number.NEGATIVE_INFINITY) >= value);
  }

  private changed(): void {
    this.stale = true;
    this.request();
  }

  private see(visible: boolean): void {
    this.visible = visible;
    this.request();
  }

  private request(): void {
    if (!this.stale || !this.visible || document.hidden) return;
    this.parts.painter.request(this);
  }

  draw(): void {
    const plot = this.parts.feed.plot();
    this.stale = false;
    this.shown = plot;
    const names = plot.series.map(({ name }) => name).join();
    if (!this.u || names !== this.names) this.build(plot, names);
    else this.update(this.u, plot);
  }

  label(): void {
    this.point();
  }

  private build(plot: Plot, names: string): void {
    const { host, spec, palette, onSeries } = this.parts;
    this.names = names;
    this.u?.destroy();
    const series = drawOrder(spec, plot.series);
    const options = { ...chartOptions(spec, series, palette), ...sizeOf(host) };
    this.u = new uPlot(options, dataOf(spec, plot), host);
    this.listen(this.u);
    this.u.setScale('x', { min: plot.from, max: plot.to });
    onSeries(plot.series);
  }

  private update(u: uPlot, plot: Plot): void {
    u.batch(() => {
      u.setData(dataOf(this.parts.spec, plot), false);
      u.setScale('x', { min: plot.from, max: plot.to });
    });
  }

  private resize(): void {
    const size = sizeOf(this.parts.host);
    if (this.u && (size.width !== this.u.width || size.height !== this.u.height)) {
      this.u.setSize(size);
      this.point();
    }
  }

  private listen(u: uPlot): void {
    const { crosshair, spec } = this.parts;
    const move = (event: PointerEvent) => {
      const { shown } = this;
      if (!shown) return;
      const x = shown.x[nearestIndex(shown.x, u.posToVal(event.offsetX, 'x'))];
      if (x !== undefined) crosshair.move({ x, chart: spec.id, via: 'pointer' });
    };
    u.over.addEventListener('pointermove', move);
    u.over.addEventListener('pointerdown', move);
    u.over.addEventListener('pointerleave', () => crosshair.leave(spec.id));
  }

  private index(plot: Plot): number {
    const state = this.parts.crosshair.state();
    return state ? nearestIndex(plot.x, state.x) : lastKnownIndex(plot);
  }

  /** Crosshair, legend and tooltip: nothing is drawn anew. */
  point(): void {
    const { u, shown } = this;
    if (!u || !shown || !this.visible) return;
    const { crosshair, spec, tooltip, onValues } = this.parts;
    const state = crosshair.state();
    const index = this.index(shown);
    const x = shown.x[index];
    const inside = state !== null && x !== undefined && x >= shown.from && x <= shown.to;
    const left = inside ? u.valToPos(x, 'x') : -10;
    u.setCursor({ left, top: inside ? 0 : -10 }, false);

    const texts = new Map(
      shown.series.map((series) => [
        series.name,
        state || spec.x.ticks === 'time'
          ? formatOf(spec, series)(series.values[index] ?? null)
          : '',
      ]),
    );
    onValues(texts);
    if (state?.chart !== spec.id || !inside) {
      tooltip.hide(spec.id);
      return;
    }
    const rect = u.over.getBoundingClientRect();
    tooltip.show(spec.id, {
      left: rect.left + left,
      top: rect.top,
      title: spec.x.format(x),
      rows: shown.series.map(({ name, label, color }) => ({
        label,
        color,
        text: texts.get(name) ?? '',
      })),
    });
  }
}

function sizeOf(host: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, host.clientWidth), height: Math.max(60, host.clientHeight) };
}

/** Upper layers first, so that the lower ones cover what is theirs. */
function drawOrder(spec: ChartSpec, series: readonly PlotSeries[]): readonly PlotSeries[] {
  return spec.stacked ? series.toReversed() : series;
}

function dataOf(spec: ChartSpec, plot: Plot): uPlot.AlignedData {
  const values = plot.series.map((series) => series.values as (number | null)[]);
  const drawn = spec.stacked ? stacked(values).toReversed() : values;
  return [plot.x as number[], ...drawn];
}
