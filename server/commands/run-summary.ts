/** What `prixfixe-dev run` says at the end: the mail, and the connections that brought none. */
import type { Mail, Session, Sink } from '../sink/types.ts';
import { showCount } from './command.ts';

const mailsMax = 20;
const sessionsMax = 10;
/** `all()` shows no more. */
const allMax = 1_000;
const fine: ReadonlySet<Session['outcome']> = new Set(['open', 'delivered', 'nothing', 'shutdown']);

export async function summarize(sink: Sink, tookMs: number): Promise<string> {
  const mails = await sink.all();
  const failed = (await sink.sessions.all()).filter(wentWrong);
  const took = `${(tookMs / 1000).toFixed(1)} s`;
  return [
    `prixfixe-dev: ${mails.length >= allMax ? 'at least ' : ''}${showCount(mails.length, 'message')} caught in ${took}`,
    ...mails.slice(0, mailsMax).map((mail) => `  ${showMail(mail)}`),
    ...more(mails.length - mailsMax),
    ...(failed.length === 0 ? [] : [`${showCount(failed.length, 'connection')} went wrong:`]),
    ...failed.slice(0, sessionsMax).map((session) => `  ${showSession(session)}`),
    ...more(failed.length - sessionsMax),
  ].join('\n');
}

function more(count: number): string[] {
  return count > 0 ? [`  … and ${count.toLocaleString('en-US')} more`] : [];
}

function showMail({ envelope, subject }: Mail): string {
  const [first = '', ...others] = envelope.to;
  const to = others.length === 0 ? first : `${first} and ${others.length} more`;
  return `${to.padEnd(32)}  ${subject === '' ? '(no subject)' : subject}`;
}

function wentWrong({ outcome }: Session): boolean {
  return !fine.has(outcome);
}

function showSession({ client, outcome, replies, tlsFailure }: Session): string {
  const refusal = replies.findLast(({ code }) => code >= 400);
  const why = tlsFailure ?? (refusal === undefined ? '' : `${refusal.verb}: ${refusal.code}`);
  return `${client}  ${outcome}${why === '' ? '' : `, ${why}`}`;
}
