import { expect, test } from 'vitest';
import { backlog, deepest, pointBetween, pointsFromHistory } from './points.ts';
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

test('errors, replies and faults are told a second, and only those that happened', () => {
  const before = testDocument(1);
  const after = testDocument(3, {
    errors: { ...before.errors, timeout: 4 },
    replies: { by_code: { '250': 10 }, by_verb: {} },
    faults: { injected: 6, by_point: { rcpt: 6 }, by_effect: { reply: 6 } },
  });
  const point = pointBetween(before, after);
  expect(point?.errors).toEqual({ timeout: 2 });
  expect(point?.replies).toEqual({ '250': 5 });
  expect(point?.faults).toEqual({ reply: 3 });
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
    faults: { reply: [0.2, null] },
  };
  const [known, unknown] = pointsFromHistory({
    from: '1970-01-01T00:01:40.000Z',
    to: '1970-01-01T00:02:00.000Z',
    stepSeconds: 10,
    columns,
    open: null,
  });
  expect(known).toMatchObject({ at: 100, seconds: 10, acceptP99: 1.5, errors: { timeout: 0.1 } });
  expect(known?.faults).toEqual({ reply: 0.2 });
  expect(unknown).toMatchObject({ throughput: null, errors: null, replies: null, faults: null });
});
