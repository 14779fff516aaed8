import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HistoryRow } from '../../db/history-types.ts';
import { historyRow } from '../testing/history-row.ts';
import { recordHistory } from './record-history.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) + 4_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The row of the ten seconds that are over. */
const complete = () => historyRow(Math.floor(Date.now() / 10_000) * 10 - 10);

test('each ten seconds are saved once, soon after they are over', async () => {
  const saved: number[] = [];
  const recorder = recordHistory({
    row: complete,
    storage: {
      saveHistory: async (rows) => void saved.push(...rows.map(({ at }) => at)),
      history: async () => [],
    },
    onError: () => {},
  });
  await vi.advanceTimersByTimeAsync(5_900);
  expect(saved).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  const first = Date.UTC(2026, 0, 1) / 1_000;
  expect(saved).toEqual([first]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(saved).toEqual([first, first + 10, first + 20, first + 30]);
  await recorder.close();
  expect(saved).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saved).toHaveLength(4);
});

test('nothing to say saves nothing; what could not be written is tried again, and told once', async () => {
  let row: HistoryRow | null = null;
  let full = true;
  const saved: number[] = [];
  const errors: string[] = [];
  const recorder = recordHistory({
    row: () => row,
    storage: {
      async saveHistory(rows) {
        if (full) throw new Error('the disk is full');
        saved.push(...rows.map(({ at }) => at));
      },
      history: async () => [],
    },
    onError: ({ message }) => errors.push(message),
  });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(errors).toEqual([]);
  row = historyRow(10);
  await vi.advanceTimersByTimeAsync(10_000);
  row = historyRow(20);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(errors).toEqual(['the disk is full']);
  full = false;
  row = historyRow(30);
  await recorder.close();
  expect(saved).toEqual([10, 20, 30]);
});
