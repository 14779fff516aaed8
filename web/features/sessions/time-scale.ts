/**
 * Where a moment of a session lies on its axis. A session may hold 0.2 ms and 30 s, which no even
 * axis shows both of. The compressed one gives each stretch between two events a width by the
 * logarithm of its length: order and neighbourhood stay true, long waits shrink, short work stays
 * in sight. Either can be magnified; the window is in parts of the whole axis.
 */
export type ScaleKind = 'even' | 'compressed';

export interface AxisWindow {
  /** 0…1, `from` < `to`. */
  readonly from: number;
  readonly to: number;
}

export const wholeAxis: AxisWindow = { from: 0, to: 1 };
const zoomMax = 100_000;

export interface TimeScale {
  /** 0…1 within the window; beyond it when out of sight. */
  readonly position: (ms: number) => number;
  readonly ticks: readonly { readonly ms: number; readonly position: number }[];
}

interface Axis {
  readonly place: (ms: number) => number;
  readonly time: (part: number) => number;
}

export function timeScale(
  kind: ScaleKind,
  momentsMs: readonly number[],
  window: AxisWindow = wholeAxis,
): TimeScale {
  const moments = [...new Set([0, ...momentsMs])].filter((ms) => ms >= 0).sort((a, b) => a - b);
  const axis = kind === 'even' ? evenAxis(moments) : compressedAxis(moments);
  const span = window.to - window.from;
  const position = (ms: number) => (axis.place(ms) - window.from) / span;
  return { position, ticks: ticksOf(kind, axis, window) };
}

function evenAxis(moments: readonly number[]): Axis {
  const total = moments.at(-1) || 1;
  return { place: (ms) => ms / total, time: (part) => part * total };
}

/** Below this a stretch is nearly even, above it logarithmic. */
const unitMs = 0.1;

function compressedAxis(moments: readonly number[]): Axis {
  const widths = moments.map((ms, index) => Math.log1p((ms - (moments[index - 1] ?? 0)) / unitMs));
  const ends: number[] = [];
  let sum = 0;
  for (const width of widths) {
    sum += width;
    ends.push(sum);
  }
  const total = sum || 1;
  return {
    place(ms) {
      const index = moments.findIndex((moment) => moment >= ms);
      if (index < 0) return 1;
      if (index === 0) return 0;
      const [startMs, endMs] = [moments[index - 1] ?? 0, moments[index] ?? 0];
      const [start, end] = [ends[index - 1] ?? 0, ends[index] ?? 0];
      const part = endMs > startMs ? (ms - startMs) / (endMs - startMs) : 0;
      return (start + part * (end - start)) / total;
    },
    time(part) {
      const at = part * total;
      const index = Math.max(
        1,
        ends.findIndex((end) => end >= at),
      );
      const [startMs, endMs] = [moments[index - 1] ?? 0, moments[index] ?? 0];
      const [start, end] = [ends[index - 1] ?? 0, ends[index] ?? 0];
      return end > start ? startMs + ((at - start) / (end - start)) * (endMs - startMs) : startMs;
    },
  };
}

const ticksMax = 5;
/** As a part of the axis: room for `100 ms` on most pages. */
const tickGapMin = 0.15;
/** Beyond it the label would leave the axis. */
const tickLast = 0.86;

/** Round steps on an even axis; on a compressed one times as round as a fifth of it allows. */
function ticksOf(kind: ScaleKind, axis: Axis, window: AxisWindow): TimeScale['ticks'] {
  const span = window.to - window.from;
  const position = (ms: number) => (axis.place(ms) - window.from) / span;
  const candidates =
    kind === 'even'
      ? evenTicks(axis.time(window.from), axis.time(window.to))
      : Array.from({ length: ticksMax }, (_, index) => {
          const wanted = index / ticksMax;
          return roundNear(axis.time(window.from + wanted * span), wanted, position);
        });
  const ticks: { ms: number; position: number }[] = [];
  for (const ms of candidates) {
    const at = position(ms);
    if (at < -1e-9 || at > tickLast) continue;
    if (at - (ticks.at(-1)?.position ?? -1) < tickGapMin) continue;
    ticks.push({ ms, position: at });
  }
  return ticks;
}

/** The shortest number that still lies near the wanted place. */
function roundNear(ms: number, wanted: number, position: (ms: number) => number): number {
  for (let digits = 1; digits <= 6; digits++) {
    const round = Number(ms.toPrecision(digits));
    const at = position(round);
    if (Math.abs(at - wanted) <= 0.02 && at <= 1) return round;
  }
  return ms;
}

function evenTicks(fromMs: number, toMs: number): readonly number[] {
  const rough = (toMs - fromMs) / ticksMax;
  if (!(rough > 0)) return [fromMs];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(fromMs / step - 1e-9);
  const last = Math.floor(toMs / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Even where everything can be seen so, which says more. */
export function fittingScale(lengthsMs: readonly number[], totalMs: number): ScaleKind {
  const shortest = Math.min(...lengthsMs.filter((ms) => ms > 0));
  return shortest < totalMs / 150 ? 'compressed' : 'even';
}

export function zoomed(window: AxisWindow, factor: number, centre: number): AxisWindow {
  const span = Math.min(1, Math.max(1 / zoomMax, (window.to - window.from) / factor));
  return placed(centre - span / 2, span);
}

export function panned(window: AxisWindow, part: number): AxisWindow {
  const span = window.to - window.from;
  return placed(window.from + span * part, span);
}

function placed(from: number, span: number): AxisWindow {
  const start = Math.max(0, Math.min(1 - span, from));
  return { from: start, to: Math.min(1, start + span) };
}
