import { expect, test } from 'vitest';
import { readLimits, typedLimits } from './limits.ts';

test.each([
  ['-1', ''],
  ['1.5', ''],
  ['x', ''],
  ['10000001', ''],
  ['', '-1'],
  ['', 'soon'],
  ['', '4000'],
])('%s messages and %s days are no limits', (messages, days) => {
  expect(readLimits({ messages, days })).toBeNull();
});

test.each([
  ['', '', 0, 0],
  ['50', '', 50, 0],
  ['', '0.5', 0, 43_200_000],
  ['1', '7', 1, 604_800_000],
])('%s messages and %s days', (messages, days, messagesMax, ageMsMax) => {
  const limits = { messagesMax, ageMsMax };
  expect(readLimits({ messages, days })).toEqual(limits);
  expect(typedLimits(limits)).toEqual({ messages, days });
});
