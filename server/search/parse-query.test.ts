import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Filter } from '../../db/types.ts';
import { parseQuery } from './parse-query.ts';

const now = Date.UTC(2026, 4, 31, 12);

function filterOf(query: string): Filter | null {
  const parsed = parseQuery(query, now);
  if (parsed.kind === 'refused') throw new Error(parsed.errors.map((error) => error.what).join());
  return parsed.filter;
}

function errorsOf(query: string): readonly { readonly position: number; readonly what: string }[] {
  const parsed = parseQuery(query, now);
  return parsed.kind === 'refused' ? parsed.errors : [];
}

type Field = Extract<Filter, { kind: 'words' }>['field'];
const words = (phrase: string, field: Field = 'any', prefix = false): Filter => ({
  kind: 'words',
  field,
  phrase,
  prefix,
});
const and = (...all: Filter[]): Filter => ({ kind: 'and', all });
const or = (...any: Filter[]): Filter => ({ kind: 'or', any });
const not = (inner: Filter): Filter => ({ kind: 'not', not: inner });

describe('what is wrong is said, with its place', () => {
  test.each([
    ['x'.repeat(1001), 1000, '1001 characters'],
    ['a (b', 2, 'not closed'],
    ['a) b', 1, 'closes nothing'],
    ['a ()', 2, 'nothing between'],
    ['a "b c', 2, 'not closed'],
    ['OR a', 0, 'both sides'],
    ['a OR', 2, 'both sides'],
    ['a OR OR b', 2, 'both sides'],
    ['a AND', 2, 'both sides'],
    ['fron:alice', 0, 'no search key "fron"'],
    ['constructor:x', 0, 'no search key'],
    ['x https://example.test', 2, 'no search key "https"'],
    ['subject:', 0, 'followed by nothing'],
    ['is:new', 0, 'does not know "new"'],
    ['is:constructor', 0, 'does not know'],
    ['has:flag', 0, 'does not know "flag"'],
    ['larger:huge', 0, 'needs a size'],
    ['larger:-5', 0, 'needs a size'],
    ['smaller:12x5', 0, 'needs a size'],
    ['before:yesterday', 0, 'needs a time'],
    ['before:2026-02-31', 0, 'needs a time'],
    ['after:2026-13-01', 0, 'needs a time'],
    ['after:2026-05-05T25:00', 0, 'needs a time'],
    ['recipient:bob', 0, 'whole address'],
    ['sender:bo*', 0, 'whole address'],
    ['recipient:<>', 0, 'whole address'],
    ['from:alice@', 0, 'whole address'],
    ['...', 0, 'no letter'],
    ['a - b', 2, 'no letter'],
    [`${'('.repeat(30)}a${')'.repeat(30)}`, 20, 'More than 20'],
  ])('%.40s', (query, position, what) => {
    expect(errorsOf(query)[0]).toMatchObject({ position, what: expect.stringContaining(what) });
  });

  test('all errors at once', () => {
    expect(errorsOf('is:new fron:alice larger:x').map((error) => error.position)).toEqual([
      0, 7, 18,
    ]);
  });
});

test.each<[string, Filter | null]>([
  ['', null],
  ['  \t ', null],
  ['invoice', words('invoice')],
  ['invoice due', and(words('invoice'), words('due'))],
  ['invoice AND due', and(words('invoice'), words('due'))],
  ['"due today"', words('due today')],
  ['inv*', words('inv', 'any', true)],
  ['"due tod"*', words('due tod', 'any', true)],
  ['in*v', words('in*v')],
  ['-draft', not(words('draft'))],
  ['well-known', words('well-known')],
  ['red OR blue', or(words('red'), words('blue'))],
  ['a red OR blue b', and(words('a'), or(words('red'), words('blue')), words('b'))],
  ['(red blue) OR green', or(and(words('red'), words('blue')), words('green'))],
  ['-(a OR b)', not(or(words('a'), words('b')))],
  ['"OR"', words('OR')],
  ['or', words('or')],
  ['from:alice', words('alice', 'from')],
  ['FROM:alice', words('alice', 'from')],
  ['from:"alice a@b"', words('alice a@b', 'from')],
  ['from:alice@example.test', { kind: 'address', field: 'from', address: 'alice@example.test' }],
  ['to:<bob@example.test>', { kind: 'address', field: 'to', address: 'bob@example.test' }],
  ['cc:@example.test', { kind: 'address', field: 'cc', address: '@example.test' }],
  ['to:*@example.test', { kind: 'address', field: 'to', address: '@example.test' }],
  ['inbox:domain:x.test', { kind: 'inbox', inbox: 'domain:x.test' }],
  ['inbox:"My shop"', { kind: 'inbox', inbox: 'My shop' }],
  ['bcc:x@y', { kind: 'address', field: 'bcc', address: 'x@y' }],
  ['reply-to:help', words('help', 'replyTo')],
  ['recipient:x@y', { kind: 'address', field: 'recipient', address: 'x@y' }],
  ['recipient:Postmaster', { kind: 'address', field: 'recipient', address: 'Postmaster' }],
  ['sender:<>', { kind: 'address', field: 'sender', address: '' }],
  ['subject:"your order"', words('your order', 'subject')],
  ['body:tot*', words('tot', 'body', true)],
  ['-user:app', not({ kind: 'user', user: 'app' })],
  ['tag:"big deal"', { kind: 'tag', tag: 'big deal' }],
  ['message-id:<a@b>', { kind: 'messageId', messageId: 'a@b' }],
  ['is:read', { kind: 'isRead', isRead: true }],
  ['is:Unread', { kind: 'isRead', isRead: false }],
  ['is:tagged', { kind: 'hasTag' }],
  ['is:tls', { kind: 'tls', tls: true }],
  ['has:attachment', { kind: 'hasAttachment' }],
  ['has:problem', { kind: 'hasProblem' }],
  ['before:2026-05-05T10:00Z', { kind: 'receivedBefore', atMs: Date.UTC(2026, 4, 5, 10) }],
  ['before:2026-05-05', { kind: 'receivedBefore', atMs: new Date(2026, 4, 5).getTime() }],
  ['after:2h', { kind: 'receivedAfter', atMs: now - 7_200_000 }],
  ['larger:100', { kind: 'largerThan', bytes: 100 }],
  ['larger:1.5k', { kind: 'largerThan', bytes: 1536 }],
  ['smaller:2MB', { kind: 'smallerThan', bytes: 2 * 1024 * 1024 }],
])('%s', (query, expected) => {
  expect(filterOf(query)).toEqual(expected);
});

test('whatever is typed is a filter or a list of errors within it', () => {
  const piece = fc.oneof(
    fc.constantFrom('(', ')', '-', 'OR', 'AND', '"', '*', ':', ' ', 'from:', 'is:', 'larger:', '@'),
    fc.string({ maxLength: 5, unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const query = pieces.join('');
      const parsed = parseQuery(query, now);
      if (parsed.kind === 'parsed') return;
      expect(parsed.errors.length).toBeGreaterThan(0);
      for (const { position } of parsed.errors) expect(position).toBeLessThanOrEqual(query.length);
    }),
  );
});
