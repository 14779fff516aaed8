/** What every sink does, whether it runs in this process or is attached to over HTTP. */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, attachSink, createLog, defaultConfig, type Sink, startApp } from '../index.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { startSink } from './start-sink.ts';

const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });

async function startServer(changes: Parameters<typeof defaultConfig>[0] = {}): Promise<App> {
  const ports = { smtpPort: 0, httpPort: 0, db: ':memory:', connectionsMax: 500 } as const;
  return startApp(defaultConfig({ ...ports, ...changes }), { log });
}

const kinds: readonly (readonly [string, (waitMs: number) => Promise<[Sink, App | null]>])[] = [
  ['in this process', async (waitMs) => [await startSink({ waitMs }), null]],
  [
    'attached over HTTP',
    async (waitMs) => {
      const app = await startServer();
      return [await attachSink(app.url ?? '', { waitMs }), app];
    },
  ],
  [
    'attached with a password in the URL',
    async (waitMs) => {
      const app = await startServer({ httpAuth: { user: 'ann', password: 'p@ss:word' } });
      const url = new URL(app.url ?? '');
      url.username = 'ann';
      url.password = 'p@ss:word';
      return [await attachSink(url, { waitMs }), app];
    },
  ],
];

describe.each(kinds)('a sink %s', (_name, open) => {
  let sink: Sink;
  let app: App | null = null;

  beforeAll(async () => {
    [sink, app] = await open(60_000);
    return async () => {
      await sink.stop();
      await app?.close({ graceMs: 0 });
    };
  });

  async function send(to: string | readonly string[], subject: string, more: object = {}) {
    const transport = createTransport(sink.nodemailer());
    await transport.sendMail({
      from: 'App <app@acme.test>',
      to: [to].flat(),
      subject,
      text: 'Hi',
      ...more,
    });
  }

  test('what was acknowledged is there at once, even without time', async () => {
    const inbox = sink.inbox('Sign up, please!');
    expect(inbox.address).toMatch(/^sign-up-please@[0-9a-z]{8}\.inbox\.test$/);
    await send(inbox.address, 'Hello');
    expect((await inbox.next({}, 0)).subject).toBe('Hello');
  });

  test('a call that waits is told', async () => {
    const inbox = sink.inbox();
    const waiting = inbox.next({ subject: 'two' });
    await send(inbox.address, 'One');
    await send(inbox.address, 'Two');
    expect((await waiting).subject).toBe('Two');
    expect((await inbox.next()).subject).toBe('One');
  });

  test('each message is handed out once, whoever asks at the same time', async () => {
    const inbox = sink.inbox();
    const asking = Array.from({ length: 4 }, () => inbox.next());
    for (const subject of ['1', '2', '3', '4']) await send(inbox.address, subject);
    const found = await Promise.all(asking);
    expect(found.map(({ subject }) => subject).sort()).toEqual(['1', '2', '3', '4']);
    await inbox.none();
    expect(await inbox.all()).toHaveLength(4);
  });

  test('several at once, all or none', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'A');
    await expect(inbox.nextN(2, {}, 0)).rejects.toMatchObject({ code: 'MAIL_TIMEOUT' });
    await send(inbox.address, 'B');
    expect((await inbox.nextN(2)).map(({ subject }) => subject)).toEqual(['A', 'B']);
  });

  test('peek leaves the message there', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'Look');
    expect((await inbox.peek()).id).toBe((await inbox.next()).id);
  });

  test('none() is passed at once when nothing came, and fails when something did', async () => {
    const inbox = sink.inbox();
    await inbox.none();
    await send(inbox.address, 'Oh');
    await expect(inbox.none()).rejects.toMatchObject({ code: 'UNEXPECTED_MAIL' });
    await inbox.none({ subject: 'something else' });
  });

  test('none() sees whatever the kernel had before the call, connection and all', async () => {
    for (let i = 0; i < 10; i++) {
      const inbox = sink.inbox();
      await using client = await RawSmtpClient.connect({ port: sink.port, host: sink.host });
      // All at once and without a look at the replies: nobody has read any of it yet.
      const lines = ['EHLO c.test', 'MAIL FROM:<a@b.test>', `RCPT TO:<${inbox.address}>`];
      const octets = 'Subject: at once\r\n\r\n.\r\n';
      const sent = client.send(
        `${lines.join('\r\n')}\r\nBDAT ${octets.length - 3} LAST\r\n${octets.slice(0, -3)}`,
      );
      await Promise.all([
        sent,
        expect(inbox.none()).rejects.toMatchObject({ code: 'UNEXPECTED_MAIL' }),
      ]);
    }
  });

  test('a client that keeps its connection does not hold none() up', async () => {
    const inbox = sink.inbox();
    const transport = createTransport({ ...sink.nodemailer(), pool: true });
    await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'One' });
    await inbox.next();
    // With less time than any client would need to leave.
    await inbox.none({}, { quietMs: 20, timeoutMs: 5_000 });
    expect(await sink.sessions.all({ outcome: 'open', text: inbox.address })).toHaveLength(1);
    transport.close();
  });

  test('none() waits for a message that has begun to come', async () => {
    const inbox = sink.inbox();
    await using client = await RawSmtpClient.connect({ port: sink.port, host: sink.host });
    await client.readReply();
    for (const line of [
      'EHLO c.test',
      'MAIL FROM:<a@b.test>',
      `RCPT TO:<${inbox.address}>`,
      'DATA',
    ]) {
      await client.command(line);
    }
    const none = inbox.none().then(
      () => 'nothing',
      (error: Error) => error.name,
    );
    await client.send('Subject: slow\r\n\r\n');
    await client.command('.');
    expect(await none).toBe('UnexpectedMailError');
  });

  test('none() says so when it cannot tell', async () => {
    const inbox = sink.inbox();
    await using client = await RawSmtpClient.connect({ port: sink.port, host: sink.host });
    await client.readReply();
    for (const line of ['EHLO c.test', 'MAIL FROM:<a@b.test>']) await client.command(line);
    await expect(inbox.none({}, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'SINK_NOT_SETTLED',
    });
    await client.command('QUIT');
  });

  test('during() takes what comes of the act, not what was there', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'Before');
    const { value, mail } = await inbox.during(async () => {
      await send(inbox.address, 'After');
      return 7;
    });
    expect([value, mail.subject]).toEqual([7, 'After']);
  });

  test('stream() gives what is there and what comes, and ends with its signal', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'One');
    const end = new AbortController();
    const seen: string[] = [];
    for await (const mail of inbox.stream({}, { signal: end.signal })) {
      seen.push(mail.subject);
      if (seen.length === 1) await send(inbox.address, 'Two');
      else end.abort();
    }
    expect(seen).toEqual(['One', 'Two']);
  });

  test('a signal ends a wait', async () => {
    const inbox = sink.inbox();
    const end = new AbortController();
    const waiting = inbox.next({}, { signal: end.signal });
    end.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test('an address is matched whole and whatever its case, Bcc too', async () => {
    const { address } = sink.inbox();
    const [local, domain] = address.split('@');
    const box = sink.inboxOf(`Jim@${domain}`);
    await send([`bigjim@${domain}`, `${local}@${domain}`], 'Not for Jim');
    await send(`JIM@${domain?.toUpperCase()}`, 'For Jim');
    await send(`x@${domain}`, 'Blind', { bcc: `jim@${domain}` });
    const found = await box.nextN(2);
    expect(found.map(({ subject }) => subject)).toEqual(['For Jim', 'Blind']);
    await box.none();
    expect(await sink.inboxOf(`@${domain}`).all()).toHaveLength(3);
  });

  test('a login of its own leads to the inbox, and aliases do', async () => {
    const inbox = sink.inbox();
    const auth = { user: inbox.user, pass: inbox.pass };
    const transport = createTransport(sink.nodemailer({ auth }));
    await transport.sendMail({ from: 'a@b.test', to: 'boss@elsewhere.test', subject: 'By login' });
    await send(inbox.alias('news'), 'By alias');
    const found = await inbox.nextN(2);
    expect(found.map(({ subject }) => subject)).toEqual(['By login', 'By alias']);
    expect(found[0]?.envelope.user).toBe(inbox.user);
    expect(await sink.inboxOf(`user:${inbox.user}`).all()).toHaveLength(1);
  });

  test('a domain of the application’s can be asked for', async () => {
    const one = sink.inbox('team', { domain: 'acme.test' });
    const two = sink.inbox('team', { domain: 'acme.test' });
    expect(one.address).toMatch(/^team-[0-9a-z]{8}@acme\.test$/);
    await send(one.alias('a'), 'One');
    await send(two.address, 'Two');
    expect((await one.all()).map(({ subject }) => subject)).toEqual(['One']);
    expect((await two.all()).map(({ subject }) => subject)).toEqual(['Two']);
  });

  test('clearing takes only the own mail', async () => {
    const [one, two] = [sink.inbox(), sink.inbox()];
    await send(one.address, 'One');
    await send(two.address, 'Two');
    expect(await one.clear()).toBe(1);
    expect(await one.all()).toEqual([]);
    expect(await two.all()).toHaveLength(1);
    await two[Symbol.asyncDispose]();
    expect(await two.all()).toEqual([]);
  });

  test('a message is the same from both: octets, attachments, links, codes, wire', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'Rechnung für März', {
      html: '<p>Ihr Bestätigungscode lautet <b>730164</b></p><a href="https://acme.test/confirm?t=1">Bestätigen</a>',
      attachments: [{ filename: 'rechnung.pdf', content: Buffer.from([0, 255, 1, 254]) }],
    });
    const mail = await inbox.next({ subject: /^rechnung/i, attachment: '.pdf', body: 'lautet' });
    expect(mail.attachment('rechnung').bytes()).toEqual(Uint8Array.of(0, 255, 1, 254));
    expect(Buffer.from(mail.raw).toString('latin1')).toMatch(/^From: App <app@acme\.test>\r\n/);
    expect(mail.code()).toBe('730164');
    expect(mail.link('Bestätigen').pathname).toBe('/confirm');
    expect(mail.from).toEqual({ name: 'App', address: 'app@acme.test' });
    expect(mail.envelope).toMatchObject({ from: 'app@acme.test', tls: { protocol: 'TLSv1.3' } });
    expect(mail.headers.get('subject')).toBe('Rechnung für März');
    expect(mail.session.transcript()).toContain(`RCPT TO:<${inbox.address}>`);
    expect(mail.timings.dataMs).toBeGreaterThanOrEqual(0);
    expect(mail.problems()).toEqual([]);
    expect(mail.snapshot()).toContain('<code>');
    const session = await sink.sessions.next({ text: inbox.address });
    expect(session.messageIds).toContain(mail.id);
  });

  test('a failed wait tells the same from both', async () => {
    const inbox = sink.inbox();
    await send(inbox.address, 'Welcome');
    const error = await inbox.next({ subject: 'Confirm' }, 30).catch((reason) => reason);
    expect(error.name).toBe('MailTimeoutError');
    expect(error.causes[0]).toMatchObject({ kind: 'near-miss' });
    expect(error.message).toContain('subject ✗ (has Welcome)');
    expect(error.stack).toContain('conformance.test.ts');
    const session = await sink.sessions.next({ text: inbox.address });
    expect(session.outcome).toBe('delivered');
  });

  test('a fault hits its inbox only, tells that it fired, and is gone with its block', async () => {
    const [mine, other] = [sink.inbox(), sink.inbox()];
    {
      await using fault = await mine.faults.add({
        at: 'rcpt',
        when: { times: 2 },
        effect: { kind: 'reply', code: 452 },
        mustFire: true,
      });
      await send(other.address, 'Not hit');
      const fired = fault.fired(2);
      await expect(send(mine.address, 'One')).rejects.toThrow('452');
      await expect(send(mine.address, 'Two')).rejects.toThrow('452');
      expect((await fired).map(({ text }) => text)).toEqual(['452', '452']);
      await send(mine.address, 'Three');
      await expect(fault.fired(3, 10)).rejects.toMatchObject({ name: 'FaultNotFiredError' });
    }
    expect((await mine.all()).map(({ subject }) => subject)).toEqual(['Three']);
    expect((await other.all()).map(({ subject }) => subject)).toEqual(['Not hit']);
  });

  test('a fault that caused a time-out is named as the cause', async () => {
    const inbox = sink.inbox();
    await using fault = await inbox.faults.add({
      name: 'mailbox full',
      at: 'rcpt',
      effect: { kind: 'reply', code: 452 },
    });
    await expect(send(inbox.address, 'One')).rejects.toThrow('452');
    const error = await inbox.next({}, 20).catch((reason) => reason);
    expect(error.causes[0]).toMatchObject({ kind: 'fault' });
    expect(error.message).toContain('Faults that fired: rcpt 452');
    expect(error.message).toContain('"mailbox full"');
    await fault.remove();
  });

  test('a fault that says what cannot be is an error', async () => {
    const effect = { kind: 'reply', code: 250 } as const;
    await expect(sink.inbox().faults.add({ at: 'rcpt', effect })).rejects.toThrow(/code/);
  });

  test('a rule that must fire and did not is an error at its end', async () => {
    const effect = { kind: 'reply', code: 452 } as const;
    const fault = await sink.inbox().faults.add({ at: 'rcpt', effect, mustFire: true });
    await expect(fault[Symbol.asyncDispose]()).rejects.toMatchObject({
      name: 'FaultNotFiredError',
    });
  });

  test('two hundred tests at once never see each other’s mail', { timeout: 120_000 }, async () => {
    const transport = createTransport({ ...sink.nodemailer(), pool: true, maxConnections: 20 });
    const inboxes = Array.from({ length: 200 }, (_, i) => sink.inbox(`test ${i}`));
    const seen = await Promise.all(
      inboxes.map(async (inbox, i) => {
        const waiting = inbox.nextN(2);
        await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: `${i}: one` });
        await transport.sendMail({ from: 'a@b.test', to: inbox.alias('x'), subject: `${i}: two` });
        const found = (await waiting).map(({ subject }) => subject).sort();
        return [found, (await inbox.all()).length];
      }),
    );
    transport.close();
    expect(seen).toEqual(inboxes.map((_, i) => [[`${i}: one`, `${i}: two`], 2]));
  });
});

