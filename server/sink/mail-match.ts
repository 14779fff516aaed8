/**
 * Does a message match? First by what a list shows of it, which costs nothing, then by the message
 * itself. Each condition also says what was wanted and what was found, for the error that explains
 * why nothing matched.
 */
// A runner's realm has a RegExp and a Date of its own, which `instanceof` does not know.
import { isDate, isRegExp } from 'node:util/types';
import type { Filter, MessageSummary } from '../../db/types.ts';
import { htmlToText } from '../message/html-text.ts';
import { sameAddress } from './scope.ts';
import type { AddressMatch, Mail, MailMatch, TextMatch } from './types.ts';

export interface Condition {
  /** `subject`, `header X-Kind`… */
  readonly name: string;
  readonly wanted: string;
  readonly found: string;
  readonly holds: boolean;
}

/** A list shows only so many recipients; from there on the message itself has to tell. */
export function mayMatch(match: MailMatch, message: MessageSummary): boolean {
  const { to, from, sender, user, subject, since } = match;
  if (isDate(since) && message.receivedAtMs < since.getTime()) return false;
  const shown = message.forwardPaths;
  const showsAll = shown.length >= message.recipientCount;
  if (to !== undefined && showsAll && !shown.some((path) => addressMatches(path, to))) return false;
  if (sender !== undefined && !addressMatches(message.reversePath, sender)) return false;
  if (user !== undefined && !userMatches(message.authUser, user)) return false;
  // The reader gave up on it, so only the message itself can tell.
  if (message.state !== 'ready') return true;
  if (from !== undefined && !addressMatches(message.from?.address ?? '', from)) return false;
  return subject === undefined || textMatches(message.subject, subject);
}

export function matches(match: MailMatch, mail: Mail): boolean {
  return conditions(match, mail).every(({ holds }) => holds);
}

export function conditions(match: MailMatch, mail: Mail): readonly Condition[] {
  const found: Condition[] = [];
  const address = (name: string, wanted: AddressMatch | undefined, there: readonly string[]) => {
    if (wanted === undefined) return;
    const holds = there.some((one) => addressMatches(one, wanted));
    found.push({ name, wanted: show(wanted), found: list(there), holds });
  };
  const text = (name: string, wanted: TextMatch | undefined, there: string, shown = there) => {
    if (wanted === undefined) return;
    found.push({ name, wanted: show(wanted), found: shown, holds: textMatches(there, wanted) });
  };
  const { envelope } = mail;
  address('to', match.to, envelope.to);
  const headerTo = [...mail.to, ...mail.cc].map((mailbox) => mailbox.address);
  address('headerTo', match.headerTo, headerTo);
  address('from', match.from, mail.from === null ? [] : [mail.from.address]);
  address('sender', match.sender, [envelope.from]);
  if (match.user !== undefined) {
    const holds = userMatches(envelope.user, match.user);
    found.push({ name: 'user', wanted: show(match.user), found: envelope.user ?? 'none', holds });
  }
  text('subject', match.subject, mail.subject);
  if (match.body !== undefined) {
    text('body', match.body, `${mail.text}\n${htmlToText(mail.html ?? '')}`, excerpt(mail.text));
  }
  for (const [name, wanted] of Object.entries(match.header ?? {})) {
    const values = mail.headers.getAll(name);
    const holds = wanted === true ? values.length > 0 : values.some((v) => textMatches(v, wanted));
    found.push({ name: `header ${name}`, wanted: show(wanted), found: list(values), holds });
  }
  const { attachment } = match;
  if (attachment !== undefined) {
    const names = mail.attachments.map(({ name }) => name);
    const holds =
      attachment === true ? names.length > 0 : names.some((name) => textMatches(name, attachment));
    found.push({ name: 'attachment', wanted: show(attachment), found: list(names), holds });
  }
  if (match.where !== undefined) {
    const holds = match.where(mail);
    found.push({ name: 'where', wanted: show(match.where), found: String(holds), holds });
  }
  return found;
}

/** What the store can look for by itself; the rest is looked at message by message. */
export function narrowing(match: MailMatch): readonly Filter[] {
  const filters: Filter[] = [];
  const { to, sender, user } = match;
  if (typeof to === 'string') filters.push({ kind: 'address', field: 'recipient', address: to });
  if (typeof sender === 'string' && sender !== '') {
    filters.push({ kind: 'address', field: 'sender', address: sender });
  }
  if (user !== undefined) filters.push({ kind: 'user', user });
  if (isDate(match.since)) {
    filters.push({ kind: 'receivedAfter', atMs: match.since.getTime() });
  }
  return filters;
}

export function textMatches(value: string, wanted: TextMatch): boolean {
  if (typeof wanted === 'string') return value.toLowerCase().includes(wanted.toLowerCase());
  if (isRegExp(wanted)) return matchesAnew(value, wanted);
  return typeof wanted === 'function' ? wanted(value) : value === wanted.is;
}

export function addressMatches(address: string, wanted: AddressMatch): boolean {
  if (typeof wanted === 'string') return sameAddress(address, wanted);
  return isRegExp(wanted) ? matchesAnew(address, wanted) : wanted(address);
}

/** One with `g` or `y` goes on from where it last found something. */
function matchesAnew(value: string, pattern: RegExp): boolean {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(value);
}

function userMatches(user: string | null, wanted: string): boolean {
  return user !== null && user.toLowerCase() === wanted.toLowerCase();
}

/** A condition as a person wrote it. */
export function show(wanted: unknown): string {
  if (wanted === true) return 'any';
  if (typeof wanted === 'function') return wanted.name === '' ? 'a function' : wanted.name;
  if (isRegExp(wanted)) return String(wanted);
  if (typeof wanted === 'object' && wanted !== null && 'is' in wanted) {
    return `exactly ${JSON.stringify(wanted.is)}`;
  }
  return JSON.stringify(wanted);
}

function list(values: readonly string[]): string {
  if (values.length === 0) return 'none';
  const shown = values.slice(0, 5).join(', ');
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown;
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
