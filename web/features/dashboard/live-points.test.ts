import { expect, test } from 'vitest';
import { LivePoints } from './live-points.ts';
import { liveSecondsMax } from './ranges.ts';
import { afterMessages } from './test-document.ts';

test('one point a document after the first', () => {
  const live = new LivePoints();
  for (const at of [1, 2, 3]) live.take(afterMessages(at, at * 10));
  expect(live.points.map(({ at, throughput }) => [at, throughput])).toEqual([
    [1, 10],
    [2, 10],
  ]);
});

test('a document right after another makes no rate, and loses no message either', () => {
  const live = new LivePoints();
  live.take(afterMessages(1, 0));
  live.take(afterMessages(1.1, 5));
  live.take(afterMessages(2, 10));
  expect(live.points.map(({ throughput }) => throughput)).toEqual([10]);
});

test('keeps the longest live range and not more', () => {
  const live = new LivePoints();
  for (let at = 1; at <= 2_000; at += 1) live.take(afterMessages(at, at));
  const [first] = live.points;
  const last = live.points.at(-1);
  expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(liveSecondsMax);
  expect(live.points.length).toBeLessThan(liveSecondsMax + 60);
});
