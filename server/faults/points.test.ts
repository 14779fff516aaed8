/** Each effect at each point, over real sockets: what a client meets, and what is stored of it. */
import { describe, expect, test } from 'vitest';
import type { Observation } from '../smtp/protocol/session-types.ts';
import { eventually } from '../testing/eventually.ts';
import { startFaultServer, visit } from '../testing/fault-server.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { rawText } from '../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';
import type { FaultPoint, FaultSpec, SingleEffect } from './types.ts';

const untouched = '220 250 235 250 250 354 250 250 221 end';
const points = [
  'accept',
  'banner',
  'ehlo',
  'auth',
  'mail',
  'rcpt',
  'data',
  'body',
  'final',
  'idle',
] as const;

/** What came before a point. */
const before: Readonly<Record<(typeof points)[number], string>> = {
  accept: '',
  banner: '',
  ehlo: '220 ',
  auth: '220 250 ',
  mail: '220 250 235 ',
  rcpt: '220 250 235 250 ',
  data: '220 250 235 250 250 ',
  body: '220 250 235 250 250 354 ',
  final: '220 250 235 250 250 354 ',
  idle: '220 250 235 250 250 354 250 ',
};

test('without a fault nothing is different', async () => {
  await using server = await startFaultServer();
  expect(await visit({ port: server.port })).toBe(untouched);
  expect(server.messages).toHaveLength(1);
  expect(server.observations.filter((one) => one.kind === 'fault' || 'injected' in one)).toEqual(
    [],
  );
});

