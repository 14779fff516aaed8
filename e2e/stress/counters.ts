/** The counters of the server beside those of the generator, which have to be the same numbers. */
import type { LoadResult } from '../load/types.ts';
import type { MetricsDocument } from './metrics-document.ts';

export interface CounterRow {
  readonly name: string;
  readonly generator: number;
  readonly server: number;
  readonly isEqual: boolean;
}

/** Counters since start, of a server that has seen nothing else. */
export function compareCounters(
  load: Pick<LoadResult, 'counters' | 'replies' | 'tlsProtocols'>,
  metrics: MetricsDocument,
): readonly CounterRow[] {
  const { counters } = load;
  const { connections, messages, tls, errors, replies } = metrics;
  const serverReplies = flatten(replies.by_verb);
  return [
    row('messages', counters.acknowledged, messages.total_processed),
    row('octets of messages', counters.acknowledgedBytes, messages.bytes_transferred),
    row('connections', counters.greeted + counters.refused, connections.total_accepted),
    row('connections still open', 0, connections.active),
    row('TLS handshakes', counters.handshakes, tls.handshakes_success),
    row('TLS handshakes resumed', counters.handshakesResumed, tls.resumed),
    row('TLS handshakes failed', 0, tls.handshakes_failed),
    ...rowsOf('TLS', load.tlsProtocols, tls.by_protocol),
    ...rowsOf('reply', load.replies, serverReplies),
    ...rowsOf('code', byCode(load.replies), replies.by_code),
    ...rowsOf('error', {}, errors),
  ];
}

/** Every name that either knows. */
function rowsOf(
  what: string,
  generator: Readonly<Record<string, number>>,
  server: Readonly<Record<string, number>>,
): readonly CounterRow[] {
  const names = new Set([...Object.keys(generator), ...Object.keys(server)]);
  return [...names]
    .filter((name) => what === 'error' || generator[name] !== undefined || server[name] !== 0)
    .map((name) => row(`${what} ${name}`, generator[name] ?? 0, server[name] ?? 0));
}

function row(name: string, generator: number, server: number): CounterRow {
  return { name, generator, server, isEqual: generator === server };
}

function flatten(
  byVerb: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(byVerb).flatMap(([verb, codes]) =>
      Object.entries(codes).map(([code, count]) => [`${verb} ${code}`, count]),
    ),
  );
}

function byCode(replies: Readonly<Record<string, number>>): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of Object.entries(replies)) {
    const code = name.slice(name.indexOf(' ') + 1);
    total[code] = (total[code] ?? 0) + count;
  }
  return total;
}
