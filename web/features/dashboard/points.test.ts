import { expect, test } from 'vitest';
import {
  backlog,
  deepest,
  gapAt,
  joinPoints,
  type Point,
  pointBetween,
  pointsFromHistory,
} from './points.ts';
import { afterMessages, testDocument } from './test-document.ts';

test('rates are differences over the time that really passed', () => {
  const point = pointBetween(afterMessages(10, 100), afterMessages(12, 150));
  expect(point).toMatchObject({ at: 10, seconds: 2, throughput: 25 });
});

test('what was not measured is null, what did not happen is 0', () => {
  const point = pointBetween(testDocument(1), testDocument(2));
  expect(point).toMatchObject({
    throughput: 0,
    acceptP99: null,
    utilization: null,
    acceptQueueDepthMax: null,
    errors: {},
  });
});

test('errors and replies are told a second, and only those that happened', () => {
  const before = testDocument(1);
  const after = testDocument(3, {
    errors: { ...before.errors, timeout: 4 },
    replies: { by_code: { '250': 10 }, by_verb: {} },
  });
  const point = pointBetween(before, after);
  expect(point?.errors).toEqual({ timeout: 2 });
  expect(point?.replies).toEqual({ '250': 5 });
});

test.each([
  ['a restart', afterMessages(50, 900), { ...afterMessages(52, 3), uptime_seconds: 1 }],
  ['events that were missed', afterMessages(10, 1), afterMessages(40, 900)],
  ['the same moment twice', afterMessages(10, 1), afterMessages(10, 2)],
])('%s gives no point', (_what, before, after) => {
  expect(pointBetween(before, after)).toBeNull();
});

test('the queue is that of the mail listeners, whatever waits for the page', () => {
  const listener = { depth: 3, limit: 128, depth_max: 3 };
  const document = testDocument(1, {
    accept_queue: {
      listeners: [
        { name: 'smtp', ...listener },
        { name: 'smtps', ...listener, depth: 7 },
        { name: 'http', ...listener, depth: 90, limit: 511 },
      ],
      listen_overflows: 0,
      listen_drops: 0,
    },
  });
  expect(deepest(document)).toBe(7);
  expect(backlog(document)).toBe(128);
  expect(deepest(testDocument(1))).toBeNull();
});

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

test('rows of history without values stay gaps, also in stacks', () => {
  const none = [null, null];
  const columns = {
    throughput: [5, null],
    bytesPerSecond: none,
    acceptP50: none,
    acceptP99: [1.5, null],
    acceptP999: none,
    acceptMax: none,
    processingP50: none,
    processingP99: none,
    processingP999: none,
    processingMax: none,
    active: none,
    connectionsPerSecond: none,
    refusedPerSecond: none,
    acceptQueueDepthMax: none,
    eventLoopDelayP99: none,
    utilization: none,
    rssBytes: none,
    commitDepth: none,
    tlsOk: none,
    tlsFailed: none,
    at: [100, 110],
    errors: { timeout: [0.1, null], aborted: [0, null] },
    replies: {},
  };
  const [known, unknown] = pointsFromHistory({
    from: '1970-01-01T00:01:40.000Z',
    to: '1970-01-01T00:02:00.000Z',
    stepSeconds: 10,
    columns,
  });
  expect(known).toMatchObject({ at: 100, seconds: 10, acceptP99: 1.5, errors: { timeout: 0.1 } });
  expect(unknown).toMatchObject({ throughput: null, errors: null, replies: null });
});