describe('a reply', () => {
  // What follows a refusal is refused by the order of commands.
  test.each<readonly [FaultPoint, string, number]>([
    ['accept', '451 end', 0],
    // RFC 5321 §3.1: a server whose greeting refuses waits for QUIT.
    ['banner', '451 503 503 503 503 503 503 221 end', 0],
    ['ehlo', '220 451 503 503 503 503 250 221 end', 0],
    ['auth', '220 250 451 250 250 354 250 250 221 end', 1],
    ['mail', '220 250 235 451 503 503 250 221 end', 0],
    ['rcpt', '220 250 235 250 451 503 250 221 end', 0],
    ['data', '220 250 235 250 250 451 250 221 end', 0],
    ['body', '220 250 235 250 250 354 451 end', 0],
    ['final', '220 250 235 250 250 354 451 250 221 end', 0],
  ])('at %s', async (at, expected, stored) => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at, effect: { kind: 'reply', code: 451 } });
    expect(await visit({ port: server.port })).toBe(expected);
    expect(server.messages).toHaveLength(stored);
    expect(fault.hits.map(({ point, text }) => `${point} ${text}`)).toEqual([`${at} 451`]);
  });

  test.each(points)('of 421 at %s is the last (RFC 5321 §3.8)', async (at) => {
    await using server = await startFaultServer();
    server.control.add({ at, effect: { kind: 'reply', code: 421 } });
    expect(await visit({ port: server.port })).toBe(`${before[at]}421 end`);
    expect(server.messages).toHaveLength(at === 'idle' ? 1 : 0);
  });

  test('has the status and the text that were given, in several lines', async () => {
    await using server = await startFaultServer();
    const text = ['first', '', 'third'];
    server.control.add({
      at: 'banner',
      effect: { kind: 'reply', code: 554, enhanced: null, text },
    });
    await using client = await RawSmtpClient.connect({ port: server.port });
    expect((await client.readReply()).wire).toBe('554-first\r\n554-\r\n554 third\r\n');
  });

  test('without a text says what is usual for its code and place, and whose it is', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'banner', effect: { kind: 'reply', code: 450 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    expect((await client.readReply()).wire).toBe(
      '450 4.2.1 Mailbox busy, try again later (fault f1)\r\n',
    );
  });

  test('to BDAT comes behind the octets, which are never read as commands', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'data', when: { times: 1 }, effect: { kind: 'reply', code: 451 } });
    const chunked = { port: server.port, chunked: true, message: 'QUIT\r\nQUIT\r\n' };
    expect(await visit(chunked)).toBe('220 250 235 250 250 451 250 221 end');
    expect(await visit(chunked)).toBe('220 250 235 250 250 250 250 221 end');
    expect(server.messages.map(rawText)).toEqual(['QUIT\r\nQUIT\r\n']);
  });

  test('does not use up the errors that a session may make', async () => {
    await using server = await startFaultServer({ errorsMax: 2 });
    server.control.add({ at: 'rcpt', effect: { kind: 'reply', code: 550 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(
      `EHLO x\r\nMAIL FROM:<a@b.test>\r\n${'RCPT TO:<c@d.test>\r\n'.repeat(5)}NOOP\r\n`,
    );
    expect((await client.readReplies(9)).map(({ code }) => code)).toEqual([
      220, 250, 250, 550, 550, 550, 550, 550, 250,
    ]);
  });
});

describe('the end of the connection', () => {
  test.each(
    points.flatMap((at) => (['reset', 'close'] as const).map((kind) => [at, kind] as const)),
  )('at %s by %s', async (at, kind) => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at, effect: { kind } });
    const ended = kind === 'reset' ? 'reset' : 'end';
    expect(await visit({ port: server.port })).toBe(`${before[at]}${ended}`);
    expect(server.messages).toHaveLength(at === 'idle' ? 1 : 0);
    expect(fault.hitCount).toBe(1);
    await eventually(() => server.closedCount).toBe(1);
  });

  test.each(['reset', 'close'] as const)(
    'by %s after so many octets of the message',
    async (kind) => {
      await using server = await startFaultServer();
      const fault = server.control.add({ at: 'body', effect: { kind, afterBytes: 30_000 } });
      expect(await visit({ port: server.port })).toBe(untouched);
      expect(fault.hitCount).toBe(0);
      await using client = await RawSmtpClient.connect({ port: server.port });
      await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n');
      await client.readReplies(5);
      await client.send('x'.repeat(29_999));
      expect(client.unread).toBe('');
      await client.send('x');
      await fault.fired();
      expect(await client.readToEnd()).toBe('');
      expect(server.messages).toHaveLength(1);
    },
  );

  test('inside TLS, and at the door of implicit TLS', async () => {
    const certificates = await makeTestCertificates();
    const secureContext = certificates.secureContext();
    await using server = await startFaultServer({
      tls: 'offered',
      smtpsPort: 0,
      secureContext: () => secureContext,
    });
    const { smtpsPort: port, control } = server;
    const tls = { rejectUnauthorized: false };
    using _mail = control.add({ at: 'mail', when: { times: 1 }, effect: { kind: 'reset' } });
    expect(await visit({ port, tls })).toBe('220 250 235 reset');
    for (const kind of ['reset', 'close'] as const) {
      using _accept = control.add({ at: 'accept', effect: { kind } });
      expect(await visit({ port, tls })).toMatch(/^(?:reset|end)$/);
    }
    {
      using _accept = control.add({ at: 'accept', effect: { kind: 'reply', code: 421 } });
      expect(await visit({ port, tls })).toBe('421 end');
    }
    using _slow = control.add({ at: 'accept', effect: { kind: 'delay', delayMs: 20 } });
    expect(await visit({ port, tls })).toBe(untouched);
  });
});

describe('a delay', () => {
  test.each(points)('at %s changes nothing but the time', async (at) => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at, effect: { kind: 'delay', delayMs: 60 } });
    const startedAtMs = performance.now();
    expect(await visit({ port: server.port })).toBe(untouched);
    // Timers have whole milliseconds.
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(59);
    expect(server.messages).toHaveLength(1);
    expect(fault.hits.map(({ text }) => text)).toEqual(['delay 60 ms']);
  });

  test('comes before a refusal, and behind the commit', async () => {
    await using server = await startFaultServer();
    const { control } = server;
    const fault = control.add({ at: 'final', effect: { kind: 'delay', delayMs: 600_000 } });
    const visitor = visit({ port: server.port });
    await fault.fired();
    await server.received(1);
    await server.smtp.close();
    // Whoever goes on talking to a server that has stopped is reset.
    expect(await visitor).toMatch(/^220 250 235 250 250 354 250 421 (?:end|reset)$/);
  });

  test('keeps pipelined replies in order', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'rcpt', when: { every: 2 }, effect: { kind: 'delay', delayMs: 5 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    const recipients = 'RCPT TO:<c@d.test>\r\n'.repeat(6);
    await client.send(`EHLO x\r\nMAIL FROM:<a@b.test>\r\n${recipients}VRFY x\r\nQUIT\r\n`);
    expect((await client.readReplies(11)).map(({ code }) => code)).toEqual([
      ...[220, 250, 250, 250, 250, 250, 250, 250, 250, 252, 221],
    ]);
  });

  test('ends when the client has gone, and its message is kept', async () => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at: 'data', effect: { kind: 'delay', delayMs: 600_000 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n');
    await client.send('BDAT 2 LAST\r\nxx');
    await fault.fired();
    client.reset();
    await eventually(() => server.closedCount).toBe(1);
    expect(server.messages).toHaveLength(1);
  });
});

