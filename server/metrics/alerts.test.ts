import { describe, expect, test } from 'vitest';
import { type AlertInput, Alerts, type AlertThresholds } from './alerts.ts';
import { type ClosedScope, OpenScope } from './scope.ts';

const thresholds: AlertThresholds = {
  acceptP99CriticalMs: 100,
  acceptP99WarningMs: 50,
  errorRate: 0.01,
  connections: 0.9,
  throughput: 0.9,
  tlsFailures: 0.05,
};

function scope(fill: (open: OpenScope) => void = () => {}): ClosedScope {
  const open = new OpenScope(0);
  fill(open);
  return open.snapshot(10_000);
}

function input(changes: Partial<AlertInput> = {}): AlertInput {
  return { lastMinute: scope(), slots: [], activeConnections: 0, connectionsMax: 100, ...changes };
}

const slow = (ms: number, count = 20) =>
  input({
    lastMinute: scope((open) => {
      for (let index = 0; index < count; index++) open.record('accept', ms);
    }),
  });
const messages = (count: number) =>
  scope((open) => {
    open.counts.messages = count;
  });

/** Evaluates once a second and tells which alerts hold after each. */
function evaluate(inputs: readonly AlertInput[], given: Partial<AlertThresholds> = {}) {
  const alerts = new Alerts({ ...thresholds, ...given });
  return inputs.map((one, second) => {
    const changes = alerts.evaluate(one, second * 1_000);
    return { changes, current: alerts.current, ids: alerts.current.map(({ id }) => id) };
  });
}

const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('a rule', () => {
  test('speaks up the second time in a row, since the first', () => {
    const steps = evaluate([slow(70), slow(10), slow(70), slow(80)]);
    expect(steps.map(({ ids }) => ids)).toEqual([[], [], [], ['accept_p99_warning']]);
    expect(steps[3]?.current[0]).toMatchObject({
      severity: 'warning',
      since: '1970-01-01T00:00:02.000Z',
      value: 80,
      threshold: 50,
      unit: 'ms',
      text: expect.stringContaining('80 ms'),
    });
    expect(steps[3]?.changes).toMatchObject([{ ended: false }]);
  });

  test('goes on while the value wavers, and ends after five clear ones in a row', () => {
    const start = times(2, slow(70));
    const wavering = [slow(49), slow(46), slow(51), slow(40), slow(44), slow(51)];
    const steps = evaluate([...start, ...wavering, ...times(5, slow(44))]);
    expect(steps.slice(1, -1).map(({ ids }) => ids.length)).toEqual(times(11, 1));
    expect(steps.at(-1)?.ids).toEqual([]);
    expect(steps.at(-1)?.changes).toMatchObject([{ ended: true }]);
  });

  test('shows the value as it is now, and keeps since when', () => {
    const [, , third] = evaluate([slow(70), slow(80), slow(90)]);
    expect(third?.current).toMatchObject([{ value: 90, since: '1970-01-01T00:00:00.000Z' }]);
  });

  test('is off with a threshold of 0', () => {
    const steps = evaluate(times(3, slow(1_000)), {
      acceptP99CriticalMs: 0,
      acceptP99WarningMs: 0,
    });
    expect(steps.at(-1)?.ids).toEqual([]);
  });
});

const rated = (fill: (open: OpenScope) => void) => input({ lastMinute: scope(fill) });
const steady = times(7, messages(500));

test.each<[string, AlertInput, readonly string[]]>([
  ['nothing at all', input(), []],
  ['accept p99 beyond both', slow(101), ['accept_p99_critical', 'accept_p99_warning']],
  ['one slow connection', slow(500, 1), []],
  ['accept p99 at the threshold', slow(50), []],
  [
    'errors beyond 1 %',
    rated(({ counts }) => {
      counts.messages = 980;
      counts.errors.add('timeout', 20);
    }),
    ['error_rate'],
  ],
  [
    'errors of very few deliveries',
    rated(({ counts }) => {
      counts.messages = 1;
      counts.errors.add('parse_error', 2);
    }),
    [],
  ],
  ['91 of 100 connections', input({ activeConnections: 91 }), ['connections']],
  ['90 of 100 connections', input({ activeConnections: 90 }), []],
  [
    'failed handshakes beyond 5 %',
    rated(({ counts }) => {
      counts.tlsOk = 90;
      counts.tlsFailed = 10;
    }),
    ['tls_failures'],
  ],
  [
    'two handshakes, one failed',
    rated(({ counts }) => {
      counts.tlsOk = 1;
      counts.tlsFailed = 1;
    }),
    [],
  ],
  [
    'throughput halved with clients connected',
    input({ slots: [...steady, messages(250)], activeConnections: 5 }),
    ['throughput'],
  ],
  ['the load has ended', input({ slots: [...steady, messages(250)], activeConnections: 0 }), []],
  ['steady load', input({ slots: steady, activeConnections: 5 }), []],
  [
    'load that has only begun',
    input({ slots: [messages(0), messages(500), messages(5)], activeConnections: 5 }),
    [],
  ],
])('%s', (_, given, ids) => {
  expect(evaluate(times(3, given)).at(-1)?.ids).toEqual(ids);
});
