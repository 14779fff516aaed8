import type { SessionSummary } from '../../lib/api.ts';
import { formatClock, formatDuration, formatTime, plural } from '../../lib/format.ts';
import { outcomeWords } from './outcome.ts';
import { errorLabel } from './session-errors.ts';

export function peerText({ peerAddress, peerPort }: SessionSummary): string {
  return peerAddress.includes(':') ? `[${peerAddress}]:${peerPort}` : `${peerAddress}:${peerPort}`;
}

/** To the second today, since many sessions share a minute; as in other lists before. */
export function startText(iso: string, now: Date = new Date()): string {
  return new Date(iso).toDateString() === now.toDateString() ? formatClock(iso) : formatTime(iso);
}

/** Two digits where `formatDuration` would say nothing: a step often takes a hundredth. */
export function stepText(ms: number): string {
  if (ms <= 0) return '0 ms';
  if (ms < 0.01) return '<0.01 ms';
  return ms < 0.995 ? `${ms.toFixed(2)} ms` : formatDuration(ms);
}

/** What was said last; or what went wrong, where the last reply would hide it. */
export function lastWords({ lastReply, errors }: SessionSummary): string {
  const wrong = errors.map(errorLabel).join(', ');
  if (!lastReply || (wrong !== '' && lastReply.code < 400)) return wrong;
  return `${lastReply.code} ${lastReply.text}`;
}

export function wentWrong({ lastReply, errors }: SessionSummary): boolean {
  return errors.length > 0 || (lastReply?.code ?? 0) >= 400;
}

/** One row as a sentence, in the order in which it is looked at. */
export function describeSession(session: SessionSummary): string {
  const { outcome, ehloName, authUser, tls, messageCount, durationMs, errors } = session;
  const parts = [
    outcomeWords(outcome).label,
    `at ${startText(session.startedAt)}`,
    `from ${peerText(session)}`,
    session.listener === 'smtps' ? 'on the TLS port' : null,
    ehloName === '' ? 'no EHLO' : `EHLO ${ehloName}`,
    authUser === null ? null : `user ${authUser}`,
    tls ? `over ${tls.protocol}` : null,
    messageCount > 0 ? plural(messageCount, 'message') : null,
    durationMs === null ? null : `lasted ${formatDuration(durationMs)}`,
    session.lastReply ? `last reply ${session.lastReply.code}` : null,
    errors.length > 0 ? `errors: ${errors.map(errorLabel).join(', ')}` : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
