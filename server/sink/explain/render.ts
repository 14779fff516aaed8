/** A failed wait as text for the person who reads the test's output. */
import { isDate } from 'node:util/types';
import type { SessionRecord } from '../../../db/session-types.ts';
import { placeOf } from '../caller.ts';
import { sessionUrl } from '../mail.ts';
import { show } from '../mail-match.ts';
import type { MailMatch } from '../types.ts';
import { type Cause, clientOf } from './causes.ts';
import type { Miss, Story } from './evidence.ts';

const arrivedShown = 5;
const sessionsShown = 5;

export function render(story: Story, causes: readonly Cause[]): string {
  const { wait, server } = story;
  return [
    headline(story),
    '',
    `Looked for   ${showMatch(wait.match)}`,
    `Sink         ${server.url} (${offers(story)})`,
    '',
    ...arrivals(story),
    ...claims(story),
    ...late(story),
    ...activity(story),
    `Faults that fired: ${faults(story)}`,
    '',
    ...likely(causes),
    ...links(story, causes),
  ].join('\n');
}

export function showMatch(match: MailMatch): string {
  const conditions = Object.entries(match).flatMap(([name, wanted]) => {
    if (wanted === undefined) return [];
    if (name !== 'header') return [`${name} ${show(name === 'since' ? sinceOf(wanted) : wanted)}`];
    return Object.entries(wanted as object).map(
      ([field, value]) => `header ${field} ${show(value)}`,
    );
  });
  return conditions.length === 0 ? 'any message' : conditions.join(', ');
}

function sinceOf(since: unknown): unknown {
  if (isDate(since)) return since.toISOString();
  return typeof since === 'object' && since !== null && 'id' in since ? since.id : since;
}

function headline({ wait }: Story): string {
  const { count, found, scope, timeoutMs, because } = wait;
  const what = count === 1 ? 'No matching mail' : `Only ${found.length} of ${count} matching mails`;
  return `${what} for ${scope.name} within ${timeoutMs} ms${because === null ? '' : ` (${because})`}.`;
}

function offers({ server }: Story): string {
  const tls = { off: 'no TLS', offered: 'STARTTLS offered', required: 'STARTTLS required' };
  const login = server.authAcceptsAny ? 'any login' : 'login from a list';
  const auth = { off: 'no login', offered: login, required: `${login} required` };
  return `${tls[server.tls]}, ${auth[server.auth]}`;
}

function arrivals({ arrived, wait }: Story): readonly string[] {
  const claimed = arrived.filter(({ claimedBy }) => claimedBy !== null).length;
  const count = arrived.length;
  if (count === 0) return ['Came in: nothing'];
  const note = claimed === 0 ? '' : `, ${claimed} of them handed out`;
  const shown = arrived
    .slice(0, arrivedShown)
    .map((miss) => `  ${showMiss(miss, wait.startedAtMs)}`);
  const more = count > arrivedShown ? [`  and ${count - arrivedShown} more`] : [];
  return [`Came in: ${plural(count, 'message')}${note}`, ...shown, ...more];
}

function showMiss({ mail, isOurs, conditions }: Miss, startedAtMs: number): string {
  const marks = isOurs
    ? conditions.map(({ name, found, holds }) => (holds ? `${name} ✓` : `${name} ✗ (has ${found})`))
    : ['not for this inbox'];
  const to = mail.envelope.to.slice(0, 3).join(', ');
  const at = after(mail.receivedAt.getTime(), startedAtMs);
  return [at, `to ${to}`, JSON.stringify(mail.subject), ...marks].join('  ');
}

function claims({ claimed }: Story): readonly string[] {
  return claimed.slice(0, arrivedShown).map(({ mail, claimedBy }) => {
    const place = claimedBy === null ? null : placeOf(claimedBy);
    return `Handed out before: "${mail.subject}"${place === null ? '' : ` (${place})`}`;
  });
}

function late({ lateByMs }: Story): readonly string[] {
  return lateByMs === null ? [] : [`Came too late: a message that matches, by ${lateByMs} ms`];
}

function activity(story: Story): readonly string[] {
  const { sessions, otherSessions, wait } = story;
  const total = sessions.length + otherSessions;
  if (total === 0) return ['SMTP: no connection'];
  const delivered = sessions.filter(({ outcome }) => outcome === 'delivered').length;
  const open = sessions.filter(({ outcome }) => outcome === 'open').length;
  const failed = sessions.filter(({ outcome }) => !['delivered', 'open'].includes(outcome));
  const counts = [
    `${delivered} delivered`,
    ...(open === 0 ? [] : [`${open} open`]),
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
    ...(otherSessions === 0 ? [] : [`${otherSessions} for others`]),
  ].join(', ');
  const shown = failed
    .slice(-sessionsShown)
    .map((session) => `  ${showSession(session, wait.startedAtMs)}`);
  return [`SMTP: ${plural(total, 'connection')}, ${counts}`, ...shown];
}

function showSession(session: SessionRecord, startedAtMs: number): string {
  const { outcome, lastReply, tlsFailure } = session;
  const last = lastReply === null ? '' : `, last reply ${lastReply.code} to ${lastReply.verb}`;
  const what = tlsFailure === null ? `${outcome}${last}` : `TLS failed: ${tlsFailure}`;
  return `${after(session.startedAtMs, startedAtMs)}  ${clientOf(session)}  ${what}`;
}

function faults({ hits }: Story): string {
  if (hits.length === 0) return 'none';
  return hits
    .slice(-sessionsShown)
    .map(({ point, text, rule }) => `${point} ${text}${rule === '' ? '' : ` (${rule})`}`)
    .join(', ');
}

function likely(causes: readonly Cause[]): readonly string[] {
  return causes.map(({ text }, i) => `${i === 0 ? 'Likely cause' : 'Or         '}  ${text}`);
}

function links({ server }: Story, causes: readonly Cause[]): readonly string[] {
  if (server.webUrl === null) return [];
  const session = causes.find(({ sessionId }) => sessionId !== null)?.sessionId ?? '';
  return [`See           ${sessionUrl(server.webUrl, session) ?? server.webUrl}`];
}

function after(atMs: number, startedAtMs: number): string {
  const seconds = (atMs - startedAtMs) / 1000;
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(2)} s`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
