/** The aim: the counters are what clients counted, to the message, and latencies what was timed. */
import { describe, expect, test } from 'vitest';
import type { StoreOutcome } from '../../db/types.ts';
import type { SmtpServerOptions } from '../smtp/types.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { startTestServer, type TestServerOptions } from '../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';
import { createMetrics } from './metrics.ts';

const thresholds = {
  acceptP99CriticalMs: 100,
  acceptP99WarningMs: 50,
  errorRate: 0.01,
  connections: 0.9,
  throughput: 0.9,
  tlsFailures: 0.05,
};

async function startMeasured(options: TestServerOptions = {}) {
  const metrics = createMetrics({
    connectionsMax: options.connectionsMax ?? 100,
    bytesInFlightMax: 1_000,
    backlog: 256,
    thresholds,
    onAlert: () => {},
  });
  const server = await startTestServer({ ...options, observer: metrics.observer });
  metrics.attachGauges({
    activeConnections: () => server.smtp.connectionCount,
    bytesInFlight: () => server.smtp.bytesInFlight,
    commitDepth: () => 0,
    readDepth: () => 0,
    databaseBytes: async () => 4_096,
  });
  return {
    server,
    metrics,
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await metrics.close();
    },
  };
}

const envelope = 'MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n';

async function deliver(client: RawSmtpClient, text: string): Promise<void> {
  await client.send(`${envelope}DATA\r\n`);
  await client.readReplies(3);
  await client.send(`${text}\r\n.\r\n`);
  expect((await client.readReply()).code).toBe(250);
}

async function open(port: number): Promise<RawSmtpClient> {
  const client = await RawSmtpClient.connect({ port });
  expect((await client.readReply()).code).toBe(220);
  await client.command('EHLO x');
  return client;
}

test('before anything happened, everything is zero or null, and nothing is missing', async () => {
  await using measured = await startMeasured();
  const document = measured.metrics.document();
  expect(document).toMatchObject({
    type: 'smtp_metrics',
    connections: { active: 0, limit: 100, total_accepted: 0, accept_latency_p50: null },
    messages: { total_processed: 0, processing_latency_max: null, throughput_msgs_per_sec: 0 },
    errors: { timeout: 0, storage: 0, tls_handshake_failed: 0 },
    accept_queue: null,
    accept_queue_unavailable: expect.stringContaining('Nothing listens'),
    alerts: [],
    window: { seconds: 60 },
  });
  expect(document.windows.map(({ seconds }) => seconds)).toEqual([60, 300, 900]);
  expect(document.phases.read).toEqual({ count: 0, p50: null, p99: null, p999: null, max: null });
  expect(measured.metrics.distribution('accept', 0)).toMatchObject({ count: 0, points: [] });
  expect(measured.metrics.historyRow()).toBeNull();
});

test('messages, octets, replies: what 20 clients counted', async () => {
  await using measured = await startMeasured();
  const counted = { messages: 0, bytes: 0 };
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await using client = await open(measured.port);
      for (let message = 0; message <= index % 3; message++) {
        const text = `Subject: ${'x'.repeat(index)}\r\n\r\ntext`;
        await deliver(client, text);
        counted.messages += 1;
        counted.bytes += text.length + 2;
      }
      expect((await client.command('VRFY x')).code).toBe(252);
      expect((await client.command('QUIT')).code).toBe(221);
    }),
  );
  const document = measured.metrics.document();
  expect(document.messages.total_processed).toBe(counted.messages);
  expect(document.messages.bytes_transferred).toBe(counted.bytes);
  expect(document.connections.total_accepted).toBe(20);
  const { by_verb: verbs, by_code: codes } = document.replies;
  expect(verbs).toMatchObject({
    CONNECT: { 220: 20 },
    EHLO: { 250: 20 },
    MAIL: { 250: counted.messages },
    RCPT: { 250: counted.messages },
    DATA: { 354: counted.messages, 250: counted.messages },
    VRFY: { 252: 20 },
    QUIT: { 221: 20 },
  });
  expect(codes[250]).toBe(20 + 3 * counted.messages);
  for (const scope of [document.window, ...document.windows]) {
    expect(scope.messages.total_processed).toBe(counted.messages);
    expect(scope.phases.commit.count).toBe(counted.messages);
  }
  expect(document.phases.greeting.count).toBe(20);
  expect(measured.metrics.distribution('accept', 60).count).toBe(20);
  expect(measured.metrics.distribution('processing', 900).count).toBe(counted.messages);
  await eventually(() => measured.metrics.document().connections.active).toBe(0);
});

test('processing takes from MAIL to the last reply, the commit included', async () => {
  const answers: (() => void)[] = [];
  const append = (message: { readonly id: string }) =>
    new Promise<StoreOutcome>((resolve) => {
      answers.push(() => resolve({ kind: 'stored', id: message.id, seq: 1 }));
    });
  await using measured = await startMeasured({ intake: { append } });
  await using client = await open(measured.port);
  const startedMs = performance.now();
  await client.send(envelope);
  await client.readReplies(2);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await client.send('DATA\r\n');
  await client.readReply();
  await client.send('x\r\n.\r\n');
  await eventually(() => answers.length).toBe(1);
  const waitedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const storedAfterMs = performance.now() - waitedMs;
  answers[0]?.();
  await client.readReply();
  const tookMs = performance.now() - startedMs;
  const { messages, phases } = measured.metrics.document();
  expect(phases.commit.max).toBeGreaterThanOrEqual(storedAfterMs - 2);
  expect(messages.processing_latency_max).toBeGreaterThanOrEqual((phases.commit.max ?? 0) + 28);
  expect(messages.processing_latency_max).toBeLessThanOrEqual(tookMs);
});

