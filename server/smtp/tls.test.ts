import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { startTestServer, type TestServerOptions } from '../testing/smtp-test-server.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { makeTestCertificates, type TestCertificates } from '../testing/test-certificates.ts';

const run = promisify(execFile);
const envelope = 'MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

function startTlsServer(options: TestServerOptions = {}) {
  const secureContext = certificates.secureContext();
  return startTestServer({
    tls: 'offered',
    smtpsPort: 0,
    secureContext: () => secureContext,
    ...options,
  });
}

async function greeted(port: number): Promise<RawSmtpClient> {
  const client = await RawSmtpClient.connect({ port });
  await client.readReply();
  await client.command('EHLO client.example.test');
  return client;
}

const trusting = () => ({ ca: certificates.caPem, servername: 'localhost' });

describe('STARTTLS', () => {
  test('upgrades, and the message knows protocol, cipher and time', async () => {
    await using server = await startTlsServer();
    await using client = await greeted(server.port);
    expect((await client.startTls(trusting())).code).toBe(220);
    const ehlo = await client.command('EHLO client.example.test');
    expect(ehlo.lines).not.toContain('STARTTLS');
    await client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect((await client.readReplies(4)).at(-1)?.code).toBe(250);
    const [message] = await server.received(1);
    expect(message?.origin).toMatchObject({
      listener: 'smtp',
      tls: { protocol: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/), resumed: false },
    });
    expect(message?.timings.tlsMs).toBeGreaterThan(0);
    expect(server.handshakes).toEqual([
      { ok: true, reason: null, tls: message?.origin.tls, tookMs: expect.any(Number) },
    ]);
    expect(server.handshakes[0]?.tookMs).toBeGreaterThan(0);
  });

  test('what is pipelined behind it is discarded, never run (RFC 3207 §4.2)', async () => {
    await using server = await startTlsServer();
    await using client = await greeted(server.port);
    await client.send(`STARTTLS\r\n${envelope}`);
    expect((await client.readReply()).code).toBe(220);
    await client.upgrade(trusting());
    expect((await client.command('EHLO client.example.test')).code).toBe(250);
    expect((await client.command('RCPT TO:<b@example.test>')).code).toBe(503);
    expect((await client.command('NOOP')).code).toBe(250);
    expect(client.unread).toBe('');
  });

  test('plain commands between 220 and the handshake are never run either', async () => {
    await using server = await startTlsServer();
    await using client = await greeted(server.port);
    await client.command('STARTTLS');
    await client.send(`${envelope}DATA\r\n`);
    // OpenSSL says goodbye with an alert, which is no SMTP reply.
    expect(await client.readToEnd()).not.toMatch(/^\d{3} /m);
    await eventually(() => server.handshakes).toMatchObject([
      { ok: false, reason: 'the client sent something else than a TLS handshake' },
    ]);
    expect(server.observations.some((seen) => seen.kind === 'reply' && seen.verb === 'MAIL')).toBe(
      false,
    );
  });

  test('the state before the handshake is forgotten', async () => {
    await using server = await startTlsServer();
    await using client = await greeted(server.port);
    await client.startTls(trusting());
    expect((await client.command('MAIL FROM:<a@example.test>')).code).toBe(503);
  });
});

