/** Why no mail came, for each thing that can go wrong, over real sockets. */
import { createServer } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import type { MailMatch, SinkOptions, Wait } from '../../index.ts';
import { MailTimeoutError, type Receiver, type Sink, startSink } from '../../index.ts';
import { RawSmtpClient } from '../../testing/raw-smtp-client.ts';

const running: Sink[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sink) => sink.stop()));
});

async function start(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink({ waitMs: 40, ...options });
  running.push(sink);
  return sink;
}

async function failureOf(receiver: Receiver, match: MailMatch = {}, wait: Wait = {}) {
  const error = await receiver.next(match, wait).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailTimeoutError)) throw error ?? new Error('a message was found');
  return error;
}

async function send(sink: Sink, to: string, subject: string): Promise<void> {
  const transport = createTransport(sink.nodemailer());
  const attachments = [{ filename: 'terms.pdf', content: 'x' }];
  await transport.sendMail({ from: 'app@example.test', to, subject, text: 'Hello', attachments });
}

/** Says these lines, and reads a reply to each. */
async function talk(sink: Sink, ...lines: readonly string[]): Promise<RawSmtpClient> {
  const client = await RawSmtpClient.connect({ port: sink.port });
  await client.readReply();
  for (const line of lines) await client.command(line);
  return client;
}

test('nothing connected', async () => {
  const sink = await start();
  process.env.ACME_SMTP_URL = 'smtp://robot:s3cret@mail.acme.test:2525';
  try {
    const error = await failureOf(sink.inbox('sign up'), { subject: 'Confirm' });
    expect(error.causes).toMatchObject([{ kind: 'not-connected' }]);
    expect(error.message).toContain(sink.url);
    expect(error.message).toContain('ACME_SMTP_URL (mail.acme.test:2525)');
    expect(error.message).not.toContain('s3cret');
    expect(error.message).toContain('SMTP: no connection');
  } finally {
    delete process.env.ACME_SMTP_URL;
  }
});

test('a connection that left without EHLO', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await using client = await talk(sink);
  client.end();
  await sink.sessions.next({}, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes).toMatchObject([{ kind: 'client-left' }, { kind: 'nothing-for-us' }]);
  expect(error.causes[0]?.text).toContain('left without a word');
});

test.each([
  ['a TLS handshake', Buffer.from('160301007b0100007703030000', 'hex'), 'STARTTLS (secure: false)'],
  ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'spoke HTTP'],
  ['a PROXY header', 'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n', 'PROXY header'],
])('%s on the plain port', async (_name, octets, advice) => {
  const sink = await start();
  const inbox = sink.inbox();
  await using client = await talk(sink);
  await client.send(octets);
  await client.readToEnd();
  await sink.sessions.next({}, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'wrong-protocol' });
  expect(error.message).toContain(advice);
});

test('a client that does not trust the CA', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  const transport = createTransport({ host: sink.host, port: sink.port });
  await expect(transport.sendMail({ to: inbox.address, from: 'a@b.test' })).rejects.toThrow();
  await sink.sessions.next({ outcome: 'tls-failed' }, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'tls-failed' });
  expect(error.message).toContain('sink.ca');
});

test('plain text where TLS is spoken from the first octet', async () => {
  const sink = await start({ tls: 'implicit' });
  const inbox = sink.inbox();
  await using client = await RawSmtpClient.connect({ port: sink.port });
  await client.send('EHLO client.test\r\n');
  await client.readToEnd();
  await sink.sessions.next({}, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'tls-failed' });
  expect(error.message).toContain('set the client to implicit TLS');
});

test('a login that was refused: mechanism and user, never the password', async () => {
  const sink = await start({ auth: [{ user: 'ann', password: 'right' }], tls: 'off' });
  const inbox = sink.inbox();
  const auth = { user: 'bob', pass: 'tr0ub4dor' };
  const transport = createTransport(sink.nodemailer({ auth }));
  await expect(transport.sendMail({ to: inbox.address, from: 'a@b.test' })).rejects.toThrow();
  await sink.sessions.next({ outcome: 'auth-failed' }, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'auth-failed' });
  expect(error.causes[0]?.text).toContain('PLAIN login as "bob" refused');
  expect(`${error.message}${error.sessions[0]?.transcript()}`).not.toContain('tr0ub4dor');
});

test.each([
  ['MAIL', 'MAIL FROM:<a@b.test> SIZE=99999999', '', 'SIZE=99999999 was refused: 552'],
  ['RCPT', 'MAIL FROM:<a@b.test>', 'RCPT TO:<no blank', 'was refused: 501'],
])('%s that was refused', async (_verb, mail, rcpt, told) => {
  const sink = await start();
  const inbox = sink.inbox();
  const domain = inbox.address.split('@')[1];
  const lines = rcpt === '' ? [mail] : [mail, `${rcpt}@${domain}>`];
  await using client = await talk(sink, 'EHLO client.test', ...lines, 'QUIT');
  await client.readToEnd();
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'refused' });
  expect(error.message).toContain(told);
});

test('a message that was refused at its end', async () => {
  const sink = await start({ limits: { messageBytes: 10 } });
  const inbox = sink.inbox();
  const envelope = ['MAIL FROM:<a@b.test>', `RCPT TO:<${inbox.address}>`, 'DATA'];
  await using client = await talk(sink, 'EHLO client.test', ...envelope);
  await client.command('Subject: much longer than ten octets\r\n.');
  await client.command('QUIT');
  await sink.sessions.next({}, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'refused' });
  expect(error.message).toMatch(/The message was refused: 552/);
});

