/** The complaints about other catchers, each with the answer that a test can see. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { createLog, defaultConfig, startApp, startSink } from '../index.ts';

const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });

test('"My test sometimes reads the other worker’s mail." Each test has an inbox of its own', async () => {
  await using sink = await startSink();
  const [mine, theirs] = [sink.inbox('signup'), sink.inbox('signup')];
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'a@b.test', to: theirs.address, subject: 'Theirs' });
  await transport.sendMail({ from: 'a@b.test', to: mine.address, subject: 'Mine' });
  expect((await mine.next()).subject).toBe('Mine');
  await mine.none();
  await mine.clear();
  expect((await theirs.next()).subject).toBe('Theirs');
});

test('"It only says timeout." The error tells who connected and what did not match', async () => {
  await using sink = await startSink();
  const inbox = sink.inbox();
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Welcome' });
  const error = await inbox.next({ subject: 'Confirm' }, 0).catch((reason) => reason);
  expect(error.message).toContain('SMTP: 1 connection');
  expect(error.message).toContain('Likely cause  A message came, but its subject is "Welcome"');
});

test('"I cannot test a 452 then success." One rule, once, and proof that it fired', async () => {
  await using sink = await startSink();
  const inbox = sink.inbox();
  await using full = await inbox.faults.add({
    at: 'rcpt',
    when: { times: 1 },
    effect: { kind: 'reply', code: 452 },
  });
  const transport = createTransport(sink.nodemailer());
  const send = () => transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Hi' });
  await expect(send()).rejects.toMatchObject({ responseCode: 452 });
  await send();
  await full.fired(1);
  expect((await inbox.next()).subject).toBe('Hi');
  await inbox.none();
});

test('"It refuses STARTTLS, my client does not trust it." It is on, and the CA is handed over', async () => {
  await using sink = await startSink();
  const inbox = sink.inbox();
  const transport = createTransport({
    host: sink.host,
    port: sink.port,
    requireTLS: true,
    tls: { ca: sink.ca ?? '' },
  });
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Safe' });
  expect((await inbox.next()).envelope.tls?.protocol).toBe('TLSv1.3');
});

test('"Closing takes 30 seconds." Idle clients are dropped at once, whatever time is given', async () => {
  const sink = await startSink();
  const inbox = sink.inbox();
  const transport = createTransport({ ...sink.nodemailer(), pool: true });
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Hi' });
  expect(await sink.sessions.all()).toMatchObject([{ endedAt: null }]);
  // Would run into the limit of this test if anybody were waited for.
  await sink.stop({ graceMs: 600_000 });
  transport.close();
});

test('"The inbox page froze." A list is a page of rows without bodies, however many there are', async () => {
  const config = defaultConfig({ smtpPort: 0, httpPort: 0, db: ':memory:' });
  const app = await startApp(config, { log });
  const { host, port } = app.smtp;
  const transport = createTransport({ host, port, ignoreTLS: true, pool: true });
  const body = 'x'.repeat(100_000);
  for (let i = 0; i < 60; i++) {
    await transport.sendMail({ from: 'a@b.test', to: 'c@d.test', subject: `${i}`, text: body });
  }
  transport.close();
  const answer = await fetch(`${app.url}/api/messages`);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ matched: 60, nextCursor: expect.any(String) });
  expect(JSON.parse(text).messages).toHaveLength(50);
  expect(text.length).toBeLessThan(body.length);
  await app.close({ graceMs: 0 });
});

test('"Anyone on the Wi-Fi can read my mail." It listens on loopback only', async ({ skip }) => {
  const config = defaultConfig({ smtpPort: 0, httpPort: 0, db: ':memory:' });
  const app = await startApp(config, { log });
  expect([app.smtp.host, app.http?.host]).toEqual(['127.0.0.1', '127.0.0.1']);
  const outward = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  try {
    if (outward === undefined) return skip('this machine has no other address');
    for (const port of [app.smtp.port, app.http?.port ?? 0]) {
      expect(await reach(outward.address, port)).toBe('ECONNREFUSED');
    }
  } finally {
    await app.close({ graceMs: 0 });
  }
});

function reach(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
  });
}
