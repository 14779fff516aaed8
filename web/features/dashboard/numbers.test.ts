import { expect, test } from 'vitest';
import { formatMs, formatRate, formatShare, onAxis } from './numbers.ts';

test.each([
  [null, '–'],
  [0, '0 ms'],
  [0.0042, '0.004 ms'],
  [0.5, '0.50 ms'],
  [9.994, '9.99 ms'],
  [9.996, '10.0 ms'],
  [45.31, '45.3 ms'],
  [156.7, '157 ms'],
  [999.6, '1.00 s'],
  [12_345, '12.3 s'],
])('%s milliseconds read %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test.each([
  [null, '–'],
  [0, '0/s'],
  [0.02, '0.02/s'],
  [40.83, '40.8/s'],
  [1_234.5, '1,235/s'],
])('%s a second reads %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test('a share that is unknown is not 0 %', () => {
  expect(formatShare(null)).toBe('–');
  expect(formatShare(0.333)).toBe('33 %');
});

test('ticks fit beside a chart', () => {
  expect(onAxis.ms(0.1)).toBe('0.1 ms');
  expect(onAxis.ms(10_000)).toBe('10 s');
  expect(onAxis.rate(2_500)).toBe('2.5k');
  expect(onAxis.whole(0.5)).toBe('');
});