describe('what went wrong is counted by its name', () => {
  test.each<[string, Partial<SmtpServerOptions>, (port: number) => Promise<void>]>([
    [
      'parse_error',
      {},
      async (port) => {
        await using client = await open(port);
        expect((await client.command('MAIL FROM:nobody')).code).toBe(501);
      },
    ],
    [
      'message_too_large',
      { messageBytesMax: 10 },
      async (port) => {
        await using client = await open(port);
        await client.send(`${envelope}DATA\r\n`);
        await client.readReplies(3);
        await client.send(`${'x'.repeat(50)}\r\n.\r\n`);
        expect((await client.readReply()).code).toBe(552);
      },
    ],
    [
      'auth_failed',
      { credentials: [{ user: 'a', password: 'b' }] },
      async (port) => {
        await using client = await open(port);
        expect((await client.command('AUTH PLAIN AGEAYw==')).code).toBe(535);
      },
    ],
    [
      'timeout',
      { commandTimeoutMs: 50 },
      async (port) => {
        await using client = await RawSmtpClient.connect({ port });
        expect((await client.readReplies(2)).at(-1)?.code).toBe(421);
      },
    ],
    [
      'aborted',
      {},
      async (port) => {
        await using client = await open(port);
        await client.send(envelope);
        await client.readReplies(2);
        client.socket.destroy();
      },
    ],
  ])('%s', async (error, options, provoke) => {
    await using measured = await startMeasured(options);
    await provoke(measured.port);
    await eventually(() => measured.metrics.document().errors).toMatchObject({ [error]: 1 });
    const { errors } = measured.metrics.document();
    expect(Object.values(errors).reduce((sum, count) => sum + count)).toBe(1);
  });

  test('a refused connection, by reason and address; it waited and was accepted too', async () => {
    await using measured = await startMeasured({ connectionsMax: 1 });
    await using first = await open(measured.port);
    await using second = await RawSmtpClient.connect({ port: measured.port });
    expect((await second.readReply()).code).toBe(421);
    expect(first.socket.destroyed).toBe(false);
    const { connections, errors, replies, phases } = measured.metrics.document();
    expect(connections).toMatchObject({
      active: 1,
      limit: 1,
      total_accepted: 2,
      refused: { too_many_connections: 1, too_many_from_address: 0 },
      refused_by_address: [{ address: '127.0.0.1', count: 1 }],
    });
    expect(errors.too_many_connections).toBe(1);
    expect(replies.by_verb.CONNECT).toEqual({ 220: 1, 421: 1 });
    expect(phases.greeting.count).toBe(2);
  });
});

test('handshakes by result, protocol and cipher', async () => {
  const secureContext = (await makeTestCertificates()).secureContext();
  await using measured = await startMeasured({
    tls: 'offered',
    secureContext: () => secureContext,
    smtpsPort: 0,
  });
  {
    await using client = await open(measured.port);
    await client.startTls();
    await client.command('EHLO x');
    await deliver(client, 'x');
  }
  {
    await using client = await open(measured.port);
    await client.command('STARTTLS');
    await client.send('this is no handshake\r\n');
    await client.readToEnd();
  }
  await eventually(() => measured.metrics.document().tls.handshakes_failed).toBe(1);
  const { tls, errors, phases } = measured.metrics.document();
  expect(tls).toMatchObject({ handshakes_success: 1, resumed: 0, by_protocol: { 'TLSv1.3': 1 } });
  expect(Object.keys(tls.by_cipher)).toEqual([expect.stringMatching(/^TLS_/)]);
  expect(Object.values(tls.failed_by_reason)).toEqual([1]);
  expect(errors.tls_handshake_failed).toBe(1);
  expect(phases.tls_handshake.count).toBe(1);
});

test('what has happened since the last row can be had before the next', async () => {
  await using measured = await startMeasured();
  await using client = await open(measured.port);
  await deliver(client, '12345678');
  await client.command('NONSENSE');
  await eventually(() => measured.metrics.document().errors.parse_error).toBe(1);
  const { metrics } = measured;
  // The ten seconds may have ended meanwhile.
  const rows = [metrics.historyRow(), metrics.openRow()];
  expect(rows.some((row) => row?.errors.parse_error === 1)).toBe(true);
  const [, row] = rows;
  expect(row).toMatchObject({ active: 1, faults: {} });
  const { at, knownS } = metrics.openRow();
  expect(at % 10).toBe(0);
  expect(Math.abs(at + knownS - Date.now() / 1_000)).toBeLessThan(1);
});

test('at the end the open slot is a row of history', async () => {
  const measured = await startMeasured();
  {
    await using client = await open(measured.port);
    await deliver(client, '12345678');
    await client.command('NONSENSE');
  }
  await measured[Symbol.asyncDispose]();
  const row = measured.metrics.historyRow();
  expect(row).toMatchObject({
    throughput: 0.1,
    bytesPerSecond: 1,
    connectionsPerSecond: 0.1,
    refusedPerSecond: 0,
    tlsOk: 0,
    acceptQueueDepthMax: null,
    replies: { 220: 1, 354: 1 },
  });
  expect(row?.at).toBe(Math.floor((row?.at ?? 0) / 10) * 10);
  expect(row?.acceptMax).toBeGreaterThan(0);
  expect(row?.processingP50).toBeGreaterThan(0);
});
