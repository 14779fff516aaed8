/** One `key:value` or word of a search as a condition, or what is wrong with it. */
import type { Filter } from '../../db/types.ts';
import type { Term } from './query-tokens.ts';

export type TermFilter =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'refused'; readonly what: string; readonly how: string };

type ReadValue = (term: Term, nowMs: number) => TermFilter;

const readers: Readonly<Record<string, ReadValue>> = {
  subject: (term) => words('subject', term),
  body: (term) => words('body', term),
  from: (term) => wordsOrAddress('from', term),
  to: (term) => wordsOrAddress('to', term),
  cc: (term) => wordsOrAddress('cc', term),
  bcc: (term) => wordsOrAddress('bcc', term),
  'reply-to': (term) => wordsOrAddress('replyTo', term),
  recipient: (term) => address('recipient', term),
  sender: (term) => address('sender', term),
  user: (term) => filter({ kind: 'user', user: term.value }),
  inbox: (term) => filter({ kind: 'inbox', inbox: term.value }),
  tag: (term) => filter({ kind: 'tag', tag: term.value }),
  'message-id': (term) => filter({ kind: 'messageId', messageId: withoutBrackets(term.value) }),
  is: (term) =>
    oneOf(term, {
      read: { kind: 'isRead', isRead: true },
      unread: { kind: 'isRead', isRead: false },
      tagged: { kind: 'hasTag' },
      tls: { kind: 'tls', tls: true },
    }),
  has: (term) =>
    oneOf(term, { attachment: { kind: 'hasAttachment' }, problem: { kind: 'hasProblem' } }),
  before: (term, nowMs) => moment(term, nowMs, (atMs) => ({ kind: 'receivedBefore', atMs })),
  after: (term, nowMs) => moment(term, nowMs, (atMs) => ({ kind: 'receivedAfter', atMs })),
  larger: (term) => size(term, (bytes) => ({ kind: 'largerThan', bytes })),
  smaller: (term) => size(term, (bytes) => ({ kind: 'smallerThan', bytes })),
};

export function readTermFilter(term: Term, nowMs: number): TermFilter {
  if (term.key === null) return words('any', term);
  const read = Object.hasOwn(readers, term.key) ? readers[term.key] : undefined;
  if (read === undefined) {
    const known = Object.keys(readers).join(', ');
    return refused(
      `There is no search key "${term.key}".`,
      `Known keys are ${known}. To search for the text itself, put it in quotation marks.`,
    );
  }
  if (term.value === '') {
    return refused(
      `"${term.key}:" is followed by nothing.`,
      `Write the value right after the colon, in quotation marks if it has spaces.`,
    );
  }
  return read(term, nowMs);
}

function filter(value: Filter): TermFilter {
  return { kind: 'filter', filter: value };
}

function refused(what: string, how: string): TermFilter {
  return { kind: 'refused', what, how };
}

type WordsField = Extract<Filter, { kind: 'words' }>['field'];
type AddressField = Extract<Filter, { kind: 'address' }>['field'];

function words(field: WordsField, term: Term): TermFilter {
  // The index knows words only: signs alone would never be found, and silence would mislead.
  if (!/[\p{L}\p{N}]/u.test(term.value)) {
    return refused(
      `"${term.value}" has no letter and no digit.`,
      'Search for a word; signs are not in the index.',
    );
  }
  return filter({ kind: 'words', field, phrase: term.value, prefix: term.isPrefix });
}

function wordsOrAddress(field: WordsField & AddressField, term: Term): TermFilter {
  return term.value.includes('@') && !term.isPrefix && !term.isPhrase
    ? address(field, term)
    : words(field, term);
}

function address(field: AddressField, term: Term): TermFilter {
  const bare = withoutBrackets(term.value);
  // `*@example.test` is how others write all of a domain.
  const value = bare.startsWith('*@') ? bare.slice(1) : bare;
  const isNullPath = field === 'sender' && term.value === '<>';
  // The one mailbox that may stand without a domain (RFC 5321 §4.1.1.3).
  const isPostmaster = field === 'recipient' && value.toLowerCase() === 'postmaster';
  const hasDomain = value.includes('@') && !value.endsWith('@');
  if (term.isPrefix || !(isNullPath || isPostmaster || hasDomain)) {
    return refused(
      `"${term.key}:" needs a whole address, not "${term.value}${term.isPrefix ? '*' : ''}".`,
      'Write bob@example.test for one address or @example.test for all of a domain.',
    );
  }
  return filter({ kind: 'address', field, address: value });
}

function withoutBrackets(value: string): string {
  return value.startsWith('<') && value.endsWith('>') ? value.slice(1, -1) : value;
}

function oneOf(term: Term, values: Readonly<Record<string, Filter>>): TermFilter {
  const value = term.value.toLowerCase();
  const found = Object.hasOwn(values, value) ? values[value] : undefined;
  if (found !== undefined) return filter(found);
  return refused(
    `"${term.key}:" does not know "${term.value}".`,
    `Known are ${Object.keys(values).join(', ')}.`,
  );
}

const unitBytes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function size(term: Term, toFilter: (bytes: number) => Filter): TermFilter {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([bkmg]?)(?:i?b)?$/i.exec(term.value) ?? [];
  const bytes = Number(digits) * (unitBytes[(unit || 'b').toLowerCase()] ?? Number.NaN);
  if (digits !== undefined && Number.isSafeInteger(Math.round(bytes))) {
    return filter(toFilter(Math.round(bytes)));
  }
  return refused(
    `"${term.key}:" needs a size, not "${term.value}".`,
    'Write octets, or a number with k, m or g: larger:100k.',
  );
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A day means its first moment where the server runs; an age is counted back from now. */
function moment(term: Term, nowMs: number, toFilter: (atMs: number) => Filter): TermFilter {
  const atMs = ageAgo(term.value, nowMs) ?? pointInTime(term.value);
  if (atMs !== null) return filter(toFilter(atMs));
  return refused(
    `"${term.key}:" needs a time, not "${term.value}".`,
    'Write a day (2026-05-31), a moment (2026-05-31T09:30, with Z for UTC) or an age (30m, 2h, 7d).',
  );
}

function ageAgo(value: string, nowMs: number): number | null {
  const [, digits, unit] = /^(\d{1,6})([smhdw])$/i.exec(value) ?? [];
  const ms = Number(digits) * (unitMs[unit?.toLowerCase() ?? ''] ?? Number.NaN);
  return Number.isNaN(ms) ? null : nowMs - ms;
}

function pointInTime(value: string): number | null {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/i.exec(value);
  if (match === null) return null;
  const [, year, month, day, time] = match;
  // Date takes 31 February for 3 March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const atMs = Date.parse(time === undefined ? `${value}T00:00` : value.toUpperCase());
  return Number.isNaN(atMs) ? null : atMs;
}
