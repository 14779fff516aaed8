import { expect, test } from 'vitest';
import { joinPoints } from './join-points.ts';
import { gapAt, type Point } from './points.ts';

const point = (at: number, seconds: number): Point => ({
  ...gapAt(at),
  seconds,
  throughput: 1,
});
const shape = (points: readonly Point[]) =>
  points.map(({ at, throughput }) => (throughput === null ? `gap ${at}` : at));

test('live points take over from history without a gap or an overlap', () => {
  const history = [point(0, 10), point(10, 10), point(20, 10)];
  const live = [point(27, 1), point(28, 1), point(29, 1)];
  expect(shape(joinPoints(history, live, 0))).toEqual([0, 10, 20, 27, 28, 29]);
});

test('rows of which every second was heard live are left out', () => {
  const live = Array.from({ length: 25 }, (_, i) => point(i, 1));
  const joined = joinPoints([point(0, 10), point(10, 10)], live, 0);
  expect(joined.every(({ seconds }) => seconds === 1)).toBe(true);
  expect(joined).toHaveLength(25);
});

test('history fills what events missed', () => {
  const history = [point(0, 10), point(10, 10), point(20, 10), point(30, 10)];
  const live = [point(8, 1), point(9, 1), point(41, 1)];
  expect(shape(joinPoints(history, live, 0))).toEqual([0, 8, 9, 10, 20, 30, 41]);
});

test('where neither knows anything there is a gap, at the end of what is known', () => {
  expect(shape(joinPoints([point(0, 10), point(60, 10)], [], 0))).toEqual([0, 'gap 10', 60]);
  expect(shape(joinPoints([], [point(5, 1), point(9, 1)], 0))).toEqual([5, 'gap 6', 9]);
});

test('what ended before the left edge is left out', () => {
  expect(shape(joinPoints([point(0, 10), point(10, 10)], [], 15))).toEqual([10]);
});

test('the row in which listening began gives what was not heard of it, and nothing twice', () => {
  // Five errors in ten seconds, of which the last two were heard.
  const row = { ...point(20, 10), errors: { timeout: 0.5 }, replies: { '250': 0.1 } };
  const live = [27, 28, 29].map((at) => ({
    ...point(at, 1),
    errors: at === 28 ? { timeout: 2 } : {},
    replies: at === 29 ? { '250': 1 } : {},
  }));
  const [rest, ...heard] = joinPoints([row], live, 0);
  expect(rest).toMatchObject({ at: 20, seconds: 7, errors: { timeout: 3 / 7 }, replies: {} });
  expect(heard).toEqual(live);
});

test.each([0.2, 1.5])('also when it began %f s after the row, which nobody heard', (after) => {
  const row = { ...point(20, 10), errors: { aborted: 0.1 } };
  const live = Array.from({ length: 12 }, (_, i) => ({ ...point(20 + after + i, 1), errors: {} }));
  const joined = joinPoints([point(10, 10), row], live, 0);
  expect(joined.slice(0, 3).map(({ at }) => at)).toEqual([10, 20, 20 + after]);
  // Of a moment no rate is fair.
  expect(joined[1]?.errors?.aborted).toBeCloseTo(1 / Math.max(1, after));
});

test('events that were missed within one row leave their part of it', () => {
  const row = { ...point(0, 10), errors: { timeout: 0.3 } };
  const heard = [...[0, 1], ...[8, 9]].map((at) => ({ ...point(at, 1), errors: {} }));
  const joined = joinPoints([row], heard, 0);
  expect(shape(joined)).toEqual([0, 1, 2, 8, 9]);
  expect(joined[2]).toMatchObject({ seconds: 6, errors: { timeout: 0.5 } });
});

test('of the seconds that are not over yet, what came before listening is there at once', () => {
  const open = { ...point(20, 3.4), errors: { parse_error: 1 / 3.4 } };
  const joined = joinPoints([point(10, 10), open], [{ ...point(23.2, 1), errors: {} }], 0);
  expect(shape(joined)).toEqual([10, 20, 23.2]);
  expect(joined[1]?.errors?.parse_error).toBeCloseTo(1 / 3.2);
});