describe('a handshake that fails is counted with its reason and harms nobody', () => {
  async function expectFailure(
    reason: RegExp,
    fail: (client: RawSmtpClient) => Promise<unknown>,
    options: TestServerOptions = {},
  ) {
    await using server = await startTlsServer(options);
    await using bystander = await greeted(server.port);
    await using client = await greeted(server.port);
    await client.command('STARTTLS');
    await fail(client);
    await eventually(() => server.handshakes.length).toBe(1);
    expect(server.handshakes[0]).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
      tls: null,
      tookMs: expect.any(Number),
    });
    await eventually(() => server.closedCount).toBe(1);
    expect(server.observations.filter((seen) => seen.kind === 'ended')).toMatchObject([
      { outcome: 'aborted' },
    ]);
    expect((await bystander.command('NOOP')).code).toBe(250);
    expect(server.failures).toEqual([]);
    expect(server.smtp.connectionCount).toBe(1);
  }

  test('not TLS', () =>
    expectFailure(/something else than a TLS handshake/, (client) =>
      client.send(Buffer.alloc(200, 0xff)),
    ));
  test('closed', () =>
    expectFailure(/closed the connection during/, async (client) => client.destroy()));
  test('reset', () =>
    expectFailure(/closed the connection during/, async (client) => client.reset()));
  test('too old', () =>
    expectFailure(/no TLS version as high as the minimum/, (client) =>
      client
        .upgrade({
          rejectUnauthorized: false,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        })
        .catch((error: unknown) => error),
    ));
  test('never begun', () =>
    expectFailure(/did not finish the handshake in time/, async () => {}, {
      patience: { handshakeMs: 50 },
    }));
});

test('a client that leaves the invitation unread is dropped', async () => {
  await using server = await startTlsServer({
    commandTimeoutMs: 300,
    patience: { lingerMs: 50 },
  });
  await using client = await RawSmtpClient.connect({ port: server.port, neverReads: true });
  await client.send(`EHLO c\r\n${'HELP\r\n'.repeat(9_000)}STARTTLS\r\n`);
  await eventually(() => server.closedCount).toBe(1);
  expect(server.smtp.connectionCount).toBe(0);
});

test('sockets that were upgraded, or nearly, are all given back', async () => {
  const openSockets = () =>
    process.getActiveResourcesInfo().filter((name) => /^TLSWrap|^TCPSocketWrap/.test(name)).length;
  await using server = await startTlsServer();
  const ends: readonly ((client: RawSmtpClient) => Promise<unknown>)[] = [
    async (client) => client.destroy(),
    async (client) => client.reset(),
    async (client) => client.send('no TLS at all'),
    async (client) => (await client.upgrade(trusting())).destroy(),
    async (client) => {
      await client.upgrade(trusting());
      await client.command('QUIT');
      client.end();
    },
  ];
  for (const end of [...ends, ...ends, ...ends]) {
    const client = await greeted(server.port);
    await client.command('STARTTLS');
    expect(openSockets()).toBeGreaterThanOrEqual(2);
    await end(client);
    await eventually(() => server.smtp.connectionCount).toBe(0);
    client.destroy();
  }
  expect(server.closedCount).toBe(server.openedCount);
  await eventually(openSockets).toBe(0);
});

describe('minimum version', () => {
  test('TLSv1.3 refuses TLSv1.2 and takes TLSv1.3', async () => {
    const secureContext = certificates.secureContext({ minVersion: 'TLSv1.3' });
    await using server = await startTlsServer({ secureContext: () => secureContext });
    await using old = await greeted(server.port);
    await expect(old.startTls({ ...trusting(), maxVersion: 'TLSv1.2' })).rejects.toThrow();
    await using young = await greeted(server.port);
    await young.startTls(trusting());
    expect((await young.command('NOOP')).code).toBe(250);
  });
});

describe('implicit TLS', () => {
  test('greets after the handshake and offers no STARTTLS', async () => {
    await using server = await startTlsServer();
    await using client = await RawSmtpClient.connect({ port: server.smtpsPort, tls: trusting() });
    expect((await client.readReply()).code).toBe(220);
    expect((await client.command('EHLO client.example.test')).lines).not.toContain('STARTTLS');
    await client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect((await client.readReplies(4)).at(-1)?.code).toBe(250);
    const [message] = await server.received(1);
    expect(message?.origin).toMatchObject({ listener: 'smtps', tls: { protocol: 'TLSv1.3' } });
  });

  test('beyond the limit 421 is said inside TLS', async () => {
    await using server = await startTlsServer({ connectionsMax: 1 });
    await using first = await RawSmtpClient.connect({ port: server.smtpsPort, tls: trusting() });
    await first.readReply();
    await using second = await RawSmtpClient.connect({ port: server.smtpsPort, tls: trusting() });
    expect(await second.readToEnd()).toMatch(/^421 4\.7\.0 /);
  });

  test('a client that never begins the handshake does not hold up the close', async () => {
    await using server = await startTlsServer();
    await using silent = await RawSmtpClient.connect({ port: server.smtpsPort });
    await eventually(() => server.smtp.connectionCount).toBe(1);
    await server.smtp.close({ graceMs: 60_000 });
    expect(await silent.readToEnd()).toBe('');
  });
});

