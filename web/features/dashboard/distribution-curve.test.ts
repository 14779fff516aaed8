import { expect, test } from 'vitest';
import { ninesMax, ninesOf, percentLabel, quantileOf, valueAt } from './distribution-curve.ts';

test('every further nine is one step further', () => {
  expect([0, 0.9, 0.99, 0.999].map(ninesOf).map((nines) => Math.round(nines * 1e6) / 1e6)).toEqual([
    0, 1, 2, 3,
  ]);
  expect(quantileOf(ninesOf(0.5))).toBeCloseTo(0.5, 12);
  expect(ninesOf(1)).toBeLessThan(10);
});

test.each([
  [0, '0 %'],
  [0.5, '50 %'],
  [0.99, '99 %'],
  [0.995, '99.5 %'],
  [0.999, '99.9 %'],
  [0.9999, '99.99 %'],
  [0.99999, '99.999 %'],
])('%s is the percentile %s', (quantile, text) => {
  expect(percentLabel(quantile)).toBe(text);
});

test('between two points of the curve lies a line, beyond the last its value', () => {
  const points = [
    [0, 1],
    [0.5, 3],
    [1, 13],
  ] as [number, number][];
  expect(valueAt(points, 0)).toBe(1);
  expect(valueAt(points, 0.25)).toBe(2);
  expect(valueAt(points, 0.75)).toBe(8);
  expect(valueAt(points.slice(0, 2), 0.9)).toBe(3);
  expect(valueAt([], 0.5)).toBeNull();
});

test('no more nines than the count bears', () => {
  expect(ninesMax([200, 1_000])).toBeCloseTo(3, 9);
  expect(ninesMax([0, 0])).toBe(1);
  expect(ninesMax([1e9])).toBe(5);
});
