import { expect, test } from 'vitest';
import {
  type Alert,
  alertAge,
  alertLine,
  endedAlerts,
  sortedAlerts,
  spokenAlerts,
  toneOf,
} from './alerts.ts';

const slow: Alert = {
  id: 'accept_p99_critical',
  severity: 'critical',
  since: '2026-03-02T10:00:10.000Z',
  value: 184.4,
  threshold: 100,
  unit: 'ms',
  text: '1 % of the connections waited 184 ms or longer (more than 100 ms).',
};
const failing: Alert = {
  id: 'tls_failures',
  severity: 'warning',
  since: '2026-03-02T10:00:00.000Z',
  value: 7.25,
  threshold: 5,
  unit: 'percent',
  text: 'TLS handshakes fail',
};
const less: Alert = {
  ...failing,
  id: 'throughput',
  value: 31.6,
  threshold: 900,
  unit: 'per_second',
  text: 'Throughput fell',
};

test.each([
  [slow, '184 ms, limit 100 ms'],
  [failing, '7.3 %, limit 5.0 %'],
  [less, '32/s, at least 900/s'],
])('says the value and its bound: $id', (alert, text) => {
  expect(alertLine(alert)).toBe(text);
});

test.each([
  [0, 'for 0 s'],
  [59, 'for 59 s'],
  [60, 'for 1 min'],
  [3_599, 'for 59 min'],
  [7_500, 'for 2 h 5 min'],
])('after %i seconds: %s', (seconds, text) => {
  expect(alertAge(slow.since, Date.parse(slow.since) + seconds * 1_000)).toBe(text);
});

test('critical comes before warning, then the older one', () => {
  expect(sortedAlerts([failing, less, slow]).map(({ id }) => id)).toEqual([
    'accept_p99_critical',
    'tls_failures',
    'throughput',
  ]);
});

test('what is critical is not warned of too', () => {
  const warning: Alert = { ...slow, id: 'accept_p99_warning', severity: 'warning' };
  expect(sortedAlerts([warning, slow])).toEqual([slow]);
  expect(sortedAlerts([warning])).toEqual([warning]);
});

test('what is spoken does not change with every second', () => {
  expect(spokenAlerts([slow])).toBe('critical: Connections wait too long to be accepted');
  const slower: Alert = { ...slow, value: 220, text: '1 % of the connections waited 220 ms' };
  expect(spokenAlerts([slower])).toBe(spokenAlerts([slow]));
  expect(spokenAlerts([])).toBe('');
});

test('the worst alert of a topic colours its tile', () => {
  const warning: Alert = { ...slow, id: 'accept_p99_warning', severity: 'warning' };
  expect(toneOf([warning], 'accept')).toBe('warning');
  expect(toneOf([warning, slow], 'accept')).toBe('danger');
  expect(toneOf([slow], 'tls')).toBe('plain');
});

test('an alert that ended stays in the list, the newest five do', () => {
  const until = '2026-03-02T10:01:00.000Z';
  expect(endedAlerts([], [slow, failing], [failing], until)).toEqual([{ alert: slow, until }]);
  const before = endedAlerts([], [slow], [slow], until);
  expect(before).toEqual([]);
  let ended = before;
  for (let i = 0; i < 9; i += 1) ended = endedAlerts(ended, [slow], [], `${i}`);
  expect(ended.map((entry) => entry.until)).toEqual(['8', '7', '6', '5', '4']);
});
