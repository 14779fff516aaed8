import { expect, test } from 'vitest';
import { gapAt, type Point } from './points.ts';
import { layersMax, layersOf, otherLayer, stacked } from './stack.ts';

const row = (at: number, errors: Record<string, number>): Point => ({
  ...gapAt(at),
  seconds: 1,
  errors,
});
const pick = (point: Point) => point.errors;

test('the largest lies at the bottom, and names decide between equals', () => {
  const points = [row(0, { b: 1, a: 1, c: 5 }), row(1, { c: 1 })];
  expect(layersOf(points, pick)).toEqual([
    { name: 'c', values: [5, 1] },
    { name: 'a', values: [1, 0] },
    { name: 'b', values: [1, 0] },
  ]);
});

test('a rate over ten seconds weighs ten times that of one', () => {
  const points = [{ ...row(0, { rare: 1 }), seconds: 10 }, row(10, { burst: 5 })];
  expect(layersOf(points, pick).map(({ name }) => name)).toEqual(['rare', 'burst']);
});

test('what never happened has no layer', () => {
  expect(layersOf([row(0, { timeout: 0 })], pick)).toEqual([]);
});

test('the smallest beyond the last colour become one, and nothing is lost', () => {
  const names = Array.from({ length: layersMax + 3 }, (_, i) => `e${i}`);
  const errors = Object.fromEntries(names.map((name, i) => [name, i + 1]));
  const layers = layersOf([row(0, errors)], pick);
  expect(layers).toHaveLength(layersMax);
  expect(layers.at(-1)).toEqual({ name: otherLayer, values: [1 + 2 + 3 + 4] });
});

test('a moment of which nothing is known is unknown in every layer', () => {
  const layers = layersOf([row(0, { a: 2, b: 1 }), gapAt(1)], pick);
  expect(stacked(layers.map(({ values }) => values))).toEqual([
    [2, null],
    [3, null],
  ]);
});
