/**
 * Mailpit's search language as a `Filter`.
 *
 *     order "to be or not" -draft !spam      words anywhere, also inside others; not those
 *     to:bob@example.test subject:"hello"    one field; addresses as a whole
 *     is:read has:attachment tag:x after:2026-05-31 larger:2M
 *
 * What its filters find is found here too, with two exceptions that people fell over: a whole
 * address matches that address and not longer ones, and a value that cannot be understood is
 * refused instead of matching every message.
 */
import type { Filter } from '../../../db/types.ts';
import { badRequest } from './answers.ts';
import { isTimeZone, parseMoment } from './moments.ts';

const charactersMax = 2_000;
const termsMax = 50;

/** Throws a refusal for what has no condition: that would be every message. */
export function parseSearch(query: string, timeZone: string | null): Filter {
  if (query.length > charactersMax) {
    throw badRequest(`Error: the search is longer than ${charactersMax} characters`);
  }
  if (timeZone !== null && timeZone !== '' && !isTimeZone(timeZone)) {
    throw badRequest(`Error: unknown time zone "${timeZone.slice(0, 100)}"`);
  }
  const zone = timeZone === '' ? null : timeZone;
  const terms = splitTerms(query);
  if (terms.length > termsMax) throw badRequest(`Error: more than ${termsMax} search terms`);
  const all = terms.map((term) => readTerm(term, zone)).filter((filter) => filter !== null);
  if (all.length === 0) throw badRequest('Error: no search query');
  return { kind: 'and', all };
}

/** At spaces outside of quotation marks, which are then dropped. */
function splitTerms(query: string): readonly string[] {
  const terms: string[] = [];
  let term = '';
  let quoted = false;
  for (const character of query) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(character)) {
      terms.push(term);
      term = '';
    } else term += character;
  }
  return [...terms, term].filter((found) => found.trim() !== '');
}

function readTerm(term: string, timeZone: string | null): Filter | null {
  const isExcluded = term.length > 1 && /^[-!]/.test(term);
  const asked = isExcluded ? term.slice(1) : term;
  const colon = asked.indexOf(':');
  const key = asked.slice(0, Math.max(colon, 0)).toLowerCase();
  const read = Object.hasOwn(readers, key) ? readers[key] : undefined;
  const keyed = read?.({ key, value: asked.slice(colon + 1), timeZone, isExcluded });
  // `larger:life` is no size: then it is text, as is `http://…`.
  const filter = keyed ?? readText(asked);
  if (filter === null) return null;
  return isExcluded ? { kind: 'not', not: filter } : filter;
}

/** Signs alone are in no index; a lone dash between words must not hide what was meant. */
function readText(text: string): Filter | null {
  return hasWord(text) ? { kind: 'contains', field: 'any', text } : null;
}

interface KeyedTerm {
  readonly key: string;
  readonly value: string;
  readonly timeZone: string | null;
  readonly isExcluded: boolean;
}

/** `null` where the term is text after all. */
type Reader = (term: KeyedTerm) => Filter | null;

type AddressField = 'from' | 'to' | 'cc' | 'bcc' | 'replyTo';

const readers: Readonly<Record<string, Reader>> = {
  from: (term) => mailbox('from', term),
  to: (term) => mailbox('to', term),
  cc: (term) => mailbox('cc', term),
  bcc: (term) => blindMailbox(term),
  'reply-to': (term) => mailbox('replyTo', term),
  addressed: (term) => addressed(term),
  subject: (term) => subject(term),
  'message-id': (term) => messageId(term),
  tag: (term) => ({ kind: 'tag', tag: needed(term) }),
  is: ({ value }) => states.get(value.toLowerCase()) ?? null,
  has: ({ value }) => contents.get(value.toLowerCase()) ?? null,
  after: (term) => {
    const atMs = moment(term);
    // Its opposite takes the very moment in as well.
    return { kind: 'receivedAfter', atMs: term.isExcluded ? atMs + 1 : atMs };
  },
  before: (term) => {
    const atMs = moment(term);
    return { kind: 'receivedBefore', atMs: term.isExcluded ? atMs : atMs + 1 };
  },
  larger: (term) => size(term, (bytes) => ({ kind: 'largerThan', bytes })),
  smaller: (term) => size(term, (bytes) => ({ kind: 'smallerThan', bytes })),
};

