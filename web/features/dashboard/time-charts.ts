/** Every chart over time: what it measures, and which points and limits it draws. */
import type { MetricsDocument } from '../../lib/api.ts';
import { sessionListPath } from '../../lib/links.ts';
import type { Frame } from './dashboard-model.ts';
import {
  formatByteRate,
  formatMs,
  formatRate,
  formatShare,
  formatSize,
  formatWhole,
  onAxis,
} from './numbers.ts';
import type { ChartSpec, ColorRole, PlotSeries, ValueAxis } from './plot.ts';
import { backlog, type Point, sum } from './points.ts';
import { layersOf, otherLayer } from './stack.ts';
import { timeAxis } from './time-axis.ts';

export interface TimeChart extends ChartSpec {
  readonly series: (frame: Frame) => readonly PlotSeries[];
  /** Why there is nothing to draw here, whatever happens. */
  readonly unavailable?: (document: MetricsDocument) => string | null;
  /** A line below the chart. */
  readonly note?: (document: MetricsDocument) => string;
  /** What it means that a stack has no layers. */
  readonly none?: string;
  /** Whether there is any use in it; always when left out. */
  readonly wanted?: (frame: Frame) => boolean;
}

const ms: ValueAxis = { scale: 'log', least: 0, format: formatMs, tick: onAxis.ms };
const rate: ValueAxis = { scale: 'linear', least: 1, format: formatRate, tick: onAxis.rate };
const counts: ValueAxis = { scale: 'counts', least: 10, format: formatWhole, tick: onAxis.whole };

type NumberKey = {
  [Key in keyof Point]: Point[Key] extends number | null ? Key : never;
}[keyof Point];

export const timeCharts: readonly TimeChart[] = [
  {
    id: 'throughput',
    title: 'Throughput',
    about: 'Messages acknowledged with 250, a second.',
    x: timeAxis,
    y: rate,
    series: (frame) => [line(frame, 'throughput', 'messages', 'chart-1', 'area')],
  },
  percentiles('accept', 'Accept latency', {
    about: 'From ready in the kernel’s accept queue to the greeting handed to the kernel.',
    keys: ['acceptP50', 'acceptP99', 'acceptP999', 'acceptMax'],
  }),
  percentiles('processing', 'Processing latency', {
    about: 'From MAIL FROM to the final reply, commit included.',
    keys: ['processingP50', 'processingP99', 'processingP999', 'processingMax'],
  }),
  {
    id: 'connections',
    title: 'Connections',
    about: 'Open at once, against the limit.',
    x: timeAxis,
    y: counts,
    series: (frame) => [
      line(frame, 'active', 'open', 'chart-1', 'area'),
      limit(frame, 'limit', (document) => document.connections.limit),
    ],
  },
  {
    id: 'accept-queue',
    title: 'Accept queue',
    about: 'Connections the kernel has completed and nobody has accepted yet, against the backlog.',
    x: timeAxis,
    y: counts,
    series: (frame) => [
      line(frame, 'acceptQueueDepthMax', 'waiting', 'chart-1', 'area'),
      limit(frame, 'backlog', backlog),
    ],
    unavailable: (document) =>
      document.accept_queue
        ? null
        : (document.accept_queue_unavailable ?? 'This platform does not tell how long it is.'),
    note: ({ accept_queue: queue }) =>
      queue
        ? `This host since start: ${formatWhole(queue.listen_overflows)} overflows, ${formatWhole(queue.listen_drops)} drops`
        : '',
  },
  {
    id: 'arrivals',
    title: 'New connections',
    about: 'Accepted and refused, a second.',
    x: timeAxis,
    y: rate,
    series: (frame) => [
      line(frame, 'connectionsPerSecond', 'accepted', 'chart-1', 'area'),
      {
        ...line(frame, 'refusedPerSecond', 'refused', 'chart-4'),
        href: sessionListPath({ outcome: 'refused' }),
      },
    ],
  },
  {
    id: 'errors',
    title: 'Errors by type',
    about: 'Sessions that went wrong, a second. Each type leads to its sessions.',
    stacked: true,
    x: timeAxis,
    y: { ...rate, least: 0.1 },
    none: 'No errors in this time.',
    series: ({ points }) =>
      layersOf(points, ({ errors }) => errors).map(({ name, values }) => ({
        name,
        label: errorLabel(name),
        color: errorColor(name),
        values,
        ...(name !== otherLayer && { href: sessionListPath({ error: name }) }),
      })),
  },
  {
    id: 'faults',
    title: 'Faults on purpose',
    about: 'What rules made go wrong, a second, by effect. None of it is in the other charts.',
    stacked: true,
    x: timeAxis,
    y: { ...rate, least: 0.1 },
    none: 'No faults in this time.',
    wanted: ({ document, points }) =>
      (document?.faults.injected ?? 0) > 0 || points.some(({ faults }) => sum(faults ?? {}) > 0),
    series: ({ points }) =>
      layersOf(points, ({ faults }) => faults).map(({ name, values }) => ({
        name,
        label: name,
        color: faultColors[name] ?? 'chart-8',
        values,
        ...(name !== otherLayer && { href: sessionListPath({ outcome: 'fault' }) }),
      })),
  },
  {
    id: 'replies',
    title: 'Replies by code',
    about: 'SMTP replies sent, a second. Each code leads to the sessions that got it.',
    stacked: true,
    x: timeAxis,
    y: rate,
    none: 'No replies in this time.',
    series: ({ points }) =>
      layersOf(points, ({ replies }) => replies).map(({ name, values }) => ({
        name,
        label: name,
        color: replyColor(name),
        values,
        ...(name !== otherLayer && { href: sessionListPath({ reply: name }) }),
      })),
  },
  {
    id: 'tls',
    title: 'TLS handshakes',
    about: 'Completed and failed, a second.',
    stacked: true,
    x: timeAxis,
    y: rate,
    series: (frame) => [
      line(frame, 'tlsOk', 'completed', 'chart-1'),
      {
        ...line(frame, 'tlsFailed', 'failed', 'chart-4'),
        href: sessionListPath({ error: 'tls_handshake_failed' }),
      },
    ],
  },
  {
    id: 'event-loop',
    title: 'Event loop',
    about: 'How late timers fire (p99), and the share of time the loop is busy.',
    x: timeAxis,
    y: ms,
    right: { scale: 'linear', least: 1, format: formatShare, tick: onAxis.share },
    series: (frame) => [
      line(frame, 'eventLoopDelayP99', 'delay p99', 'chart-2'),
      { ...line(frame, 'utilization', 'busy', 'chart-1', 'area'), right: true },
    ],
  },
  {
    id: 'traffic',
    title: 'Mail octets',
    about: 'Raw octets of the messages acknowledged, a second.',
    x: timeAxis,
    y: { scale: 'bytes', least: 1_024, format: formatByteRate, tick: onAxis.bytes },
    series: (frame) => [line(frame, 'bytesPerSecond', 'received', 'chart-5', 'area')],
  },
  {
    id: 'resources',
    title: 'Memory and commit queue',
    about: 'Resident memory, and messages waiting for the disk.',
    x: timeAxis,
    y: { scale: 'bytes', least: 1_048_576, format: formatSize, tick: onAxis.bytes },
    right: { scale: 'linear', least: 10, format: formatWhole, tick: onAxis.whole },
    series: (frame) => [
      line(frame, 'rssBytes', 'memory', 'chart-3', 'area'),
      { ...line(frame, 'commitDepth', 'to commit', 'chart-2'), right: true },
    ],
  },
];

