/** What real clients make of faults: the cases for which people want them. */
import { createTransport, type SentMessageInfo } from 'nodemailer';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureCommands } from '../testing/debian-package.ts';
import { eventually } from '../testing/eventually.ts';
import { type FaultServer, startFaultServer } from '../testing/fault-server.ts';
import { startPostfixRelay } from '../testing/postfix-relay.ts';
import { runProgram } from '../testing/run-program.ts';

const installMs = 300_000;
const mail = { from: 'a@example.test', subject: 'x', text: 'hello' };

function transportTo(server: FaultServer, options = {}) {
  return createTransport({ host: '127.0.0.1', port: server.port, ignoreTLS: true, ...options });
}

/** As an application does it that tries again after what is temporary, and only then. */
async function sendWithRetries(send: () => Promise<SentMessageInfo>, attempts: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      return { attempt, info: await send() };
    } catch (error) {
      const { responseCode = 0 } = error as { readonly responseCode?: number };
      const isPermanent = responseCode >= 500;
      if (isPermanent || attempt === attempts) throw error;
    }
  }
}

describe('nodemailer', () => {
  test('452 twice, then success: one message, three sessions', async () => {
    await using server = await startFaultServer();
    using fault = server.control.add({
      at: 'rcpt',
      where: { recipient: '*@full.test' },
      when: { times: 2 },
      effect: { kind: 'reply', code: 452, enhanced: '4.2.2' },
      mustFire: true,
    });
    const transport = transportTo(server);
    const sent = await sendWithRetries(
      () => transport.sendMail({ ...mail, to: 'ada@full.test' }),
      5,
    );
    expect(sent.attempt).toBe(3);
    expect(await fault.fired(2)).toHaveLength(2);
    expect(server.messages).toHaveLength(1);
    expect(server.openedCount).toBe(3);
  });

  test('550 is not tried again', async () => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at: 'rcpt', effect: { kind: 'reply', code: 550 } });
    const transport = transportTo(server);
    await expect(
      sendWithRetries(() => transport.sendMail({ ...mail, to: 'gone@example.test' }), 5),
    ).rejects.toMatchObject({ responseCode: 550 });
    expect(fault.hitCount).toBe(1);
  });

  test('a lost reply: the naive retry sends twice', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'final', when: { times: 1 }, effect: { kind: 'store-then-fail' } });
    const transport = transportTo(server);
    const sent = await sendWithRetries(
      () => transport.sendMail({ ...mail, to: 'ada@example.test' }),
      3,
    );
    expect(sent.attempt).toBe(2);
    expect(server.messages).toHaveLength(2);
  });

  test('an accepted message that is lost', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'final', effect: { kind: 'lose' } });
    const info = await transportTo(server).sendMail({ ...mail, to: 'ada@example.test' });
    expect(info.response).toMatch(/^250 /);
    expect(server.messages).toEqual([]);
  });

  test('one recipient refused: exactly that one is reported', async () => {
    await using server = await startFaultServer();
    server.control.add({
      at: 'rcpt',
      where: { recipient: 'bob@*' },
      effect: { kind: 'reply', code: 550 },
    });
    const to = ['ada@example.test', 'bob@example.test', 'eve@example.test'];
    const info = await transportTo(server).sendMail({ ...mail, to });
    expect(info.accepted).toEqual(['ada@example.test', 'eve@example.test']);
    expect(info.rejected).toEqual(['bob@example.test']);
    expect(server.messages[0]?.envelope.forwardPaths.map(({ address }) => address)).toEqual([
      'ada@example.test',
      'eve@example.test',
    ]);
  });

  test('a pooled connection that is reset while idle: the next message gets a new one', async () => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at: 'idle', when: { times: 1 }, effect: { kind: 'reset' } });
    const transport = transportTo(server, { pool: true, maxConnections: 1 });
    await transport.sendMail({ ...mail, to: 'one@example.test' });
    await fault.fired();
    await eventually(() => server.closedCount).toBe(1);
    await transport.sendMail({ ...mail, to: 'two@example.test' });
    transport.close();
    expect(server.messages).toHaveLength(2);
    expect(server.openedCount).toBe(2);
  });

  test.each(['banner', 'mail', 'final'] as const)(
    'its own time-out ends a stall at %s',
    async (at) => {
      await using server = await startFaultServer();
      const fault = server.control.add({ at, effect: { kind: 'stall' } });
      const transport = transportTo(server, { greetingTimeout: 200, socketTimeout: 200 });
      await expect(transport.sendMail({ ...mail, to: 'ada@example.test' })).rejects.toMatchObject({
        code: 'ETIMEDOUT',
      });
      expect(fault.hitCount).toBe(1);
      await eventually(() => server.closedCount).toBe(1);
    },
  );

  test('a slow line and an old server are borne', async () => {
    await using server = await startFaultServer();
    server.control.scenario('old-server');
    server.control.add({ at: 'accept', effect: { kind: 'throttle', bytesPerSecond: 20_000 } });
    const text = 'long '.repeat(500);
    await transportTo(server).sendMail({ ...mail, text, to: 'ada@example.test' });
    expect(server.messages[0]?.sizeBytes).toBeGreaterThan(2_500);
  });
});

describe('swaks', () => {
  let missing: string | null = null;
  beforeAll(async () => {
    missing = await ensureCommands({
      packages: ['swaks'],
      probe: async () => {
        const ran = await runProgram('swaks', ['--version']);
        if (ran.code !== 0) throw new Error('swaks does not work');
      },
    });
  }, installMs);

  // Its exit status tells at which step it was refused.
  test.for<readonly [string, number, RegExp]>([
    ['452@rcpt.fault.test', 24, /<\*\* 452 4\.2\.2 /],
    ['user+data-451@x.fault.test', 25, /<\*\* 451 4\.3\.0 /],
    ['user+final-554@x.fault.test', 26, /<\*\* 554 5\.7\.1 /],
    ['user@x.fault.test', 0, /<- {2}250 2\.0\.0 Stored/],
  ])('to the magic address %s', async ([to, code, words], { skip }) => {
    if (missing !== null) return skip(missing);
    await using server = await startFaultServer();
    const where = ['--server', '127.0.0.1', '--port', `${server.port}`];
    const ran = await runProgram('swaks', [...where, '--from', 'a@example.test', '--to', to]);
    expect(ran.stdout).toMatch(words);
    expect(ran.code).toBe(code);
  });
});

describe('Postfix', () => {
  test(
    'comes back to a greylisting provider, and delivers once',
    async ({ skip }) => {
      await using server = await startFaultServer();
      const fault = server.control.add({ at: 'rcpt', when: { greylist: { waitMs: 1_000 } } });
      const started = await startPostfixRelay({
        relayPort: server.port,
        settings: async () => ({
          smtp_tls_security_level: 'none',
          queue_run_delay: '1s',
          minimal_backoff_time: '1s',
          maximal_backoff_time: '2s',
        }),
      });
      if ('reason' in started) return skip(started.reason);
      await using postfix = started;
      const transport = createTransport({ host: '127.0.0.1', port: postfix.port });
      await transport.sendMail({ ...mail, to: 'ada@example.test' });
      transport.close();
      await eventually(() => server.messages.length)
        .toBe(1)
        .catch(async (error: unknown) => {
          throw new Error(`Postfix said:\n${await postfix.log()}`, { cause: error });
        });
      expect(fault.hitCount).toBeGreaterThanOrEqual(1);
      expect(await postfix.log()).toMatch(/status=deferred.*451 4\.7\.1 Greylisted/);
      expect(await postfix.log()).toMatch(/status=sent/);
    },
    installMs,
  );
});
