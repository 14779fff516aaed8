/** What is changed in a message that is passed on, and above all what is not. */
import { expect, test } from 'vitest';
import { type HeaderChange, rewriteHeader, senderOf } from './rewrite-header.ts';

const change: HeaderChange = {
  date: new Date('2026-05-31T09:30:00Z'),
  messageId: 'new@host.test',
  overrideFrom: null,
  encodeWords: (text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`,
};
const rewritten = (raw: string, changes: Partial<HeaderChange> = {}) =>
  rewriteHeader(Buffer.from(raw, 'latin1'), { ...change, ...changes }).toString('latin1');

const fresh = 'Date: Sun, 31 May 2026 09:30:00 +0000\r\nMessage-ID: <new@host.test>\r\n';

test.each([
  [
    'nobody learns of blind recipients, folded or repeated',
    'To: a@b.test\r\nbcc: x@b.test,\r\n y@b.test\r\nBCC: z@b.test\r\nResent-Bcc: q@b.test\r\nSubject: s\r\n\r\nBcc: in the body\r\n',
    `${fresh}To: a@b.test\r\nSubject: s\r\n\r\nBcc: in the body\r\n`,
  ],
  [
    'the time and the id are new ones',
    'DATE: Mon, 1 Jan 2001 00:00:00 +0000\r\nFrom: a@b.test\r\nMessage-Id:\r\n <old@b.test>\r\n\r\nx',
    `${fresh}From: a@b.test\r\n\r\nx`,
  ],
  [
    'Return-Path is for the last server',
    'Return-Path: <a@b.test>\r\nFrom: a@b.test\r\n\r\n',
    `${fresh}From: a@b.test\r\n\r\n`,
  ],
  [
    'odd fields, 8 bits and bare line feeds stay as they are',
    'X-Odd:\xe9\t \r\nX-Long: a\n\tb\nFrom: a@b.test\n\n.\r\n\xff\0\n',
    `${fresh}X-Odd:\xe9\t \r\nX-Long: a\n\tb\nFrom: a@b.test\n\n.\r\n\xff\0\n`,
  ],
  [
    'a message without a header gets one',
    'Hello.\r\nDate: no\r\n',
    `${fresh}\r\nHello.\r\nDate: no\r\n`,
  ],
  ['an empty header stays one', '\r\nHello', `${fresh}\r\nHello`],
  ['a header without a body', 'Subject: s', `${fresh}Subject: s`],
  ['nothing at all', '', `${fresh}\r\n`],
])('%s', (_, raw, expected) => {
  expect(rewritten(raw)).toBe(expected);
});

test('the id may stay', () => {
  const raw = 'Message-ID: <old@b.test>\r\n\r\n';
  expect(rewritten(raw, { messageId: null })).toContain('Message-ID: <old@b.test>\r\n\r\n');
});

test.each([
  ['From: a@b.test', 'From: me@x.test', 'a@b.test'],
  ['From: "Doe, \\"J\\"" <a@b.test>', 'From: "Doe, \\"J\\""\r\n <me@x.test>', 'a@b.test'],
  [
    'From: =?utf-8?q?J=C3=B6rg?= <a@b.test>',
    'From: =?UTF-8?B?SsO2cmc=?=\r\n <me@x.test>',
    'a@b.test',
  ],
  ['From: nonsense', 'From: "nonsense"\r\n <me@x.test>', null],
  ['Subject: s', 'From: me@x.test', null],
])('%s under another address', (field, from, original) => {
  const lines = rewritten(`${field}\r\n\r\n`, { overrideFrom: 'me@x.test' });
  expect(lines.startsWith(`${from}\r\n`)).toBe(true);
  expect(/^X-Original-From: (.*)\r$/m.exec(lines)?.[1] ?? null).toBe(original);
  expect(lines.match(/^From:/gm)).toHaveLength(1);
});

test.each([
  ['From: a@b.test\r\n\r\n', 'a@b.test'],
  ['From: a@b.test, c@b.test\r\nSender: c@b.test\r\n\r\n', 'c@b.test'],
  ['From: undisclosed\r\n\r\nFrom: a@b.test', null],
  ['Sender: nobody\r\nFrom: A <a@b.test>\r\n\r\n', 'a@b.test'],
  ['', null],
])('the sender of %j', (raw, sender) => {
  expect(senderOf(Buffer.from(raw))).toBe(sender);
});