describe('session resumption', () => {
  const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

  for (const version of versions) {
    test(`STARTTLS, ${version}`, async () => {
      await using server = await startTlsServer();
      const options = { ...trusting(), minVersion: version, maxVersion: version };
      await using first = await greeted(server.port);
      await first.command('STARTTLS');
      const session = ticketOf(await first.upgrade(options));
      await first.command('NOOP');
      await using second = await greeted(server.port);
      await second.command('STARTTLS');
      const resumed = await second.upgrade({ ...options, session: await session });
      expect(resumed.isSessionReused()).toBe(true);
      await second.send(`${'EHLO c\r\n'}${envelope}DATA\r\nx\r\n.\r\n`);
      await second.readReplies(5);
      expect(server.messages[0]?.origin.tls).toMatchObject({ protocol: version, resumed: true });
    });

    test(`implicit TLS, ${version}, with a ticket from STARTTLS`, async () => {
      await using server = await startTlsServer();
      const options = { ...trusting(), minVersion: version, maxVersion: version };
      await using first = await greeted(server.port);
      await first.command('STARTTLS');
      const session = ticketOf(await first.upgrade(options));
      await first.command('NOOP');
      const resumed = connectTls({
        ...options,
        host: '127.0.0.1',
        port: server.smtpsPort,
        session: await session,
      });
      await new Promise<void>((resolve, reject) => {
        resumed.once('secureConnect', resolve);
        resumed.once('error', reject);
      });
      expect(resumed.isSessionReused()).toBe(true);
      resumed.destroy();
    });
  }

  test('openssl s_client resumes over STARTTLS', async ({ skip }) => {
    const version = await run('openssl', ['version']).catch(() => null);
    if (version === null) return skip('openssl is not installed');
    await using directory = await temporaryDirectory();
    await using server = await startTlsServer();
    const caFile = join(directory.path, 'ca.pem');
    const sessionFile = join(directory.path, 'session.pem');
    await writeFile(caFile, certificates.caPem);
    const client = (...extra: string[]) =>
      openssl('QUIT\r\n', [
        's_client',
        ...['-connect', `127.0.0.1:${server.port}`, '-starttls', 'smtp', '-crlf', '-quiet'],
        ...['-no_ign_eof', '-CAfile', caFile, '-verify_return_error', '-servername', 'localhost'],
        ...extra,
      ]);
    await client('-tls1_2', '-sess_out', sessionFile);
    await client('-tls1_2', '-sess_in', sessionFile);
    const notes = server.observations.flatMap((seen) =>
      seen.kind === 'line' && seen.line.from === 'note' ? [seen.line.text] : [],
    );
    expect(notes).toHaveLength(2);
    expect(notes[0]).not.toContain('resumed');
    expect(notes[1]).toContain('resumed');
  });
});

/** The ticket comes with the handshake in TLS 1.2 and soon after it in TLS 1.3. */
function ticketOf(socket: TLSSocket): Promise<Buffer> {
  const session = socket.getSession();
  if (socket.getProtocol() === 'TLSv1.2' && session !== undefined) return Promise.resolve(session);
  return new Promise((resolve) => socket.once('session', resolve));
}

function openssl(input: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('openssl', args, (error, _stdout, stderr) => {
      if (error) reject(new Error(`openssl failed: ${stderr}`));
      else resolve();
    });
    child.stdin?.end(input);
  });
}
