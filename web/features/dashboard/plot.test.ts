import { expect, test } from 'vitest';
import { formatMs, onAxis } from './numbers.ts';
import { type ChartSpec, lastKnownIndex, nearestIndex, type Plot, spokenMoment } from './plot.ts';

const spec: ChartSpec = {
  id: 'accept',
  title: 'Accept latency',
  about: '',
  x: { ticks: 'time', tick: String, format: (x) => `second ${x}` },
  y: { scale: 'log', least: 0, format: formatMs, tick: onAxis.ms },
};
const plot: Plot = {
  x: [10, 20, 30],
  from: 10,
  to: 30,
  series: [
    { name: 'p50', label: 'p50', color: 'chart-1', values: [1, 2, null] },
    { name: 'limit', label: 'limit', color: 'danger', style: 'limit', values: [9, 9, 9] },
  ],
};

test.each([
  [[], 5, -1],
  [[10], 99, 0],
  [[10, 20, 30], 14, 0],
  [[10, 20, 30], 16, 1],
  [[10, 20, 30], 99, 2],
])('in %j the nearest to %i is number %i', (xs, x, index) => {
  expect(nearestIndex(xs, x)).toBe(index);
});

test('a limit that is drawn everywhere does not count as measured', () => {
  expect(lastKnownIndex(plot)).toBe(1);
});

test('a moment is spoken with units, and says what was not measured', () => {
  expect(spokenMoment(spec, plot, 1)).toBe('second 20: p50 2.00 ms, limit 9.00 ms');
  expect(spokenMoment(spec, plot, 2)).toBe('second 30: p50 not measured, limit 9.00 ms');
});
