/** How alerts read, and which part of the dashboard each of them is about. */
import type { MetricsDocument } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { formatMs } from './numbers.ts';

export type Alert = MetricsDocument['alerts'][number];
export type Tone = 'plain' | 'warning' | 'danger';

const rank: Readonly<Record<Alert['severity'], number>> = { critical: 0, warning: 1 };

const titles: Readonly<Record<Alert['id'], string>> = {
  accept_p99_critical: 'Connections wait too long to be accepted',
  accept_p99_warning: 'Connections wait long to be accepted',
  error_rate: 'Many sessions go wrong',
  connections: 'Nearly all connections are in use',
  throughput: 'Throughput fell',
  tls_failures: 'TLS handshakes fail',
};

/** What stays the same while the value moves; the alert's own text says all of it anew. */
export function alertTitle({ id, text }: Alert): string {
  return titles[id] ?? text;
}

/**
 * Worst first, then oldest first: the cause most often came before its effects. The warning of
 * what is critical already is left out.
 */
export function sortedAlerts(alerts: readonly Alert[]): readonly Alert[] {
  const critical = alerts.some(({ id }) => id === 'accept_p99_critical');
  return alerts
    .filter(({ id }) => !(critical && id === 'accept_p99_warning'))
    .sort((a, b) => rank[a.severity] - rank[b.severity] || (a.since < b.since ? -1 : 1));
}

export function alertValue(value: number, unit: Alert['unit']): string {
  if (unit === 'ms') return formatMs(value);
  if (unit === 'percent') return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
  return `${value < 9.95 ? value.toFixed(1) : formatCount(Math.round(value))}/s`;
}

export function alertLine(alert: Alert): string {
  const bound = alert.id === 'throughput' ? 'at least' : 'limit';
  return `${alertValue(alert.value, alert.unit)}, ${bound} ${alertValue(alert.threshold, alert.unit)}`;
}

/** `for 12 s`, `for 3 min`, `for 2 h 5 min`. */
export function alertAge(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(since)) / 1_000));
  if (seconds < 60) return `for ${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `for ${minutes} min`;
  return `for ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** For screen readers, once when it begins, so without what changes every second. */
export function spokenAlerts(alerts: readonly Alert[]): string {
  if (alerts.length === 0) return '';
  const lines = sortedAlerts(alerts).map((alert) => `${alert.severity}: ${alertTitle(alert)}`);
  return lines.join('. ');
}

export type AlertTopic = 'accept' | 'errors' | 'connections' | 'throughput' | 'tls';

const topics: Readonly<Record<Alert['id'], AlertTopic>> = {
  accept_p99_critical: 'accept',
  accept_p99_warning: 'accept',
  error_rate: 'errors',
  connections: 'connections',
  throughput: 'throughput',
  tls_failures: 'tls',
};

export function toneOf(alerts: readonly Alert[], topic: AlertTopic): Tone {
  const [worst] = sortedAlerts(alerts).filter((alert) => topics[alert.id] === topic);
  if (!worst) return 'plain';
  return worst.severity === 'critical' ? 'danger' : 'warning';
}

/** Alerts that were on and are not any more, newest first: short ones would pass unseen. */
export interface EndedAlert {
  readonly alert: Alert;
  readonly until: string;
}

const endedMax = 5;

export function endedAlerts(
  ended: readonly EndedAlert[],
  before: readonly Alert[],
  now: readonly Alert[],
  until: string,
): readonly EndedAlert[] {
  const on = new Set(now.map(({ id }) => id));
  const gone = before.filter(({ id }) => !on.has(id)).map((alert) => ({ alert, until }));
  return gone.length === 0 ? ended : [...gone, ...ended].slice(0, endedMax);
}