describe('what is only for a shared server', () => {
  let app: App;
  let one: Sink;
  let two: Sink;

  beforeAll(async () => {
    app = await startServer();
    return () => app.close({ graceMs: 0 });
  });
  beforeEach(async () => {
    one = await attachSink(app.url ?? '');
    two = await attachSink(app.url ?? '');
    return () => Promise.all([one.stop(), two.stop()]);
  });
  afterAll(() => {});

  test('one cannot take away the mail of the others, unless it insists', async () => {
    await expect(one.reset()).rejects.toMatchObject({ code: 'SINK_SHARED' });
    await expect(one.clear()).rejects.toMatchObject({ code: 'SINK_SHARED' });
    const inbox = two.inbox();
    const transport = createTransport(two.nodemailer());
    await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Mine' });
    await one.reset({ force: true });
    expect(await inbox.all()).toEqual([]);
  });

  test('after stop() nothing can be waited for, and the server goes on', async () => {
    const waiting = one.next({}, 10_000);
    await one.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'SINK_STOPPED' });
    await expect(one.next()).rejects.toMatchObject({ code: 'SINK_STOPPED' });
    await two.inbox().none();
  });

  test('a server that is not there, is none of ours, or wants a password', async () => {
    const gone = attachSink('http://127.0.0.1:1');
    await expect(gone).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' });
    await expect(attachSink('mail.test')).rejects.toMatchObject({ code: 'SINK_ARGUMENT' });
    const locked = await startServer({ httpAuth: { user: 'ann', password: 'secret' } });
    await expect(attachSink(locked.url ?? '')).rejects.toThrow('asks for a user and password');
    const auth = { user: 'ann', password: 'secret' };
    const sink = await attachSink(locked.url ?? '', { auth });
    await sink.stop();
    await locked.close({ graceMs: 0 });
  });
});
