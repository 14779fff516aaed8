/**
 * Rules that say when the server is not well, looked at once a second.
 *
 * A rule speaks up when its value was beyond the threshold several times in a row, and falls silent
 * when it was clearly within it for longer: a value that wavers about its threshold is one alert.
 * Where too little has happened a rule has no value: one failed delivery is not an error rate of
 * 100 %. A rule without a value is within.
 */
import { quantile } from './digest.ts';
import type { ClosedScope } from './scope.ts';
import type { Alert, AlertId } from './types.ts';

export interface AlertThresholds {
  readonly acceptP99CriticalMs: number;
  readonly acceptP99WarningMs: number;
  /** Shares, from 0 to 1. */
  readonly errorRate: number;
  readonly connections: number;
  /** Of the baseline; below it. */
  readonly throughput: number;
  readonly tlsFailures: number;
}

export interface AlertInput {
  readonly lastMinute: ClosedScope;
  /** Complete slots of ten seconds, the newest last. */
  readonly slots: readonly ClosedScope[];
  readonly activeConnections: number;
  readonly connectionsMax: number;
}

interface Rule {
  readonly id: AlertId;
  readonly severity: Alert['severity'];
  readonly unit: Alert['unit'];
  /** In the unit; 0 switches the rule off. */
  readonly threshold: (thresholds: AlertThresholds, input: AlertInput) => number;
  readonly value: (input: AlertInput) => number | null;
  readonly isBelow?: boolean;
  readonly text: (value: string, threshold: string) => string;
}

const enterAfter = 2;
const leaveAfter = 5;
/** How far within the threshold the value has to be before an alert ends. */
const margin = 0.1;
/** Fewer say nothing about a share. */
const attemptsMin = 20;
const handshakesMin = 10;
/** Of fewer the slowest alone would be the alert. */
const connectionsMin = 20;
/** Throughput is compared with that of the minute before, if there was some all the time. */
const baselineSlots = 6;

const rules: readonly Rule[] = [
  {
    id: 'accept_p99_critical',
    severity: 'critical',
    unit: 'ms',
    threshold: ({ acceptP99CriticalMs }) => acceptP99CriticalMs,
    value: acceptP99,
    text: (value, threshold) =>
      `1 % of the connections of the last minute waited ${value} or longer to be accepted (more than ${threshold}).`,
  },
  {
    id: 'accept_p99_warning',
    severity: 'warning',
    unit: 'ms',
    threshold: ({ acceptP99WarningMs }) => acceptP99WarningMs,
    value: acceptP99,
    text: (value, threshold) =>
      `1 % of the connections of the last minute waited ${value} or longer to be accepted (more than ${threshold}).`,
  },
  {
    id: 'error_rate',
    severity: 'critical',
    unit: 'percent',
    threshold: ({ errorRate }) => errorRate * 100,
    value: errorPercent,
    text: (value, threshold) =>
      `Errors are ${value} of all deliveries and errors of the last minute (more than ${threshold}).`,
  },
  {
    id: 'connections',
    severity: 'critical',
    unit: 'percent',
    threshold: ({ connections }) => connections * 100,
    value: ({ activeConnections, connectionsMax }) => (activeConnections / connectionsMax) * 100,
    text: (value, threshold) =>
      `${value} of --max-connections are in use (more than ${threshold}); beyond all of them clients get 421.`,
  },
  {
    id: 'throughput',
    severity: 'warning',
    unit: 'per_second',
    threshold: ({ throughput }, { slots }) => throughput * (baselineOf(slots) ?? 0),
    value: ({ slots, activeConnections }) => {
      const last = slots.at(-1);
      // With nobody there the load has ended, and that is no slowness of ours.
      if (last === undefined || activeConnections === 0 || baselineOf(slots) === null) return null;
      return last.counts.messages / lengthOf(last);
    },
    isBelow: true,
    text: (value, threshold) =>
      `Throughput fell to ${value} while clients are connected (less than ${threshold}, a share of the minute before).`,
  },
  {
    id: 'tls_failures',
    severity: 'warning',
    unit: 'percent',
    threshold: ({ tlsFailures }) => tlsFailures * 100,
    value: ({ lastMinute: { counts } }) => percentOf(counts.tlsFailed, counts.tlsOk, handshakesMin),
    text: (value, threshold) =>
      `${value} of the TLS handshakes of the last minute failed (more than ${threshold}).`,
  },
];

