import { expect, test } from 'vitest';
import { formatBytes, formatCountShort, formatDuration, formatTime, plural } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_024, '1.0 kB'],
  [10_230, '10 kB'],
  [1_048_575, '1.0 MB'],
  [26_214_400, '25 MB'],
])('%i octets read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [9_999, '9,999'],
  [10_000, '10k'],
  [15_320, '15.3k'],
  [100_000, '100k'],
  [999_999, '1M'],
])('%i reads %s where there is little room', (count, text) => {
  expect(formatCountShort(count)).toBe(text);
});

test.each([
  [0.84, '0.8 ms'],
  [18.4, '18 ms'],
  [1_500, '1.5 s'],
  [61_000, '1 min 1 s'],
])('%f ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

const now = new Date(2026, 2, 12, 9, 0);

test.each([
  ['today', new Date(2026, 2, 12, 0, 5), '00:05'],
  ['yesterday', new Date(2026, 2, 11, 23, 59), 'Wed 23:59'],
  ['a week ago', new Date(2026, 2, 5, 12, 0), '5 Mar'],
  ['last year', new Date(2025, 2, 5, 12, 0), '5 Mar 2025'],
  ['tomorrow, by a wrong clock', new Date(2026, 2, 13, 12, 0), '13 Mar'],
])('a time %s is unambiguous', (_, time, text) => {
  expect(formatTime(time.toISOString(), now)).toBe(text);
});

test('one is not many', () => {
  expect([plural(1, 'message'), plural(1_200, 'message')]).toEqual(['1 message', '1,200 messages']);
});
