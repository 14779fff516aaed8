/** TLS on a line that a fault made slow: the handshake takes its time too, and none of it is ours. */

import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createMetrics } from '../metrics/metrics.ts';
import { eventually } from '../testing/eventually.ts';
import { startFaultServer, visit } from '../testing/fault-server.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { rawText, type TestServerOptions } from '../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';
import type { FaultPoint } from './types.ts';

const bytesPerSecond = 20_000;
const throttled = { kind: 'throttle', bytesPerSecond } as const;

async function start(options: TestServerOptions = {}) {
  const certificates = await makeTestCertificates();
  const secureContext = certificates.secureContext();
  return startFaultServer({
    tls: 'offered',
    smtpsPort: 0,
    secureContext: () => secureContext,
    ...options,
  });
}

/** From the 220 to the end of the handshake: milliseconds, and octets each way. */
async function upgrade(client: RawSmtpClient, options?: ConnectionOptions) {
  const { socket } = client;
  const before = { read: socket.bytesRead, written: socket.bytesWritten };
  const startedAtMs = performance.now();
  await client.upgrade({ rejectUnauthorized: false, ...options });
  return {
    tookMs: performance.now() - startedAtMs,
    bytes: socket.bytesRead - before.read + socket.bytesWritten - before.written,
  };
}

test.each<FaultPoint>(['accept', 'banner', 'ehlo', 'starttls'])(
  'from %s on: the handshake, and what follows in it',
  async (at) => {
    await using server = await start();
    server.control.add({ at, effect: throttled });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    await client.command('EHLO x');
    await client.command('STARTTLS');
    const { tookMs, bytes } = await upgrade(client);
    expect(bytes).toBeGreaterThan(1_000);
    // The two sides speak in turn.
    expect(tookMs).toBeGreaterThanOrEqual((bytes / bytesPerSecond) * 1_000 * 0.9);
    const startedAtMs = performance.now();
    const { wire } = await client.command('EHLO x');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(
      (wire.length / bytesPerSecond) * 1_000,
    );
    const message = `Subject: x\r\n\r\n${'0123456789'.repeat(100)}\r\n`;
    await client.command('MAIL FROM:<a@b.test>');
    await client.command('RCPT TO:<c@d.test>');
    expect(
      (await client.command(`BDAT ${message.length} LAST\r\n${message.slice(0, -2)}`)).code,
    ).toBe(250);
    expect(server.messages.map(rawText)).toEqual([message]);
    expect((await client.command('QUIT')).code).toBe(221);
    client.end();
    expect(await client.readToEnd()).toBe('');
    await eventually(() => server.closedCount).toBe(1);
  },
);

test('implicit TLS from the first octet on', async () => {
  await using server = await start();
  server.control.add({ at: 'accept', effect: throttled });
  const startedAtMs = performance.now();
  const tls = { rejectUnauthorized: false };
  await using client = await RawSmtpClient.connect({ port: server.smtpsPort, tls });
  const tookMs = performance.now() - startedAtMs;
  // More than this has to come, and in clear.
  const { socket } = client;
  const bytes = socket instanceof TLSSocket ? socket.getPeerCertificate(true).raw.length : 0;
  expect(bytes).toBeGreaterThan(300);
  expect(tookMs).toBeGreaterThanOrEqual((bytes / bytesPerSecond) * 1_000);
  expect(await visit({ port: server.smtpsPort, tls })).toBe(
    '220 250 235 250 250 354 250 250 221 end',
  );
});

test('a slower rule inside TLS slows the same line down further', async () => {
  await using server = await start();
  server.control.add({ at: 'starttls', effect: throttled });
  server.control.add({ at: 'mail', effect: { kind: 'throttle', bytesPerSecond: 500 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await client.readReply();
  await client.command('EHLO x');
  await client.startTls();
  await client.command('EHLO x');
  const startedAtMs = performance.now();
  const { wire } = await client.command('MAIL FROM:<a@b.test>');
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual((wire.length / 500) * 1_000);
});

test('breaking off inside it lets what was said before arrive', async () => {
  await using server = await start();
  server.control.add({ at: 'ehlo', effect: throttled });
  server.control.add({ at: 'mail', effect: { kind: 'reset', afterBytes: 8 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await client.readReply();
  await client.command('EHLO x');
  await client.startTls();
  await client.command('EHLO x');
  await client.sendLine('MAIL FROM:<a@b.test>');
  expect(await client.readToEnd()).toBe('250 2.1.');
});

test('stopping waits for none of it', async () => {
  await using server = await start();
  server.control.add({ at: 'starttls', effect: { kind: 'throttle', bytesPerSecond: 2_000 } });
  server.control.add({ at: 'mail', effect: { kind: 'throttle', bytesPerSecond: 1 } });
  await using secured = await RawSmtpClient.connect({ port: server.port });
  await secured.send('EHLO x\r\n');
  await secured.readReplies(2);
  await secured.startTls();
  await secured.send('EHLO x\r\n');
  await secured.readReply();
  await secured.send('MAIL FROM:<a@b.test>\r\n');
  await eventually(() =>
    server.observations.some((one) => one.kind === 'reply' && one.verb === 'MAIL'),
  ).toBe(true);
  await using shaking = await RawSmtpClient.connect({ port: server.port });
  await shaking.send('EHLO x\r\nSTARTTLS\r\n');
  await shaking.readReplies(3);
  await server.smtp.close({ graceMs: 600_000 });
  expect(await secured.readToEnd()).toMatch(/421 4\.3\.2 [^\n]+\n$/);
  expect(await shaking.readToEnd()).toBe('');
});

test('a handshake that is slow, or too slow, is not among our times and errors', async () => {
  const metrics = createMetrics({
    connectionsMax: 10,
    bytesInFlightMax: 1,
    backlog: 1,
    thresholds: {
      acceptP99CriticalMs: 100,
      acceptP99WarningMs: 50,
      errorRate: 0.01,
      connections: 0.9,
      throughput: 0.9,
      tlsFailures: 0.05,
    },
    onAlert: () => {},
  });
  await using server = await start({
    observer: metrics.observer,
    patience: { handshakeMs: 1_000 },
  });
  const slow = server.control.add({ at: 'starttls', when: { times: 1 }, effect: throttled });
  const never = { kind: 'throttle', bytesPerSecond: 200 } as const;
  server.control.add({ at: 'starttls', when: { skip: 1, times: 1 }, effect: never });
  const secure = async () => {
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    await client.command('EHLO x');
    await client.startTls();
    // In TLS 1.3 the client has done its part before the server has.
    await client.command('NOOP');
  };
  await secure();
  expect(slow.hitCount).toBe(1);
  await expect(secure()).rejects.toThrow();
  await eventually(() => server.handshakes.length).toBe(2);
  expect(server.handshakes.map(({ ok, injected }) => [ok, injected])).toEqual([
    [true, 'late'],
    [false, 'late'],
  ]);
  const { tls, errors, phases, faults } = metrics.document();
  expect(tls).toMatchObject({ handshakes_success: 1, handshakes_failed: 0 });
  expect(errors.tls_handshake_failed).toBe(0);
  expect(phases.tls_handshake.count).toBe(0);
  expect(faults.by_effect).toEqual({ throttle: 2 });
  await secure();
  expect(metrics.document().phases.tls_handshake.count).toBe(1);
  await metrics.close();
});
