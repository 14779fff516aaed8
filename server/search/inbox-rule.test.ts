import { expect, test } from 'vitest';
import { parseInboxRule } from './inbox-rule.ts';

test.each([
  ['', 'no condition'],
  ['  ', 'no condition'],
  ['is:unread', 'read or unread'],
  ['subject:order -(from:a OR is:read)', 'read or unread'],
  ['after:2d', 'another moment'],
  ['order before:3h', 'another moment'],
  ['inbox:0123456789ab', 'cannot be part'],
  ['inbox:shop OR order', 'cannot be part'],
  ['subject:', 'followed by nothing'],
])('%s is refused', (query, what) => {
  const parsed = parseInboxRule(query);
  expect(parsed.kind === 'refused' && parsed.errors[0]?.what).toContain(what);
});

test.each([
  'subject:order',
  'recipient:*@shop.test',
  'to:*@shop.test subject:order',
  'inbox:domain:shop.test',
  'after:2026-05-31 tag:red',
  'larger:1m has:attachment OR -user:web',
])('%s is taken', (query) => {
  expect(parseInboxRule(query).kind).toBe('parsed');
});