function percentiles(
  id: string,
  title: string,
  what: {
    readonly about: string;
    readonly keys: readonly [p50: NumberKey, p99: NumberKey, p999: NumberKey, max: NumberKey];
  },
): TimeChart {
  const [p50, p99, p999, max] = what.keys;
  return {
    id,
    title,
    about: `${what.about} A live point is of the last minute, one of history of its own time.`,
    band: [p50, p999],
    x: timeAxis,
    y: ms,
    series: (frame) => [
      line(frame, p50, 'p50', 'chart-1'),
      line(frame, p99, 'p99', 'chart-2'),
      line(frame, p999, 'p99.9', 'chart-4'),
      line(frame, max, 'max', 'chart-8'),
    ],
  };
}

function line(
  { points }: Frame,
  key: NumberKey,
  label: string,
  color: ColorRole,
  style?: 'area',
): PlotSeries {
  const values = points.map((point) => point[key]);
  return { name: key, label, color, values, ...(style && { style }) };
}

/** The limit that is in force now, drawn over all of the time shown. */
function limit(
  { points, document }: Frame,
  label: string,
  read: (document: MetricsDocument) => number | null,
): PlotSeries {
  const value = document && read(document);
  return {
    name: label,
    label,
    color: 'danger',
    values: points.map(() => value),
    style: 'limit',
  };
}

const errorLabels: Readonly<Record<string, string>> = {
  tls_handshake_failed: 'TLS failed',
  http_request: 'HTTP request',
  storage: 'storage',
  auth_failed: 'AUTH failed',
};

export function errorLabel(name: string): string {
  return errorLabels[name] ?? name.replaceAll('_', ' ');
}

/** By name and not by rank, so that a type keeps its colour while others come and go. */
const errorColors: Readonly<Record<string, ColorRole>> = {
  timeout: 'chart-2',
  parse_error: 'chart-3',
  tls_handshake_failed: 'chart-4',
  too_many_connections: 'chart-1',
  message_too_large: 'chart-6',
  auth_failed: 'chart-5',
  aborted: 'chart-7',
  storage: 'chart-4',
  too_many_recipients: 'chart-6',
  too_many_errors: 'chart-3',
  line_too_long: 'chart-5',
  http_request: 'chart-1',
};

function errorColor(name: string): ColorRole {
  return errorColors[name] ?? 'chart-8';
}

const faultColors: Readonly<Record<string, ColorRole>> = {
  reply: 'chart-2',
  delay: 'chart-5',
  stall: 'chart-7',
  reset: 'chart-4',
  close: 'chart-6',
  throttle: 'chart-1',
  capabilities: 'chart-8',
  lose: 'chart-8',
  'store-then-fail': 'chart-3',
};

const replyColors: Readonly<Record<string, ColorRole>> = {
  '250': 'chart-1',
  '354': 'chart-5',
  '220': 'chart-6',
  '221': 'chart-3',
  '235': 'chart-7',
  '334': 'chart-5',
  '421': 'chart-4',
  '450': 'chart-7',
  '451': 'chart-2',
  '452': 'chart-2',
  '454': 'chart-7',
  '500': 'chart-3',
  '501': 'chart-4',
  '502': 'chart-4',
  '503': 'chart-2',
  '535': 'chart-4',
  '550': 'chart-4',
  '552': 'chart-2',
};

function replyColor(code: string): ColorRole {
  return replyColors[code] ?? 'chart-8';
}