describe('a stall', () => {
  test.each(points)('at %s: nothing is said until the server stops', async (at) => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at, effect: { kind: 'stall' } });
    const visitor = visit({ port: server.port });
    await fault.fired();
    await server.smtp.close({ graceMs: 600_000 });
    // Whoever went on talking to it meanwhile is reset.
    expect(await visitor).toMatch(new RegExp(`^${before[at]}421 (?:end|reset)$`));
    expect(server.messages).toHaveLength(at === 'idle' ? 1 : 0);
  });

  test.each(points)('at %s: the session is gone when the client has had enough', async (at) => {
    await using server = await startFaultServer();
    const fault = server.control.add({ at, effect: { kind: 'stall' } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(
      'EHLO x\r\nAUTH PLAIN AGFkYQBz\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n',
    );
    await client.send('DATA\r\n');
    await client.send('x\r\n.\r\n');
    await fault.fired();
    client.destroy();
    await eventually(() => server.closedCount).toBe(1);
    expect(server.smtp.bytesInFlight).toBe(0);
  });

  test('holds little of a client that goes on sending, and ends by itself', async () => {
    await using server = await startFaultServer({ patience: { stallMs: 200 } });
    const fault = server.control.add({ at: 'body', effect: { kind: 'stall' } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n');
    await client.readReplies(5);
    const flood = client.send(Buffer.alloc(20_000_000, 'x')).catch(() => {});
    await fault.fired();
    await eventually(() => server.closedCount).toBe(1);
    await flood;
    expect(server.messages).toEqual([]);
  });

  test('before a TLS handshake ends when the client does', async () => {
    const certificates = await makeTestCertificates();
    const secureContext = certificates.secureContext();
    await using server = await startFaultServer({
      tls: 'offered',
      smtpsPort: 0,
      secureContext: () => secureContext,
    });
    const fault = server.control.add({ at: 'accept', effect: { kind: 'stall' } });
    for (const ending of ['end', 'reset'] as const) {
      await using client = await RawSmtpClient.connect({ port: server.smtpsPort });
      await client.send('not a handshake');
      await fault.fired(server.openedCount);
      client[ending]();
      await eventually(() => server.closedCount).toBe(server.openedCount);
    }
    await using last = await RawSmtpClient.connect({ port: server.smtpsPort });
    await fault.fired(3);
    await server.smtp.close({ graceMs: 600_000 });
    expect(await last.readToEnd()).toBe('');
  });
});

describe('STARTTLS', () => {
  test.each<readonly [SingleEffect, string]>([
    [{ kind: 'reply', code: 454 }, '454 4.7.0 TLS not available at the moment (fault f1)\r\n'],
    [{ kind: 'close' }, ''],
    [{ kind: 'reset' }, ''],
  ])('%j', async (effect, expected) => {
    await using server = await startTlsServer();
    server.control.add({ at: 'starttls', effect });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\n');
    await client.readReplies(2);
    await client.sendLine('STARTTLS');
    const heard =
      effect.kind === 'reply' ? (await client.readReply()).wire : await client.readToEnd();
    expect(heard).toBe(expected);
    if (effect.kind === 'reply') expect((await client.command('NOOP')).code).toBe(250);
  });

  test('late, and what was sent meanwhile is not part of the session (RFC 3207 §4.2)', async () => {
    await using server = await startTlsServer();
    const fault = server.control.add({ at: 'starttls', effect: { kind: 'delay', delayMs: 50 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\n');
    await client.readReplies(2);
    await client.send('STARTTLS\r\n');
    await fault.fired();
    await client.send('MAIL FROM:<injected@example.test>\r\n');
    expect((await client.readReply()).code).toBe(220);
    await client.upgrade();
    expect((await client.command('RCPT TO:<c@d.test>')).code).toBe(503);
  });

  test('stalled', async () => {
    await using server = await startTlsServer();
    const fault = server.control.add({ at: 'starttls', effect: { kind: 'stall' } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nSTARTTLS\r\n');
    await client.readReplies(2);
    await fault.fired();
    await server.smtp.close({ graceMs: 600_000 });
    expect(await client.readToEnd()).toMatch(/^421 /);
  });
});

function isMailReply(observation: Observation): boolean {
  return observation.kind === 'reply' && observation.verb === 'MAIL';
}

async function startTlsServer() {
  const certificates = await makeTestCertificates();
  const secureContext = certificates.secureContext();
  return startFaultServer({ tls: 'offered', secureContext: () => secureContext });
}

describe('a slow line', () => {
  test('carries so many octets a second, both ways, and a reply in pieces', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'accept', effect: { kind: 'throttle', bytesPerSecond: 4_000 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    let pieces = 0;
    client.socket.on('data', () => pieces++);
    const startedAtMs = performance.now();
    await client.readReply();
    const ehlo = await client.command('EHLO x');
    const tookMs = performance.now() - startedAtMs;
    expect(ehlo.code).toBe(250);
    // 350 octets and more in slices of 80.
    expect(pieces).toBeGreaterThanOrEqual(4);
    expect(tookMs).toBeGreaterThanOrEqual((ehlo.wire.length / 4_000) * 1_000);
  });

  test('slows a message down, and delivers it whole', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'body', effect: { kind: 'throttle', bytesPerSecond: 40_000 } });
    const message = `Subject: slow\r\n\r\n${'.dots\r\n..and lines\r\n'.repeat(500)}`;
    const startedAtMs = performance.now();
    const stuffed = message.replaceAll('\r\n.', '\r\n..');
    expect(await visit({ port: server.port, message: stuffed })).toBe(untouched);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(
      (message.length / 40_000) * 1_000,
    );
    expect(server.messages.map(rawText)).toEqual([message]);
  });

  test('takes its time also for what came along with BDAT', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'body', effect: { kind: 'throttle', bytesPerSecond: 20_000 } });
    const startedAtMs = performance.now();
    const message = 'x'.repeat(3_998);
    expect(await visit({ port: server.port, chunked: true, message: `${message}\r\n` })).toBe(
      '220 250 235 250 250 250 250 221 end',
    );
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(150);
  });

  test('is slow behind TLS too, and stopping does not wait for it', async () => {
    await using server = await startTlsServer();
    server.control.add({ at: 'accept', effect: { kind: 'throttle', bytesPerSecond: 20_000 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    await client.command('EHLO x');
    await client.startTls();
    const startedAtMs = performance.now();
    const { wire } = await client.command('EHLO x');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual((wire.length / 20_000) * 1_000);
    server.control.add({ at: 'mail', effect: { kind: 'throttle', bytesPerSecond: 1 } });
    await client.send('MAIL FROM:<a@b.test>\r\n');
    await eventually(() => server.observations.some(isMailReply)).toBe(true);
    await server.smtp.close({ graceMs: 600_000 });
    expect(await client.readToEnd()).toMatch(/^250 2\.1\.0 [^\n]+\n421 4\.3\.2 [^\n]+\n$/);
  });

  test('with a half-closed client says all there is to say', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'accept', effect: { kind: 'throttle', bytesPerSecond: 20_000 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 1 LAST\r\nx');
    client.end();
    expect(await client.readToEnd()).toMatch(/\r\n250 2\.0\.0 Stored as \w+\r\n$/);
    expect(server.messages).toHaveLength(1);
  });
});

describe('what EHLO offers', () => {
  async function offers(spec: Omit<FaultSpec, 'at'>, options = {}) {
    const server = await startFaultServer(options);
    server.control.add({ at: 'ehlo', ...spec });
    const client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    const { lines } = await client.command('EHLO x');
    return {
      client,
      keywords: lines.slice(1),
      say: async (line: string) => (await client.command(line)).code,
      server,
      [Symbol.asyncDispose]: async () => {
        client.destroy();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  test('is hidden, invented and made smaller', async () => {
    const drop = ['PIPELINING', 'DSN', 'AUTH'];
    const effect = {
      kind: 'capabilities',
      drop,
      add: ['XFOO', 'AUTH XOAUTH2'],
      sizeBytes: 1_000,
    } as const;
    await using talk = await offers({ effect });
    expect(talk.keywords).toContain('SIZE 1000');
    expect(talk.keywords.slice(-2)).toEqual(['XFOO', 'AUTH XOAUTH2']);
    expect(talk.keywords.join(' ')).not.toMatch(/PIPELINING|DSN|PLAIN/);
  });

  test.each([
    ['AUTH', 'AUTH PLAIN AGFkYQBz', 502],
    ['SIZE', 'MAIL FROM:<a@b.test> SIZE=5', 555],
    ['8BITMIME', 'MAIL FROM:<a@b.test> BODY=8BITMIME', 555],
    ['BINARYMIME', 'MAIL FROM:<a@b.test> BODY=BINARYMIME', 555],
    ['SMTPUTF8', 'MAIL FROM:<a@b.test> SMTPUTF8', 555],
    ['DSN', 'MAIL FROM:<a@b.test> RET=FULL', 555],
    ['AUTH', 'MAIL FROM:<a@b.test> AUTH=<>', 555],
    ['DSN', 'MAIL FROM:<a@b.test>', 250],
    ['BINARYMIME', 'MAIL FROM:<a@b.test> BODY=8BITMIME', 250],
  ])('without %s, %s is answered %i', async (keyword, line, code) => {
    await using talk = await offers({ effect: { kind: 'capabilities', drop: [keyword] } });
    expect(await talk.say(line)).toBe(code);
    // The client's surprise is our doing, and no error of the protocol.
    expect(talk.server.observations.filter(({ kind }) => kind === 'error')).toEqual([]);
  });

  test('without CHUNKING the octets behind BDAT are still no commands', async () => {
    await using talk = await offers({ effect: { kind: 'capabilities', drop: ['CHUNKING'] } });
    await talk.client.send(
      'MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n',
    );
    const replies = await talk.client.readReplies(4);
    expect(replies.map(({ code }) => code)).toEqual([250, 250, 500, 250]);
  });

  test('without STARTTLS there is none', async () => {
    await using server = await startTlsServer();
    server.control.add({ at: 'ehlo', effect: { kind: 'capabilities', drop: ['STARTTLS'] } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    expect((await client.command('EHLO x')).wire).not.toContain('STARTTLS');
    expect((await client.command('STARTTLS')).code).toBe(502);
  });

  test('a smaller SIZE is kept to', async () => {
    await using talk = await offers({ effect: { kind: 'capabilities', sizeBytes: 10 } });
    expect(await talk.say('MAIL FROM:<a@b.test> SIZE=11')).toBe(552);
    expect(await talk.say('MAIL FROM:<a@b.test>')).toBe(250);
    expect(await talk.say('RCPT TO:<c@d.test>')).toBe(250);
    expect(await talk.say('BDAT 11 LAST\r\n123456789')).toBe(552);
    expect(await talk.say('MAIL FROM:<a@b.test>')).toBe(250);
    expect(await talk.say('RCPT TO:<c@d.test>')).toBe(250);
    expect(await talk.say('DATA')).toBe(354);
    expect(await talk.say('12345678901\r\n.')).toBe(552);
    expect(talk.server.messages).toEqual([]);
  });

  test('until the next EHLO', async () => {
    await using talk = await offers({
      when: { times: 1 },
      effect: { kind: 'capabilities', drop: ['AUTH'] },
    });
    expect(await talk.say('AUTH PLAIN AGFkYQBz')).toBe(502);
    expect((await talk.client.command('EHLO x')).wire).toContain('AUTH PLAIN');
    expect(await talk.say('AUTH PLAIN AGFkYQBz')).toBe(235);
  });
});

describe('after the message', () => {
  test('lose: 250 with an id, and nothing is stored', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'final', when: { times: 1 }, effect: { kind: 'lose' } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 1 LAST\r\nx');
    const lost = (await client.readReplies(5)).at(-1);
    expect(lost?.wire).toMatch(/^250 2\.0\.0 Stored as [0-9A-Za-z]{22}\r\n$/);
    expect(server.messages).toEqual([]);
    await client.send('MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 1 LAST\r\ny');
    expect((await client.readReplies(3)).map(({ code }) => code)).toEqual([250, 250, 250]);
    expect(server.messages.map(rawText)).toEqual(['y']);
  });

  test.each<readonly [Extract<SingleEffect, { kind: 'store-then-fail' }>['by'], string]>([
    [undefined, 'reset'],
    ['reset', 'reset'],
    ['close', 'end'],
    [{ code: 451 }, '451 250 221 end'],
    [{ code: 421 }, '421 end'],
  ])('store-then-fail by %j: stored, and no 250', async (by, expected) => {
    await using server = await startFaultServer();
    const effect = { kind: 'store-then-fail', ...(by === undefined ? {} : { by }) } as const;
    server.control.add({ at: 'final', effect });
    expect(await visit({ port: server.port })).toBe(`${before.final}${expected}`);
    expect(server.messages).toHaveLength(1);
    // Counted as stored, and not as acknowledged.
    expect(server.observations).toContainEqual(
      expect.objectContaining({ kind: 'stored', injected: 'said' }),
    );
  });

  test('store-then-fail by stall', async () => {
    await using server = await startFaultServer();
    server.control.add({ at: 'final', effect: { kind: 'store-then-fail', by: 'stall' } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send('EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 1 LAST\r\nx');
    await client.readReplies(4);
    await server.received(1);
    client.end();
    expect(await client.readToEnd()).toBe('');
  });

  test('a store that fails is a genuine refusal, whatever was to follow', async () => {
    await using server = await startFaultServer({
      intake: { append: async () => ({ kind: 'notStored', refusal: 'storageFull' }) },
    });
    server.control.add({ at: 'final', effect: { kind: 'store-then-fail' } });
    expect(await visit({ port: server.port })).toBe(`${before.final}452 250 221 end`);
  });

  test('idle after a lost message, and not after a refused one', async () => {
    await using server = await startFaultServer();
    const { control, port } = server;
    const idle = control.add({ at: 'idle', effect: { kind: 'reset' } });
    const steps = [{ kind: 'lose' }, { kind: 'reply', code: 550 }] as const;
    control.add({ at: 'final', effect: { kind: 'sequence', steps } });
    expect(await visit({ port })).toBe(`${before.idle}reset`);
    expect(await visit({ port })).toBe(`${before.final}550 250 221 end`);
    expect(idle.hits.map(({ recipients }) => recipients)).toEqual([['to@example.test']]);
  });
});

test('magic addresses work without any rule, and no other address does', async () => {
  await using server = await startFaultServer();
  const to = (recipient: string) => visit({ port: server.port, recipient });
  expect(await to('452@rcpt.fault.test')).toBe('220 250 235 250 452 503 250 221 end');
  expect(await to('user+final-reset@x.fault.test')).toBe(`${before.final}reset`);
  expect(await to('user+body-close@x.fault.test')).toBe(`${before.body}end`);
  expect(await to('user+idle-421@x.fault.test')).toBe(`${before.idle}421 end`);
  expect(await to('user+data-451@x.fault.test')).toBe(`${before.data}451 250 221 end`);
  expect(await to('user+once-421@x.fault.test')).toBe(`${before.rcpt}421 end`);
  expect(await to('user+once-421@x.fault.test')).toBe(untouched);
  expect(await to('user+what@x.fault.test')).toBe('220 250 235 250 553 503 250 221 end');
  expect(await to('user+final-reset@fault.test.example')).toBe(untouched);
});
