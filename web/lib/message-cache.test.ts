import { expect, test } from 'vitest';
import { everything, type ListFilter } from './links.ts';
import { matchesFilter } from './message-cache.ts';
import { testMessage } from './test-message.ts';

const message = testMessage(1, {
  isRead: false,
  forwardPaths: ['Bob@example.com'],
  authUser: 'ci',
  tags: ['Nightly'],
});

const cases: readonly (readonly [Partial<ListFilter>, boolean | null])[] = [
  [{}, true],
  [{ unread: true }, true],
  [{ recipient: 'bob@example.com' }, true],
  [{ recipient: 'jim.bob@example.com' }, false],
  [{ user: 'CI' }, true],
  [{ user: 'other' }, false],
  [{ tag: 'nightly', unread: true }, true],
  [{ tag: 'night' }, false],
  [{ inbox: 'address:BOB@example.com' }, true],
  [{ inbox: 'address:jim.bob@example.com' }, false],
  [{ inbox: 'domain:example.com' }, true],
  [{ inbox: 'domain:ample.com' }, false],
  [{ inbox: 'user:CI', tag: 'nightly' }, true],
  [{ inbox: 'user:other' }, false],
  [{ inbox: '0123456789ab' }, null],
  [{ inbox: '0123456789ab', user: 'other' }, false],
  [{ query: 'anything' }, null],
  [{ query: 'anything', user: 'other' }, false],
];

test.each(cases)('whether new mail belongs to %o: %s', (filter, expected) => {
  expect(matchesFilter({ ...everything, ...filter }, message)).toBe(expected);
});

test('of many recipients only the first are told, so the server must be asked', () => {
  const crowd = testMessage(2, { recipientCount: 50 });
  expect(matchesFilter({ ...everything, recipient: 'last@example.com' }, crowd)).toBeNull();
});

test('events say which named inboxes a message is in', () => {
  const placed = { ...message, inboxes: ['0123456789ab'] };
  expect(matchesFilter({ ...everything, inbox: '0123456789ab' }, placed)).toBe(true);
  expect(matchesFilter({ ...everything, inbox: 'ba9876543210' }, placed)).toBe(false);
});
