import { expect, test } from 'vitest';
import { listFrom } from '../../lib/message-list.ts';
import { testServer } from '../../lib/test-message.ts';
import { neighbour } from './use-target.ts';

const list = listFrom(testServer(5).page());

test.each([
  ['the next older', 1, ['m4'], 'm3'],
  ['past all that leave with it', 1, ['m4', 'm3', 'm2'], 'm1'],
  ['the next newer at the end', 4, ['m1'], 'm2'],
  ['nothing when nothing stays', 0, ['m5', 'm4', 'm3', 'm2', 'm1'], null],
])('after a removal comes %s', (_, index, leaving, expected) => {
  expect(neighbour(list, index, new Set(leaving))).toBe(expected);
});
