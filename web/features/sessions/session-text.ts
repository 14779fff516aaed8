import type { SessionDetail } from '../../lib/api.ts';
import { speakers } from '../../lib/dialogue-text.ts';
import { formatDuration } from '../../lib/format.ts';
import { peerText } from './describe-session.ts';
import { outcomeWords } from './outcome.ts';

/** A session as a text that can stand in a report: what is known of it, then what was said. */
export function sessionText(session: SessionDetail): string {
  const { tls, durationMs, errors, linesDropped, lines } = session;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Session', session.id],
    ['Started', session.startedAt],
    ['Lasted', durationMs === null ? null : formatDuration(durationMs)],
    ['Outcome', outcomeWords(session.outcome).label],
    ['Peer', peerText(session)],
    ['Listener', session.listener],
    ['EHLO', session.ehloName || null],
    ['TLS', tls ? `${tls.protocol} ${tls.cipher}${tls.resumed ? ', resumed' : ''}` : null],
    ['TLS failure', session.tlsFailure],
    ['User', session.authUser],
    ['Messages', session.messageCount > 0 ? String(session.messageCount) : null],
    ['Errors', errors.length > 0 ? errors.join(', ') : null],
  ];
  const head = facts.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const said = lines.map(({ atMs, from, text }) => {
    const words = from === 'note' ? `   (${text})` : `${speakers[from].sign}: ${text}`;
    return `${atMs.toFixed(1).padStart(10)} ms  ${words}`;
  });
  const dropped = linesDropped > 0 ? [`(${linesDropped} lines were not kept)`] : [];
  return [...head, '', ...said, ...dropped].join('\n');
}
