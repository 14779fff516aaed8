/**
 * The document in Prometheus' text format (version 0.0.4): counters and summaries since start,
 * gauges as they are. Seconds and bytes, as that world has it. What is not known is left out, since
 * the format has no word for it.
 */
import type { AcceptQueue, MetricsDocument, Percentiles } from './types.ts';

type Kind = 'counter' | 'gauge' | 'summary';
type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number | null;
  /** `_count` of a summary. */
  readonly suffix?: string;
}

interface Family {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const prefix = 'prixfixe_smtp_';

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

export function renderPrometheus(document: MetricsDocument): string {
  return [
    ...connections(document),
    ...messages(document),
    ...tls(document),
    ...repliesAndErrors(document),
    ...resources(document),
    ...acceptQueue(document),
    ...alerts(document),
  ]
    .map(renderFamily)
    .join('');
}

function connections({ connections: about, windows }: MetricsDocument): readonly Family[] {
  return [
    single('connections_active', 'gauge', 'Connections being served.', about.active),
    single('connections_limit', 'gauge', 'Connections served at a time, at most.', about.limit),
    single(
      'connections_accepted_total',
      'counter',
      'Connections taken from the accept queue, served or refused.',
      about.total_accepted,
    ),
    byLabel(
      'connections_refused_total',
      'Connections refused with 421 or dropped, by reason.',
      'reason',
      about.refused,
    ),
    summary('accept_latency_seconds', 'From the accept queue to the greeting, since start.', {
      '': {
        count: about.total_accepted,
        p50: about.accept_latency_p50,
        p99: about.accept_latency_p99,
        p999: about.accept_latency_p999,
        max: about.accept_latency_max,
      },
    }),
    {
      name: 'accept_latency_recent_seconds',
      kind: 'summary',
      help: 'From the accept queue to the greeting, within a window.',
      samples: windows.flatMap(({ seconds, connections: recent }) =>
        quantileSamples(
          {
            p50: recent.accept_latency_p50,
            p99: recent.accept_latency_p99,
            p999: recent.accept_latency_p999,
          },
          { window: `${seconds}s` },
        ),
      ),
    },
  ];
}

function messages({ messages: about, phases, windows }: MetricsDocument): readonly Family[] {
  return [
    single(
      'messages_total',
      'counter',
      'Messages acknowledged with 250, hence stored.',
      about.total_processed,
    ),
    single(
      'message_bytes_total',
      'counter',
      'Octets of acknowledged messages.',
      about.bytes_transferred,
    ),
    summary('processing_latency_seconds', 'From MAIL to the last reply, since start.', {
      '': {
        count: about.total_processed,
        p50: about.processing_latency_p50,
        p99: about.processing_latency_p99,
        p999: about.processing_latency_p999,
        max: about.processing_latency_max,
      },
    }),
    {
      name: 'processing_latency_recent_seconds',
      kind: 'summary',
      help: 'From MAIL to the last reply, within a window.',
      samples: windows.flatMap(({ seconds, messages: recent }) =>
        quantileSamples(
          {
            p50: recent.processing_latency_p50,
            p99: recent.processing_latency_p99,
            p999: recent.processing_latency_p999,
          },
          { window: `${seconds}s` },
        ),
      ),
    },
    summary('phase_latency_seconds', 'One step of a session, since start.', phases, 'phase'),
  ];
}

function tls({ tls: about }: MetricsDocument): readonly Family[] {
  return [
    byLabel('tls_handshakes_total', 'TLS handshakes, by result.', 'result', {
      ok: about.handshakes_success,
      failed: about.handshakes_failed,
    }),
    single('tls_resumed_total', 'counter', 'TLS handshakes that resumed a session.', about.resumed),
    byLabel('tls_protocol_total', 'TLS handshakes, by version.', 'protocol', about.by_protocol),
    byLabel('tls_cipher_total', 'TLS handshakes, by cipher.', 'cipher', about.by_cipher),
    byLabel(
      'tls_failures_total',
      'TLS handshakes that failed, by reason.',
      'reason',
      about.failed_by_reason,
    ),
  ];
}

function repliesAndErrors({ errors, replies, faults }: MetricsDocument): readonly Family[] {
  return [
    byLabel(
      'faults_injected_total',
      'Faults injected on purpose, by point; they are in no other number.',
      'point',
      faults.by_point,
    ),
    byLabel(
      'faults_injected_by_effect_total',
      'The same, by what was done.',
      'effect',
      faults.by_effect,
    ),
    byLabel('errors_total', 'Errors, by type.', 'type', errors),
    {
      name: 'replies_total',
      kind: 'counter',
      help: 'Replies, by the verb answered and code.',
      samples: Object.entries(replies.by_verb).flatMap(([verb, codes]) =>
        Object.entries(codes).map(([code, value]) => ({ labels: { verb, code }, value })),
      ),
    },
  ];
}

function resources(document: MetricsDocument): readonly Family[] {
  const { event_loop: loop, process, queues } = document;
  return [
    single('uptime_seconds', 'gauge', 'Seconds since the start.', document.uptime_seconds),
    {
      name: 'event_loop_delay_seconds',
      kind: 'summary',
      help: 'How late the event loop was, within the last minute.',
      samples: [
        { labels: { quantile: '0.5' }, value: inSeconds(loop.delay_p50) },
        { labels: { quantile: '0.99' }, value: inSeconds(loop.delay_p99) },
        { labels: { quantile: '1' }, value: inSeconds(loop.delay_max) },
      ],
    },
    single(
      'event_loop_utilization_ratio',
      'gauge',
      'Share of the last second in which the event loop was busy.',
      loop.utilization,
    ),
    single('resident_memory_bytes', 'gauge', 'Memory of the process.', process.rss_bytes),
    single('heap_used_bytes', 'gauge', 'JavaScript heap in use.', process.heap_used_bytes),
    single(
      'cpu_utilization_ratio',
      'gauge',
      'Processor time of the last second, as a share of one core.',
      process.cpu_percent / 100,
    ),
    single(
      'in_flight_bytes',
      'gauge',
      'Octets of messages being received or stored.',
      queues.bytes_in_flight,
    ),
    single(
      'in_flight_limit_bytes',
      'gauge',
      'Octets in flight, at most.',
      queues.bytes_in_flight_limit,
    ),
    single('commit_queue_messages', 'gauge', 'Messages waiting for a commit.', queues.commit_depth),
    single('read_queue_messages', 'gauge', 'Stored messages not read yet.', queues.read_depth),
    single('database_bytes', 'gauge', 'Size of the database.', queues.database_bytes),
  ];
}

function acceptQueue({ accept_queue: queue }: MetricsDocument): readonly Family[] {
  if (queue === null) return [];
  const perListener = (
    name: string,
    help: string,
    value: (listener: AcceptQueue['listeners'][number]) => number,
  ): Family => ({
    name,
    kind: 'gauge',
    help,
    samples: queue.listeners.map((one) => ({ labels: { listener: one.name }, value: value(one) })),
  });
  return [
    perListener('accept_queue_depth', 'Connections waiting to be accepted.', (one) => one.depth),
    perListener('accept_queue_limit', 'Connections that may wait, at most.', (one) => one.limit),
    perListener(
      'accept_queue_depth_highest',
      'Most connections seen waiting, since start.',
      (one) => one.depth_max,
    ),
    single(
      'host_listen_overflows_total',
      'counter',
      'Connections of the whole host that found an accept queue full, since start.',
      queue.listen_overflows,
    ),
    single(
      'host_listen_drops_total',
      'counter',
      'Connections of the whole host dropped by listening sockets, since start.',
      queue.listen_drops,
    ),
  ];
}

function alerts({ alerts: current }: MetricsDocument): readonly Family[] {
  return [
    {
      name: 'alert',
      kind: 'gauge',
      help: 'Alerts that hold.',
      samples: current.map(({ id, severity }) => ({ labels: { id, severity }, value: 1 })),
    },
  ];
}

function single(name: string, kind: Kind, help: string, value: number | null): Family {
  return { name, kind, help, samples: [{ value }] };
}

function byLabel(
  name: string,
  help: string,
  label: string,
  counts: Readonly<Record<string, number>>,
): Family {
  const samples = Object.entries(counts).map(([key, value]) => ({
    labels: { [label]: key },
    value,
  }));
  return { name, kind: 'counter', help, samples };
}

/** A summary without `_sum`: digests keep no sum, and the format lets it be left out. */
function summary(
  name: string,
  help: string,
  percentiles: Readonly<Record<string, Percentiles>>,
  label?: string,
): Family {
  const samples = Object.entries(percentiles).flatMap(([key, found]): readonly Sample[] => {
    const labels: Labels = label === undefined ? {} : { [label]: key };
    return [
      ...quantileSamples(found, labels),
      { labels: { ...labels, quantile: '1' }, value: inSeconds(found.max) },
      { labels, value: found.count, suffix: '_count' },
    ];
  });
  return { name, kind: 'summary', help, samples };
}

function quantileSamples(
  { p50, p99, p999 }: Pick<Percentiles, 'p50' | 'p99' | 'p999'>,
  labels: Labels,
): readonly Sample[] {
  return [
    { labels: { ...labels, quantile: '0.5' }, value: inSeconds(p50) },
    { labels: { ...labels, quantile: '0.99' }, value: inSeconds(p99) },
    { labels: { ...labels, quantile: '0.999' }, value: inSeconds(p999) },
  ];
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function renderFamily({ name, kind, help, samples }: Family): string {
  const lines = samples.flatMap(({ labels = {}, value, suffix = '' }) =>
    value === null ? [] : [`${prefix}${name}${suffix}${renderLabels(labels)} ${value}\n`],
  );
  if (lines.length === 0) return '';
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${prefix}${name} ${text}\n# TYPE ${prefix}${name} ${kind}\n${lines.join('')}`;
}

function renderLabels(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  return `{${entries.map(([label, value]) => `${label}="${escapeLabel(value)}"`).join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
