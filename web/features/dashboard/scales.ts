/** Where the value axis ends and which values it names. */

/** 1, 2 or 5 times a power of ten, so that a growing line moves the axis seldom. */
export function niceAbove(value: number, least: number): number {
  const bound = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(bound));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= bound * 0.999_999) ?? 10;
  return step * power;
}

/** The same for octets, which are counted in powers of 1,024. */
export function niceBytesAbove(value: number, least: number): number {
  const bound = Math.max(value, least);
  const unit = 1_024 ** Math.floor(Math.log(bound) / Math.log(1_024));
  return niceAbove(bound / unit, 1) * unit;
}

/** Whole decades around the values, two at least. */
export function decadesAround(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || max <= 0) return [0.1, 100];
  const low = Math.floor(Math.log10(Math.max(min, smallest)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(max, smallest)) - 1e-9);
  return [10 ** low, 10 ** Math.max(high, low + 2)];
}

/** What a clock of the browser or the server can tell apart. */
const smallest = 0.001;

export function decadeSplits(min: number, max: number): number[] {
  const splits: number[] = [];
  const first = Math.round(Math.log10(min));
  const last = Math.round(Math.log10(max));
  const every = last - first > 5 ? 2 : 1;
  for (let power = first; power <= last; power += every) splits.push(10 ** power);
  return splits;
}

/** 0, then decades: for counts that are most often near 0 and are watched against a far limit. */
export function zeroAndDecades(max: number): number[] {
  return [0, ...decadeSplits(1, 10 ** Math.floor(Math.log10(Math.max(max, 1))))];
}