const states: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['read', { kind: 'isRead', isRead: true }],
  ['unread', { kind: 'isRead', isRead: false }],
  ['tagged', { kind: 'hasTag' }],
]);

const contents: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['attachment', { kind: 'hasAttachment' }],
  ['attachments', { kind: 'hasAttachment' }],
  ['inline', { kind: 'hasInline' }],
  ['inlines', { kind: 'hasInline' }],
]);

function mailbox(field: AddressField, term: KeyedTerm): Filter {
  return inField(field, needed(term));
}

function inField(field: AddressField | 'recipient', value: string): Filter {
  const exact: Filter = { kind: 'address', field, address: value };
  if (isAddress(value) || isDomain(value)) return exact;
  const words = field === 'recipient' ? 'envelope' : field;
  const contains: Filter = { kind: 'contains', field: words, text: value };
  if (!/^[^\s@]+@[^\s@]+$/.test(value)) return contains;
  // `bob@mail` is the address, or the beginning of one; it is not the end of `jacob@mail`.
  const begins: Filter = {
    kind: 'words',
    field: words === 'envelope' ? 'any' : words,
    phrase: value,
    prefix: true,
  };
  return { kind: 'or', any: [exact, begins] };
}

const visible = ['to', 'cc'] as const;

/** In the field, or in the envelope with nobody naming it. */
function blindMailbox(term: KeyedTerm): Filter {
  const value = needed(term);
  // Pieces are looked for in all of the envelope, where the sender stands too.
  const fields = isAddress(value) || isDomain(value) ? visible : ([...visible, 'from'] as const);
  const named = fields.map((field): Filter => ({ kind: 'not', not: inField(field, value) }));
  const hidden: Filter = { kind: 'and', all: [inField('recipient', value), ...named] };
  return { kind: 'or', any: [inField('bcc', value), hidden] };
}

function addressed(term: KeyedTerm): Filter {
  const value = needed(term);
  const fields = ['from', 'to', 'cc', 'bcc', 'replyTo', 'recipient'] as const;
  return { kind: 'or', any: fields.map((field) => inField(field, value)) };
}

function subject(term: KeyedTerm): Filter {
  if (term.value.trim() === '') throw empty(term);
  const text = term.value;
  const contains: Filter = { kind: 'contains', field: 'subject', text };
  if (!hasWord(text)) return contains;
  // The table compares small and capital letters of ASCII only, the index those of all scripts.
  const words: Filter = { kind: 'words', field: 'subject', phrase: text, prefix: true };
  return { kind: 'or', any: [contains, words] };
}

function messageId(term: KeyedTerm): Filter {
  const value = needed(term);
  const exact: Filter = { kind: 'messageId', messageId: value };
  return { kind: 'or', any: [exact, { kind: 'contains', field: 'messageId', text: value }] };
}

function moment(term: KeyedTerm): number {
  const value = needed(term);
  const atMs = parseMoment(value, term.timeZone);
  if (atMs !== null) return atMs;
  throw badRequest(
    `Error: "${term.key}:" needs a date, not "${value.slice(0, 100)}"; write ${term.key}:2026-05-31 or ${term.key}:"2026-05-31 09:30"`,
  );
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2 };

function size(term: KeyedTerm, toFilter: (bytes: number) => Filter): Filter | null {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s?(?:([km])b?)?$/i.exec(needed(term)) ?? [];
  const bytes = Math.floor(Number(digits) * (unitBytes[unit.toLowerCase()] ?? Number.NaN));
  return bytes > 0 ? toFilter(bytes) : null;
}

function needed(term: KeyedTerm): string {
  const value = term.value.replace(/[\s<>,;()]+/g, ' ').trim();
  if (value === '') throw empty(term);
  return value;
}

function empty({ key }: KeyedTerm): Error {
  return badRequest(
    `Error: "${key}:" is followed by nothing; write the value right after the colon`,
  );
}

/** A domain with a dot, localhost or an address in brackets: nothing is missing at its end. */
function isAddress(value: string): boolean {
  return /^[^\s@]+@(?:[^\s@.]+(?:\.[^\s@.]+)+|localhost|\[[^\s\]]+\])$/i.test(value);
}

function isDomain(value: string): boolean {
  return /^@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value);
}

function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
