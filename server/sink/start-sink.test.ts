/** What a sink can be asked to be, and what it tells of itself. */
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { type SinkOptions, sinkFromEnv, startSink } from '../index.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

test.each([
  [{ waitMs: -1 }, 'waitMs'],
  [{ waitMs: Number.NaN }, 'waitMs'],
] as const)('%o is refused', async (options, told) => {
  await expect(startSink(options)).rejects.toThrow(told);
});

test('it tells clients where it is', async () => {
  await using sink = await startSink();
  expect(sink).toMatchObject({ host: '127.0.0.1', webUrl: null, isShared: false });
  expect(sink.url).toBe(`smtp://127.0.0.1:${sink.port}`);
  const port = String(sink.port);
  expect(sink.env()).toEqual({ SMTP_URL: sink.url, SMTP_HOST: '127.0.0.1', SMTP_PORT: port });
  expect(Object.keys(sink.env('MAIL_'))).toEqual(['MAIL_URL', 'MAIL_HOST', 'MAIL_PORT']);
  expect(sink.nodemailer({ pool: true })).toMatchObject({ port: sink.port, pool: true });
});

test('with the page messages and sessions have an address there', async () => {
  await using sink = await startSink({ web: true });
  expect(sink.env()).toMatchObject({ PRIXFIXE_URL: sink.webUrl });
  const inbox = sink.inbox();
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Hi' });
  const mail = await inbox.next();
  expect(mail.webUrl).toBe(`${sink.webUrl}/messages/${mail.id}`);
  expect(mail.session.webUrl).toBe(`${sink.webUrl}/sessions/${mail.session.id}`);
  expect((await fetch(`${sink.webUrl}/api/messages/${mail.id}`)).status).toBe(200);
});

test.each<[SinkOptions, object, string | null]>([
  [{ tls: 'offered' }, {}, null],
  [{ tls: 'required' }, {}, null],
  [{ tls: 'required' }, { ignoreTLS: true }, '530'],
  [{ tls: 'implicit' }, {}, null],
  [{ tls: 'off' }, {}, null],
  [{ tls: 'off' }, { requireTLS: true }, '5'],
  [{ auth: 'required' }, { auth: { user: 'any', pass: 'thing' } }, null],
  [{ auth: 'required' }, {}, '530'],
  [{ auth: [{ user: 'a', password: 'b' }] }, { auth: { user: 'a', pass: 'x' } }, '535'],
  [{ limits: { messageBytes: 100 } }, {}, '552'],
])('%o and a client with %o', async (options, client, refusal) => {
  await using sink = await startSink(options);
  expect(sink.ca === null).toBe(options.tls === 'off');
  const inbox = sink.inbox();
  const transport = createTransport(sink.nodemailer(client));
  const sending = transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Hi' });
  if (refusal === null) {
    await sending;
    const mail = await inbox.next({}, 0);
    expect(mail.envelope.tls === null).toBe(options.tls === 'off');
  } else {
    await expect(sending).rejects.toThrow(refusal);
  }
});

test('a signal stops it', async () => {
  const end = new AbortController();
  const sink = await startSink({ signal: end.signal });
  const waiting = sink.next();
  end.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'SINK_STOPPED' });
  await sink.stop();
});

test('a file keeps the mail', async () => {
  await using folder = await temporaryDirectory();
  const store = { file: join(folder.path, 'mail.db') };
  const first = await startSink({ store });
  const { address } = first.inbox();
  const transport = createTransport(first.nodemailer());
  await transport.sendMail({ from: 'a@b.test', to: address, subject: 'Kept' });
  await first.stop();
  await using second = await startSink({ store });
  expect((await second.inboxOf(address).next()).subject).toBe('Kept');
});

test('the environment decides between attaching and starting', async () => {
  await using own = await sinkFromEnv({});
  expect(own.isShared).toBe(false);
  await using server = await startSink({ web: true });
  await using shared = await sinkFromEnv({ PRIXFIXE_URL: server.webUrl ?? '' });
  expect(shared).toMatchObject({ isShared: true, port: server.port });
});

test('nothing is under way in a sink that nobody uses', async () => {
  await using sink = await startSink();
  await sink.settle({ timeoutMs: 0 });
  await sink.reset();
  expect(await sink.all()).toEqual([]);
  expect(() => sink.inboxOf('nonsense')).toThrow('takes an address, a domain');
  expect(() => sink.inboxOf('a@b.test').alias('x')).toThrow('Only sink.inbox() makes addresses');
});
