import { expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

function read(header: string) {
  return readMessage(Buffer.from(`${header.replaceAll('\n', '\r\n')}\r\n\r\nbody`));
}

test('the fields that a summary shows', () => {
  const message = read(`Date: Mon, 5 Jan 2026 10:20:30 +0100
From: Ann <ann@example.test>, Ben <ben@example.test>
Sender: Cid <cid@example.test>
Reply-To: replies@example.test
To: To <to@example.test>
Cc: cc@example.test
Bcc: bcc@example.test
Message-ID: <id@example.test>
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
X-Tags: one, Two , one, ,ONE`);
  const { headerFields, root, ...rest } = message;
  expect(rest).toEqual({
    dateMs: Date.UTC(2026, 0, 5, 9, 20, 30),
    from: [
      { name: 'Ann', address: 'ann@example.test' },
      { name: 'Ben', address: 'ben@example.test' },
    ],
    sender: { name: 'Cid', address: 'cid@example.test' },
    replyTo: [{ name: '', address: 'replies@example.test' }],
    to: [{ name: 'To', address: 'to@example.test' }],
    cc: [{ name: '', address: 'cc@example.test' }],
    bcc: [{ name: '', address: 'bcc@example.test' }],
    messageId: 'id@example.test',
    subject: 'Grüße',
    tags: ['one', 'Two'],
    problems: [],
  });
  expect(headerFields.length).toBe(10);
  expect(root.mediaType).toBe('text/plain');
});

test('an empty message has nothing, and is read', () => {
  expect(readMessage(new Uint8Array())).toMatchObject({
    headerFields: [],
    subject: '',
    from: [],
    sender: null,
    messageId: '',
    dateMs: null,
    tags: [],
    root: { path: '', mediaType: 'text/plain', role: 'text', bodyStart: 0, bodyEnd: 0 },
  });
});

test('fields are listed in order, decoded and as they stand; of duplicates the first is shown', () => {
  const { subject, headerFields } = read('Subject: =?utf-8?Q?a?=\nX-Other: 1\n 2\nsubject: b');
  expect(subject).toBe('a');
  expect(headerFields).toEqual([
    { name: 'Subject', value: 'a', rawValue: '=?utf-8?Q?a?=' },
    { name: 'X-Other', value: '1 2', rawValue: '1 2' },
    { name: 'subject', value: 'b', rawValue: 'b' },
  ]);
});

test('decoded line breaks make no new fields, subjects or mailboxes', () => {
  const word = '=?utf-8?Q?a=0D=0ABcc:_evil@example.test?=';
  const { subject, from, bcc, headerFields } = read(`Subject: ${word}\nFrom: ${word} <a@b.test>`);
  expect(subject).toBe('a Bcc: evil@example.test');
  expect(from).toEqual([{ name: 'a Bcc: evil@example.test', address: 'a@b.test' }]);
  expect(bcc).toEqual([]);
  expect(headerFields.length).toBe(2);
});
