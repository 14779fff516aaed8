import { expect, test } from 'vitest';
import { runCommand } from '../testing/command-io.ts';
import { rawText, startTestServer } from '../testing/smtp-test-server.ts';
import { prepareMessage, sendmailCommand } from './sendmail.ts';

const machine = { now: new Date('2026-01-02T03:04:05Z'), user: 'ada@box' };
const given = { recipients: [], recipientsFromHeader: true, reversePath: null, fullName: null };

function prepare(text: string, changes: Partial<Parameters<typeof prepareMessage>[1]> = {}) {
  const message = prepareMessage(Buffer.from(text), { ...given, ...changes }, machine);
  return { ...message, text: message.octets.toString() };
}

const complete = 'From: b@c.test\r\nDate: x\r\nMessage-ID: <1@c.test>\r\n';

test('a complete message is not touched, but for its line ends', () => {
  const body = 'To: d@e.test\nSubject: =?x?\n\n.\nBcc: not a field\n';
  const sent = prepare(complete.replaceAll('\r', '') + body);
  expect(sent.text).toBe(complete + body.replaceAll('\n', '\r\n'));
});

test('Bcc goes with -t and stays without, folded or not', () => {
  const message = `${complete}Bcc: x@y.test,\r\n z@y.test\r\nTo: d@e.test\r\n\r\nhi\r\n`;
  expect(prepare(message)).toMatchObject({
    text: `${complete}To: d@e.test\r\n\r\nhi\r\n`,
    forwardPaths: ['x@y.test', 'z@y.test', 'd@e.test'],
  });
  const kept = prepare(message, { recipientsFromHeader: false, recipients: ['a@b.test'] });
  expect(kept).toMatchObject({ text: message, forwardPaths: ['a@b.test'] });
});

test('From, Date and Message-ID are put in front when missing, nothing else', () => {
  const { text, reversePath } = prepare('To: d@e.test\n\nhi\n', { fullName: 'Äda' });
  expect(text).toMatch(
    /^From: =\?UTF-8\?B\?w4RkYQ==\?= <ada@box>\r\nDate: Fri, 02 Jan 2026 03:04:05 \+0000\r\nMessage-ID: <[-\w]+@box>\r\nTo: d@e\.test\r\n\r\nhi\r\n$/,
  );
  expect(reversePath).toBe('ada@box');
});

test('a text without a header gets one, and an empty line after it', () => {
  const { text } = prepare('just words\n', { recipients: ['root'], recipientsFromHeader: false });
  expect(text).toMatch(/^From: ada@box\r\nDate: .*\r\nMessage-ID: .*\r\n\r\njust words\r\n$/);
});

test('the envelope sender: -f first, then Sender or From, then the user', () => {
  expect(prepare('From: b@c.test\n\n').reversePath).toBe('b@c.test');
  expect(prepare('From: b@c.test\n\n', { reversePath: 'x@y.test' }).reversePath).toBe('x@y.test');
  expect(prepare('From: b@c.test\n\n', { reversePath: '' }).reversePath).toBe('');
  expect(prepare('\nhi').reversePath).toBe('ada@box');
});

test('recipients: those named and, with -t, those of the header, each once', () => {
  const sent = prepare('To: A <a@b.test>, c@d.test\nCc: grp: a@b.test;\n\n', {
    recipients: ['a@b.test'],
  });
  expect(sent.forwardPaths).toEqual(['a@b.test', 'c@d.test']);
});

test('without recipients, and without a server, the status says so', async () => {
  expect(await runCommand(sendmailCommand, [], { stdin: 'x' })).toMatchObject({ status: 64 });
  expect(await runCommand(sendmailCommand, ['-t'], { stdin: 'x' })).toMatchObject({ status: 64 });
  expect(await runCommand(sendmailCommand, ['-bd'])).toMatchObject({ status: 64 });
  expect(await runCommand(sendmailCommand, ['--smtp-prot=1', 'a@b.test'])).toMatchObject({
    status: 64,
    told: expect.stringContaining('Did you mean --smtp-port?'),
  });
  const closed = await startTestServer();
  await closed.smtp.close();
  const away = runCommand(sendmailCommand, [`--smtp-port=${closed.port}`, 'a@b.test']);
  await expect(away).rejects.toMatchObject({
    exitStatus: 75,
    message: expect.stringContaining('--smtp-port (PRIXFIXE_SMTP_PORT)'),
  });
});

test('a message arrives octet for octet, dots and 8 bit included', async () => {
  await using server = await startTestServer();
  const env = { PRIXFIXE_SMTP_PORT: String(server.port) };
  const text = `${complete}To: d@e.test\r\n\r\n.\r\n..\r\nGrüße\r\n.x\r\nno line end`;
  const run = await runCommand(sendmailCommand, ['-t', '-i'], { stdin: text, env });
  expect(run).toMatchObject({ status: 0, told: '' });
  expect(rawText(server.messages[0])).toBe(Buffer.from(text).toString('latin1'));
  expect(server.messages[0]?.envelope).toMatchObject({ reversePath: 'b@c.test' });
});

test('without -i a single dot ends the message', async () => {
  await using server = await startTestServer();
  const env = { PRIXFIXE_SMTP_PORT: String(server.port) };
  await runCommand(sendmailCommand, ['a@b.test'], {
    stdin: `${complete}\nbefore\n.\nafter\n`,
    env,
  });
  expect(rawText(server.messages[0])).toBe(`${complete}\r\nbefore\r\n`);
});

test('what the server refuses for good is 69, for now 75', async () => {
  await using small = await startTestServer({ messageBytesMax: 100 });
  const env = { PRIXFIXE_SMTP_PORT: String(small.port) };
  const run = await runCommand(sendmailCommand, ['a@b.test'], { stdin: 'x'.repeat(200), env });
  expect(run).toMatchObject({ status: 69, told: expect.stringContaining('552') });

  await using full = await startTestServer({
    intake: { append: async () => ({ kind: 'notStored', refusal: 'storageFull' }) },
  });
  const argv = ['a@b.test', '--smtp-port', String(full.port)];
  const later = await runCommand(sendmailCommand, argv, { stdin: 'x' });
  expect(later).toMatchObject({ status: 75, told: expect.stringContaining('452') });
});

test('a user logs in where that is required', async () => {
  const credentials = [{ user: 'ada', password: 'secret' }];
  await using server = await startTestServer({ auth: 'required', credentials });
  const argv = (user: string) => ['a@b.test', `--smtp-port=${server.port}`, `--smtp-user=${user}`];
  const good = await runCommand(sendmailCommand, argv('ada:secret'), { stdin: 'x' });
  expect(good.status).toBe(0);
  expect(server.messages[0]?.origin.authUser).toBe('ada');
  const bad = runCommand(sendmailCommand, argv('ada:wrong'), { stdin: 'x' });
  await expect(bad).rejects.toMatchObject({ exitStatus: 69 });
});

test('-bs passes SMTP on in both directions', async () => {
  await using server = await startTestServer();
  const dialogue = 'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nQUIT\r\n';
  const run = await runCommand(sendmailCommand, ['-bs', `--smtp-port=${server.port}`], {
    stdin: dialogue,
  });
  expect(run.status).toBe(0);
  expect(run.out.toString()).toMatch(/^220 .*\r\n(?:250.*\r\n)+221 /);
});