test('too many connections', async () => {
  const sink = await start({ limits: { connections: 1 } });
  await using held = await talk(sink);
  const inbox = sink.inbox();
  await using refused = await RawSmtpClient.connect({ port: sink.port });
  await refused.readToEnd();
  await sink.sessions.next({ outcome: 'refused' }, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes.map(({ kind }) => kind)).toContain('too-many-connections');
  held.end();
});

test('a transaction that is open at the end', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  const envelope = ['MAIL FROM:<a@b.test>', `RCPT TO:<${inbox.address}>`, 'DATA'];
  await using client = await talk(sink, 'EHLO client.test', ...envelope);
  await client.send(`Subject: slow\r\n\r\n${'x'.repeat(500)}`);
  const error = await failureOf(inbox, {}, 60);
  expect(error.causes[0]).toMatchObject({ kind: 'still-sending' });
  expect(error.message).toContain('in the middle of a message');
  expect(error.message).toContain('Wait longer than 60 ms');
});

test('a client that went away in the middle', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  const client = await talk(
    sink,
    'EHLO c.test',
    'MAIL FROM:<a@b.test>',
    `RCPT TO:<${inbox.address}>`,
  );
  client.reset();
  await sink.sessions.next({ outcome: 'aborted' }, 5_000);
  const error = await failureOf(inbox);
  expect(error.causes[0]).toMatchObject({ kind: 'client-left' });
  expect(error.message).toContain('went away in the middle of a message');
});

test('a message that fails one condition, with what was found and a difference to draw', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  const match = { subject: 'Confirm', attachment: 'invoice.pdf' };
  await send(sink, inbox.address, 'Please confirm');
  await send(sink, 'admin@acme.test', 'New user');
  const error = await failureOf(inbox, match, { timeoutMs: 40, because: 'after signing up' });
  expect(error.message.split('\n')[0]).toBe(
    `No matching mail for ${inbox.address} within 40 ms (after signing up).`,
  );
  expect(error.message).toContain('Looked for   subject "Confirm", attachment "invoice.pdf"');
  expect(error.message).toMatch(/"Please confirm" {2}subject ✓ {2}attachment ✗ \(has terms\.pdf\)/);
  expect(error.message).toMatch(/to admin@acme\.test {2}"New user" {2}not for this inbox/);
  expect(error.causes[0]).toMatchObject({ kind: 'near-miss' });
  expect(error).toMatchObject({
    expected: { subject: 'Please confirm', attachment: '"invoice.pdf"' },
    actual: { subject: 'Please confirm', attachment: 'terms.pdf' },
  });
  expect(error.candidates[0]?.mail.subject).toBe('Please confirm');
});

test('a message for another recipient', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await send(sink, 'admin@acme.test', 'Please confirm');
  const error = await failureOf(inbox, { subject: 'Confirm' });
  expect(error.causes[0]).toMatchObject({ kind: 'other-recipient' });
  expect(error.message).toContain('but for admin@acme.test');
});

test('a message that was handed out before, and where', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await send(sink, inbox.address, 'Please confirm');
  await inbox.next({ subject: 'Confirm' });
  const error = await failureOf(inbox, { subject: 'Confirm' });
  expect(error.causes[0]).toMatchObject({ kind: 'claimed' });
  expect(error.message).toMatch(/Handed out before: "Please confirm" \(explain\.test\.ts:\d+\)/);
});

test('a message that was there before the act that was to bring one', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await send(sink, inbox.address, 'Please confirm');
  const error = await inbox.during(() => {}, { subject: 'Confirm' }).catch((reason) => reason);
  expect(error.causes[0]).toMatchObject({ kind: 'before' });
});

test('a message that came just too late is told of when the error is shown', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  const error = await failureOf(inbox, { subject: 'Confirm' }, 0);
  expect(error.lateByMs).toBe(null);
  await send(sink, inbox.address, 'Please confirm');
  await expect.poll(() => error.lateByMs).toBeGreaterThan(0);
  expect(error.message).toMatch(/Came too late: a message that matches, by \d+ ms/);
  expect(error.message).toMatch(/Likely cause {2}The message came \d+ ms after the 0 ms were over/);
  expect(error.stack).toContain('Came too late');
});

test('fewer than were asked for', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await send(sink, inbox.address, 'One');
  const error = await inbox.nextN(2).catch((reason: unknown) => reason);
  expect(String(error)).toContain('Only 1 of 2 matching mails');
  // None was claimed, or the next call would find nothing.
  expect((await inbox.next()).subject).toBe('One');
});

test('the stack is the caller’s and begins with it', async () => {
  const sink = await start();
  const error = await failureOf(sink.inbox());
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  expect(frames[0]).toContain('explain.test.ts');
  expect(frames.filter((frame) => /sink\/(?:receiver|sink|explain\/create)/.test(frame))).toEqual(
    [],
  );
});

test('mail where none was to be', async () => {
  const sink = await start();
  const inbox = sink.inbox();
  await send(sink, inbox.address, 'Surprise');
  const error = await inbox.none({ subject: 'surprise' }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'UNEXPECTED_MAIL', mails: [{ subject: 'Surprise' }] });
  expect(String(error)).toContain(`to ${inbox.address}  "Surprise"`);
});

test('something else that listens there is no mail server of ours', async () => {
  // The port is taken, so the sink says so rather than wait for mail that goes elsewhere.
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startSink({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});
