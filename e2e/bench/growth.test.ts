/** Aim: growth beyond what is allowed fails a check, and all others pass. */
import { expect, test } from 'vitest';
import { renderCharts } from './chart.ts';
import { checkGrowth } from './growth.ts';
import { Notebook } from './report.ts';

function grown(points: readonly (readonly [x: number, ms: number])[]): Notebook {
  const notebook = new Notebook();
  for (const [x, ms] of points) notebook.at({ row: `${x}`, x }).less('CPU, ms', ms);
  return notebook;
}

test.each([
  ['quadratic', 'linear', [1, 100, 10_000], false],
  ['linear', 'linear', [1, 10, 100], true],
  ['a fixed cost at first, linear at last', 'linear', [5, 6, 60], true],
  ['linear', 'flat', [1, 10, 100], false],
  ['the same, with noise', 'flat', [1, 0.8, 1.4], true],
] as const)('%s, where it may be %s', (_, mayBe, costs, passes) => {
  const notebook = grown(costs.map((ms, index) => [10 ** index, ms]));
  checkGrowth(notebook, { measure: 'CPU, ms', mayBe, negligible: 0 });
  expect(notebook.checks.map(({ passed }) => passed)).toEqual([passes]);
});

test('what is negligible does not count as growth', () => {
  const notebook = grown([
    [1, 0.01],
    [10, 0.1],
    [100, 0.4],
  ]);
  checkGrowth(notebook, { measure: 'CPU, ms', mayBe: 'flat', negligible: 0.5 });
  expect(notebook.checks[0]?.passed).toBe(true);
});

test('a chart has a bar for each row, longer by equal pieces for equal factors', () => {
  const notebook = grown([
    [1, 1],
    [10, 10],
    [100, 100],
  ]);
  const lengths = renderCharts(notebook.figures, ['CPU, ms'])
    .split('\n')
    .slice(1)
    .map((line) => line.split('█').length - 1);
  expect(lengths).toHaveLength(3);
  const [first = 0, second = 0, third = 0] = lengths;
  expect(first).toBeGreaterThan(0);
  expect(Math.abs(third - second - (second - first))).toBeLessThanOrEqual(1);
});
