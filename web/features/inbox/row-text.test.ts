import { expect, test } from 'vitest';
import { testMessage } from '../../lib/test-message.ts';
import { describeRow, recipientText, senderText } from './row-text.ts';

test('the envelope is who got it, whatever the header says', () => {
  const message = testMessage(1, {
    forwardPaths: ['hidden@example.com'],
    to: [{ name: 'List', address: 'list@example.com' }],
    recipientCount: 3,
  });
  expect(recipientText(message)).toEqual({ first: 'hidden@example.com', more: 2 });
});

test.each([
  [{ from: { name: 'Shop', address: 'a@example.com' } }, 'Shop'],
  [{ from: { name: '', address: 'a@example.com' } }, 'a@example.com'],
  [{ from: null, reversePath: 'b@example.com' }, 'b@example.com'],
  [{ from: null, reversePath: '' }, 'Null sender'],
])('a sender has some name: %o', (change, text) => {
  expect(senderText(testMessage(1, change))).toBe(text);
});

test('a row says in words what it shows in marks', () => {
  const spoken = describeRow(
    testMessage(1, {
      isRead: false,
      subject: '',
      attachmentCount: 2,
      problemCount: 1,
      tls: true,
      tags: ['a', 'b'],
    }),
  );
  expect(spoken).toMatch(/^Unread, to to@example\.com, no subject, from from@example\.com, /);
  expect(spoken).toMatch(/, 2 attachments, 1 problem, sent over TLS, tagged a, b$/);
});
