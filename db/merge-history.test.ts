import { expect, test } from 'vitest';
import type { HistoryPoint } from './history-types.ts';
import { mergeHistory } from './merge-history.ts';

function point(changes: Partial<HistoryPoint>): HistoryPoint {
  return {
    at: 0,
    knownS: 10,
    throughput: 0,
    acceptP50: null,
    acceptP99: null,
    acceptP999: null,
    acceptMax: null,
    processingP50: null,
    processingP99: null,
    processingP999: null,
    processingMax: null,
    bytesPerSecond: 0,
    active: 0,
    connectionsPerSecond: 0,
    refusedPerSecond: 0,
    acceptQueueDepthMax: null,
    eventLoopDelayP99: null,
    utilization: null,
    rssBytes: 0,
    commitDepth: 0,
    errors: {},
    replies: {},
    faults: {},
    tlsOk: 0,
    tlsFailed: 0,
    ...changes,
  };
}

test('no rows are no row, one row stays as it is', () => {
  expect(mergeHistory(0, [])).toBeNull();
  const only = point({ throughput: 3, errors: { timeout: 1 } });
  expect(mergeHistory(300, [only])).toEqual({ ...only, at: 300 });
});

test('rates are means over the time that was measured', () => {
  const merged = mergeHistory(0, [
    point({ throughput: 1, utilization: 0.2, knownS: 10 }),
    point({ throughput: 4, utilization: 0.8, knownS: 20 }),
  ]);
  expect(merged?.throughput).toBeCloseTo(3);
  expect(merged?.utilization).toBeCloseTo(0.6);
  expect(merged?.knownS).toBe(30);
});

test('of high percentiles and gauges the highest stands, counts are added', () => {
  const merged = mergeHistory(0, [
    point({ acceptP99: 5, acceptMax: null, active: 7, errors: { a: 1, b: 2 }, tlsOk: 2 }),
    point({ faults: { reply: 1, stall: 1 } }),
    point({ acceptP99: 3, acceptMax: 9, active: 2, errors: { b: 3 }, tlsOk: 1 }),
    point({ faults: { reply: 4 } }),
    point({ acceptP99: null }),
  ]);
  expect(merged).toMatchObject({
    acceptP99: 5,
    acceptMax: 9,
    acceptP999: null,
    active: 7,
    errors: { a: 1, b: 5 },
    faults: { reply: 5, stall: 1 },
    tlsOk: 3,
  });
});

test('a median weighs as much as it had to measure', () => {
  const merged = mergeHistory(0, [
    point({ processingP50: 10, throughput: 9, acceptP50: 1 }),
    point({ processingP50: 20, throughput: 1, acceptP50: 3 }),
    point({ processingP50: null, throughput: 0 }),
  ]);
  expect(merged?.processingP50).toBeCloseTo(11);
  // No connection was accepted in either: both count the same.
  expect(merged?.acceptP50).toBeCloseTo(2);
});
