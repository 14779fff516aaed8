import { expect, test } from 'vitest';
import { liveSecondsMax, parseRange, pointsMax, ranges } from './ranges.ts';

test('the address says the range; what it does not know is five minutes', () => {
  expect(parseRange('?range=24h').seconds).toBe(86_400);
  expect(parseRange('?range=2y').id).toBe('5m');
  expect(parseRange('').id).toBe('5m');
});

test('every live range fits into what is kept live, and history serves the rest', () => {
  for (const range of ranges) {
    expect(range.live, range.id).toBe(range.seconds <= liveSecondsMax);
    expect(range.seconds, range.id).toBeGreaterThanOrEqual(60);
    expect(range.seconds, range.id).toBeLessThanOrEqual(604_800);
  }
});

test('history is not asked for more often than it can have a point more', () => {
  for (const { id, seconds, refetchMs } of ranges) {
    const rowMs = Math.max(10_000, (seconds / pointsMax) * 1_000);
    expect(refetchMs, id).toBeGreaterThanOrEqual(Math.min(rowMs, 300_000));
  }
});
