import { describe, expect, test } from 'vitest';
import {
  isOver,
  type OldRow,
  portionsWithin,
  surplusOf,
  takeSurplus,
  withinBytes,
} from './retention.ts';

const rows = (...sizes: readonly number[]): readonly OldRow[] =>
  sizes.map((size_bytes, index) => ({ seq: index + 1, id: '', size_bytes, received_at_ms: 0 }));
const seqs = (found: readonly OldRow[]) => found.map((row) => row.seq);

describe('what is over the limits', () => {
  test.each([
    ['no limits', { messagesMax: 0, bytesMax: 0 }, 0, false],
    ['exactly at the limit', { messagesMax: 100, bytesMax: 1000 }, 0, false],
    ['one message over', { messagesMax: 99, bytesMax: 0 }, 0, true],
    ['one octet over', { messagesMax: 0, bytesMax: 999 }, 0, true],
    ['one over, within the slack', { messagesMax: 100, bytesMax: 999 }, 0.01, false],
    ['a slack below one message is none', { messagesMax: 99, bytesMax: 0 }, 0.01, true],
  ])('%s', (_, limits, slack, over) => {
    const surplus = surplusOf({ count: 100, bytes: 1000 }, { ageMsMax: 0, ...limits }, slack);
    expect(isOver(surplus)).toBe(over);
  });
});

test.each([
  [{ count: 0, bytes: 0 }, []],
  [{ count: -5, bytes: -5 }, []],
  [{ count: 2, bytes: 0 }, [1, 2]],
  [{ count: 0, bytes: 10 }, [1]],
  [{ count: 0, bytes: 11 }, [1, 2]],
  [{ count: 1, bytes: 25 }, [1, 2, 3]],
  [{ count: 9, bytes: 0 }, [1, 2, 3]],
])('a surplus of %j takes the oldest %j', (surplus, taken) => {
  expect(seqs(takeSurplus(rows(10, 10, 10), surplus))).toEqual(taken);
});

test('a slice has at least one row, then as many as its octets allow', () => {
  expect(seqs(withinBytes(rows(50, 1), 10))).toEqual([1]);
  expect(seqs(withinBytes(rows(5, 5, 1), 10))).toEqual([1, 2]);
  expect(withinBytes([], 10)).toEqual([]);
});

test('a batch is cut where it would be over the limits by itself', () => {
  const batch = [4, 4, 4, 20, 1].map((sizeBytes) => ({ sizeBytes }));
  const cut = (messagesMax: number, bytesMax: number) =>
    portionsWithin(batch, { messagesMax, bytesMax, ageMsMax: 0 }).map((portion) =>
      portion.map((row) => row.sizeBytes),
    );
  expect(cut(0, 0)).toEqual([[4, 4, 4, 20, 1]]);
  expect(cut(2, 0)).toEqual([[4, 4], [4, 20], [1]]);
  expect(cut(0, 10)).toEqual([[4, 4], [4], [20], [1]]);
});
