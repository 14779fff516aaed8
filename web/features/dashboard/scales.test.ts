import { expect, test } from 'vitest';
import {
  decadeSplits,
  decadesAround,
  niceAbove,
  niceBytesAbove,
  zeroAndDecades,
} from './scales.ts';

test.each([
  [0, 1, 1],
  [1, 1, 1],
  [1.01, 1, 2],
  [43, 1, 50],
  [501, 1, 1_000],
  [0.03, 0.1, 0.1],
])('above %s, at least %s: %s', (value, least, above) => {
  expect(niceAbove(value, least)).toBeCloseTo(above, 9);
});

test('octets end at round powers of 1,024', () => {
  expect(niceBytesAbove(0, 1_024)).toBe(1_024);
  expect(niceBytesAbove(150 * 1_024 ** 2, 1_024)).toBe(200 * 1_024 ** 2);
});

test.each([
  [null, null, [0.1, 100]],
  [1.2, 45, [1, 100]],
  [10, 10, [10, 1_000]],
  [0, 3, [0.001, 10]],
])('decades around %s and %s', (min, max, [low, high]) => {
  const range = decadesAround(min, max);
  expect(range[0]).toBeCloseTo(low ?? 0, 9);
  expect(range[1]).toBeCloseTo(high ?? 0, 9);
});

test('ticks are decades, every other one where there are many', () => {
  expect(decadeSplits(1, 1_000)).toEqual([1, 10, 100, 1_000]);
  expect(decadeSplits(0.001, 10_000)).toEqual([0.001, 0.1, 10, 1_000]);
  expect(zeroAndDecades(640)).toEqual([0, 1, 10, 100]);
});