function acceptP99({ lastMinute }: AlertInput): number | null {
  const accept = lastMinute.digest('accept');
  return accept === null || accept.count < connectionsMin ? null : quantile(accept, 0.99);
}

function errorPercent({ lastMinute: { counts } }: AlertInput): number | null {
  return percentOf(counts.errors.total, counts.messages, attemptsMin);
}

function percentOf(bad: number, good: number, min: number): number | null {
  return bad + good < min ? null : (bad / (bad + good)) * 100;
}

/** Messages a second in the slots before the last; `null` unless each of them had some. */
function baselineOf(slots: readonly ClosedScope[]): number | null {
  const before = slots.slice(-1 - baselineSlots, -1);
  if (before.length < baselineSlots || before.some(({ counts }) => counts.messages === 0)) {
    return null;
  }
  const messages = before.reduce((sum, { counts }) => sum + counts.messages, 0);
  return messages / before.reduce((sum, slot) => sum + lengthOf(slot), 0);
}

function lengthOf({ startedAtMs, endedAtMs }: ClosedScope): number {
  return Math.max(0.001, (endedAtMs - startedAtMs) / 1_000);
}

interface RuleState {
  /** Evaluations in a row that speak for a change. */
  streak: number;
  sinceMs: number | null;
  alert: Alert | null;
}

export interface AlertChange {
  readonly alert: Alert;
  readonly ended: boolean;
}

export class Alerts {
  readonly #thresholds: AlertThresholds;
  readonly #states = new Map<AlertId, RuleState>();

  constructor(thresholds: AlertThresholds) {
    this.#thresholds = thresholds;
  }

  /** Those that hold, critical ones first. */
  get current(): readonly Alert[] {
    return rules.flatMap(({ id }) => this.#states.get(id)?.alert ?? []);
  }

  /** Returns what began or ended. */
  evaluate(input: AlertInput, wallMs: number): readonly AlertChange[] {
    return rules.flatMap((rule) => this.#evaluate(rule, input, wallMs) ?? []);
  }

  #evaluate(rule: Rule, input: AlertInput, wallMs: number): AlertChange | null {
    const state = this.#states.get(rule.id) ?? { streak: 0, sinceMs: null, alert: null };
    this.#states.set(rule.id, state);
    const threshold = rule.threshold(this.#thresholds, input);
    const value = threshold > 0 ? rule.value(input) : null;
    const before = state.alert;
    if (before === null) {
      if (value === null || !isBeyond(rule, value, threshold)) {
        state.streak = 0;
        return null;
      }
      if (state.streak === 0) state.sinceMs = wallMs;
      state.streak += 1;
      if (state.streak < enterAfter) return null;
      state.streak = 0;
      state.alert = alertOf(rule, { value, threshold, sinceMs: state.sinceMs ?? wallMs });
      return { alert: state.alert, ended: false };
    }
    const eased = threshold * (rule.isBelow === true ? 1 + margin : 1 - margin);
    const isWithin = value === null || !isBeyond(rule, value, eased);
    state.streak = isWithin ? state.streak + 1 : 0;
    if (value !== null) {
      state.alert = alertOf(rule, { value, threshold, sinceMs: state.sinceMs ?? wallMs });
    }
    if (state.streak < leaveAfter) return null;
    this.#states.delete(rule.id);
    return { alert: state.alert ?? before, ended: true };
  }
}

function isBeyond({ isBelow }: Rule, value: number, threshold: number): boolean {
  return isBelow === true ? value < threshold : value > threshold;
}

function alertOf(
  rule: Rule,
  found: { readonly value: number; readonly threshold: number; readonly sinceMs: number },
): Alert {
  const value = Math.round(found.value * 10) / 10;
  const threshold = Math.round(found.threshold * 10) / 10;
  return {
    id: rule.id,
    severity: rule.severity,
    since: new Date(found.sinceMs).toISOString(),
    value,
    threshold,
    unit: rule.unit,
    text: rule.text(withUnit(value, rule.unit), withUnit(threshold, rule.unit)),
  };
}

function withUnit(value: number, unit: Alert['unit']): string {
  return unit === 'ms' ? `${value} ms` : unit === 'percent' ? `${value} %` : `${value} a second`;
}
