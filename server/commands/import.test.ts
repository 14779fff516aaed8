import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../testing/command-io.ts';
import { rawText, startTestServer } from '../testing/smtp-test-server.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { envelopeOf, importCommand } from './import.ts';

const otherwise = { sender: '', recipient: 'imported@localhost' };

test.each([
  [
    'Return-Path: <r@p.test>\r\nDelivered-To: d@t.test\r\nTo: x@y.test\r\n\r\n',
    'r@p.test',
    ['d@t.test'],
  ],
  ['Return-Path: <>\r\nFrom: a@b.test\r\nTo: x@y.test, X <x@y.test>\r\n\r\n', '', ['x@y.test']],
  [
    'From: A <a@b.test>\r\nTo: x@y.test\r\nCc: c@d.test\r\nBcc: e@f.test\r\n\r\n',
    'a@b.test',
    ['x@y.test', 'c@d.test', 'e@f.test'],
  ],
  ['Subject: nobody\r\n\r\n', '', ['imported@localhost']],
  ['no header at all', '', ['imported@localhost']],
])('the envelope of %j', (text, reversePath, forwardPaths) => {
  expect(envelopeOf(Buffer.from(text), otherwise)).toEqual({ reversePath, forwardPaths });
});

test('without files, or with one that is not there, it says so', async () => {
  await expect(runCommand(importCommand, [])).rejects.toMatchObject({ exitStatus: 64 });
  await expect(runCommand(importCommand, ['/nowhere.eml'])).rejects.toMatchObject({
    exitStatus: 1,
    message: expect.stringContaining('/nowhere.eml cannot be read'),
  });
});

test('files, folders, Maildirs and mailboxes arrive octet for octet', async () => {
  await using folder = await temporaryDirectory();
  const put = async (name: string, content: string) => {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await writeFile(join(folder.path, name), Buffer.from(content, 'latin1'));
  };
  const mixed = 'From: a@b.test\r\nTo: c@d.test\r\n\r\n.dot\r\nbare\nfeed\rreturn\0\xff\r\n.';
  await put('mail/1.eml', mixed);
  await put('mail/2.eml', 'To: c@d.test\n\nUnix\n');
  await put('mail/notes.txt', 'not mail');
  await put('mail/box/new/123.host', 'To: c@d.test\n\nMaildir\n');
  await put(
    'mail/old.mbox',
    'From e@f.test Thu Jan  1 00:00:00 2026\nTo: c@d.test\n\n>From here\n\nFrom - x\nTo: g@h.test\n\ntwo\n\n',
  );

  await using server = await startTestServer();
  const run = await runCommand(
    importCommand,
    ['mail', `--smtp-port=${server.port}`].map((part) =>
      part === 'mail' ? join(folder.path, part) : part,
    ),
  );
  expect(run.status).toBe(0);
  expect(run.out.toString()).toMatch(/^5 messages imported, \d+ B in [\d.]+ s\.\n$/);
  expect(run.progress.at(-2)).toMatch(/^\d+ % {2}5 messages imported$/);
  expect(run.progress.at(-1)).toBe('');
  expect(server.messages.map(rawText).sort()).toEqual(
    [
      mixed,
      'To: c@d.test\r\n\r\nUnix\r\n',
      'To: c@d.test\r\n\r\nMaildir\r\n',
      'To: c@d.test\r\n\r\nFrom here\r\n',
      'To: g@h.test\r\n\r\ntwo\r\n',
    ].sort(),
  );
  const fromMbox = server.messages.find((message) => rawText(message).includes('From here'));
  expect(fromMbox?.envelope.reversePath).toBe('e@f.test');
});

test('a refused message is named, the others go on', async () => {
  await using folder = await temporaryDirectory();
  const large = join(folder.path, 'a.eml');
  const small = join(folder.path, 'b.eml');
  await writeFile(large, `To: c@d.test\r\n\r\n${'x'.repeat(500)}\r\n`);
  await writeFile(small, 'To: c@d.test\r\n\r\nhi\r\n');
  await using server = await startTestServer({ messageBytesMax: 200 });
  const run = await runCommand(importCommand, [large, small, `--smtp-port=${server.port}`]);
  expect(run).toMatchObject({
    status: 1,
    told: expect.stringContaining(`${large}: refused with 552`),
  });
  expect(server.messages).toHaveLength(1);
});
