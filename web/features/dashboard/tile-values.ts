/** The document as the few numbers that are looked at first. */
import type { MetricsDocument } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import { type Alert, type AlertTopic, type Tone, toneOf } from './alerts.ts';
import { formatMs, formatShare, formatSize, formatWhole, missing, rateNumber } from './numbers.ts';
import { backlog, deepest, sum } from './points.ts';

export interface TileValues {
  readonly label: string;
  /** `null` while nothing is known at all. */
  readonly value: string | null;
  readonly unit?: string;
  readonly detail: string;
  readonly tone: Tone;
  /** Of a limit, 0 to 1; `null` where there is none. */
  readonly share: number | null;
}

interface TileRow {
  readonly label: string;
  readonly topic?: AlertTopic;
  /** Whether it says anything; always when left out. */
  readonly wanted?: (document: MetricsDocument) => boolean;
  readonly read: (document: MetricsDocument) => {
    readonly value: string;
    readonly unit?: string;
    readonly detail: string;
    readonly share?: number | null;
  };
}

const rows: readonly TileRow[] = [
  {
    label: 'Throughput',
    topic: 'throughput',
    read: ({ window, messages }) => ({
      value: rateNumber(window.messages.throughput_msgs_per_sec),
      unit: 'msg/s',
      detail: `${formatWhole(messages.total_processed)} since start`,
    }),
  },
  {
    label: 'Accept p99',
    topic: 'accept',
    read: ({ window: { connections: c } }) => ({
      ...latency(c.accept_latency_p99),
      detail: `p50 ${formatMs(c.accept_latency_p50)} · max ${formatMs(c.accept_latency_max)}`,
    }),
  },
  {
    label: 'Processing p99',
    read: ({ window: { messages: m } }) => ({
      ...latency(m.processing_latency_p99),
      detail: `p50 ${formatMs(m.processing_latency_p50)} · max ${formatMs(m.processing_latency_max)}`,
    }),
  },
  {
    label: 'Connections',
    topic: 'connections',
    read: ({ connections: { active, limit, total_accepted } }) => ({
      value: formatWhole(active),
      unit: `of ${formatWhole(limit)}`,
      detail: `${formatWhole(total_accepted)} since start`,
      share: shareOf(active, limit),
    }),
  },
  {
    label: 'Accept queue',
    read: (document) => {
      const queue = document.accept_queue;
      if (!queue) return { value: missing, detail: 'not told by this platform' };
      const [depth, limit] = [deepest(document), backlog(document)];
      return {
        value: formatWhole(depth),
        unit: `of ${formatWhole(limit)}`,
        detail: plural(queue.listen_overflows, 'overflow'),
        share: shareOf(depth ?? 0, limit ?? 0),
      };
    },
  },
  {
    label: 'Event loop p99',
    read: ({ event_loop: loop }) => ({
      ...latency(loop.delay_p99),
      detail: `${formatShare(loop.utilization)} busy · max ${formatMs(loop.delay_max)}`,
    }),
  },
  {
    label: 'Errors',
    topic: 'errors',
    read: ({ window, errors }) => ({
      value: formatWhole(sum(window.errors)),
      unit: 'in 1 min',
      detail: `${formatWhole(sum(errors))} since start`,
    }),
  },
  {
    label: 'Faults on purpose',
    wanted: ({ faults }) => faults.injected > 0,
    read: ({ window, faults }) => ({
      value: formatWhole(window.faults.injected),
      unit: 'in 1 min',
      detail: `${formatWhole(faults.injected)} since start`,
    }),
  },
  {
    label: 'TLS handshakes',
    topic: 'tls',
    read: ({ window: { tls } }) => ({
      value: formatWhole(tls.handshakes_success),
      unit: 'in 1 min',
      detail: `${formatWhole(tls.handshakes_failed)} failed · ${formatWhole(tls.resumed)} resumed`,
    }),
  },
  {
    label: 'In flight',
    read: ({ queues }) => ({
      value: formatSize(queues.bytes_in_flight),
      detail: `${formatWhole(queues.commit_depth)} to commit · ${formatWhole(queues.read_depth)} to read`,
      share: shareOf(queues.bytes_in_flight, queues.bytes_in_flight_limit),
    }),
  },
  {
    label: 'Processor',
    read: ({ process, queues }) => ({
      value: `${Math.round(process.cpu_percent)} %`,
      unit: 'of one core',
      detail: `${formatSize(process.rss_bytes)} memory · ${formatSize(queues.database_bytes)} stored`,
    }),
  },
];

export function tilesOf(
  document: MetricsDocument | null,
  alerts: readonly Alert[],
): readonly TileValues[] {
  return rows.flatMap(({ label, topic, wanted, read }): TileValues | readonly never[] => {
    if (wanted && !(document && wanted(document))) return [];
    if (!document) return { label, value: null, detail: '', tone: 'plain', share: null };
    const { share = null, ...texts } = read(document);
    return { label, ...texts, share, tone: topic ? toneOf(alerts, topic) : 'plain' };
  });
}

/** The unit apart, so that it can be smaller than the number. */
function latency(ms: number | null): { readonly value: string; readonly unit?: string } {
  const [value = missing, unit] = formatMs(ms).split(' ');
  return unit === undefined ? { value } : { value, unit };
}

function shareOf(value: number, limit: number): number | null {
  if (limit <= 0) return null;
  // In steps that can be seen, so that the bar is not drawn anew for less.
  return Math.round(Math.min(1, value / limit) * 100) / 100;
}
