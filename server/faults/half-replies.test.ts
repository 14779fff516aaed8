/** Replies that break off: so many octets of them, then the end; and whose message is stored. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { type FaultServer, startFaultServer } from '../testing/fault-server.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { rawText } from '../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';
import { checkSpec } from './check-spec.ts';
import type { FaultPoint } from './types.ts';

type Spoken = Exclude<FaultPoint, 'accept' | 'body' | 'idle'>;

/** What leads to the reply in question, how many replies come before it, and what it is. */
const dialogues: Readonly<Record<Spoken, readonly [lines: readonly string[], reply: RegExp]>> = {
  banner: [[], /^220 mx\.example\.test .+\r\n$/],
  ehlo: [['EHLO x'], /^250-mx\.example\.test .+\r\n(?:250-.+\r\n)+250 \S+\r\n$/],
  starttls: [['EHLO x', 'STARTTLS'], /^220 2\.0\.0 .+\r\n$/],
  auth: [['EHLO x', 'AUTH PLAIN AGFkYQBz'], /^235 2\.7\.0 .+\r\n$/],
  mail: [['EHLO x', 'MAIL FROM:<a@b.test>'], /^250 2\.1\.0 .+\r\n$/],
  rcpt: [['EHLO x', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>'], /^250 2\.1\.5 .+\r\n$/],
  data: [['EHLO x', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA'], /^354 .+\r\n$/],
  final: [
    ['EHLO x', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA', 'x\r\n.'],
    /^250 2\.0\.0 Stored as \w+\r\n$/,
  ],
};
const points = Object.keys(dialogues) as Spoken[];

async function start(): Promise<FaultServer> {
  const certificates = await makeTestCertificates();
  const secureContext = certificates.secureContext();
  return startFaultServer({ tls: 'offered', secureContext: () => secureContext });
}

/** Says all of it; leaves the reply that matters unread. */
async function leadTo(client: RawSmtpClient, at: Spoken): Promise<void> {
  for (const line of dialogues[at][0]) {
    await client.readReply();
    await client.sendLine(line);
  }
}

describe.each(points)('at %s', (at) => {
  const stored = at === 'final' ? 1 : 0;

  test.each(['close', 'reset'] as const)('so many octets of the reply, then %s', async (kind) => {
    await using server = await start();
    await using honest = await RawSmtpClient.connect({ port: server.port });
    await leadTo(honest, at);
    const whole = (await honest.readReply()).wire;
    expect(whole).toMatch(dialogues[at][1]);
    honest.destroy();
    const storedBefore = server.messages.length;
    for (const afterBytes of [1, 7, whole.length - 1]) {
      using fault = server.control.add({ at, effect: { kind, afterBytes } });
      await using client = await RawSmtpClient.connect({ port: server.port });
      const errors: string[] = [];
      client.socket.on('error', (error) => errors.push(String(error)));
      await leadTo(client, at);
      const heard = await client.readToEnd();
      // An id is another one each time.
      expect(heard.slice(0, 20)).toBe(whole.slice(0, Math.min(20, afterBytes)));
      expect(heard).toHaveLength(afterBytes);
      if (kind === 'reset') expect(errors.join()).toContain('ECONNRESET');
      else expect(errors).toEqual([]);
      expect(fault.hits.map(({ text }) => text)).toEqual([`${kind} after ${afterBytes} octets`]);
    }
    expect(server.messages).toHaveLength(storedBefore + 3 * stored);
    await eventually(() => server.closedCount).toBe(4);
  });

  test('so many octets of the reply, then silence until the server stops', async () => {
    await using server = await start();
    const fault = server.control.add({ at, effect: { kind: 'stall', afterBytes: 5 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await leadTo(client, at);
    await fault.fired();
    await client.sendLine('NOOP');
    await server.smtp.close({ graceMs: 600_000 });
    expect(await client.readToEnd()).toMatch(/^(?:220|250|235|354)[ -].421 4\.3\.2 [^\n]+\r\n$/);
    expect(server.messages).toHaveLength(stored);
  });

  test('is stopped from there: nothing that was sent ahead is carried out', async () => {
    await using server = await start();
    server.control.add({ at, effect: { kind: 'close', afterBytes: 3 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    const [lines] = dialogues[at];
    const ahead = 'RSET\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 1 LAST\r\ny';
    await client.send(`${lines.map((line) => `${line}\r\n`).join('')}${ahead}`);
    expect((await client.readToEnd()).slice(-3)).toMatch(/^(?:220|250|235|354)$/);
    expect(server.messages).toHaveLength(stored);
  });

  test('counts as no reply of the server, and the session says what was heard', async () => {
    await using server = await start();
    server.control.add({ at, effect: { kind: 'close', afterBytes: 6 } });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await leadTo(client, at);
    await client.readToEnd();
    const replies = server.observations.filter((one) => one.kind === 'reply');
    expect(replies).toHaveLength(dialogues[at][0].length);
    const said = server.observations.flatMap((one) => (one.kind === 'line' ? [one.line] : []));
    expect(said.slice(-2).map(({ from }) => from)).toEqual(['fault', 'server']);
    expect(said.at(-1)?.text).toMatch(/^\d{3}[ -]..$/);
    expect(server.observations).toContainEqual(
      expect.objectContaining({ kind: 'ended', outcome: 'fault' }),
    );
    expect(server.observations.filter(({ kind }) => kind === 'error')).toEqual([]);
  });
});

test('a reply shorter than that is said whole, and it is over all the same', async () => {
  await using server = await start();
  server.control.add({ at: 'mail', effect: { kind: 'close', afterBytes: 10_000 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await leadTo(client, 'mail');
  expect(await client.readToEnd()).toMatch(dialogues.mail[1]);
});

test('inside TLS the octets have left before the connection is reset', async () => {
  await using server = await start();
  server.control.add({ at: 'mail', effect: { kind: 'reset', afterBytes: 8 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await client.readReply();
  await client.command('EHLO x');
  await client.startTls();
  await client.command('EHLO x');
  await client.sendLine('MAIL FROM:<a@b.test>');
  expect(await client.readToEnd()).toBe('250 2.1.');
});

test('to BDAT LAST half a reply comes behind the octets, and they are stored', async () => {
  await using server = await start();
  const fault = server.control.add({ at: 'final', effect: { kind: 'reset', afterBytes: 4 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await leadTo(client, 'rcpt');
  await client.readReply();
  await client.send('BDAT 6 LAST\r\nQUIT\r\n');
  expect(await client.readToEnd()).toBe('250 ');
  expect(server.messages.map(rawText)).toEqual(['QUIT\r\n']);
  // Stored, and not acknowledged.
  expect(server.observations).toContainEqual(
    expect.objectContaining({ kind: 'stored', injected: 'said' }),
  );
  expect(fault.hitCount).toBe(1);
});

test('a message that cannot be stored is refused in full, and breaks nothing off', async () => {
  await using server = await startFaultServer({
    intake: { append: async () => ({ kind: 'notStored', refusal: 'storageFull' }) },
  });
  server.control.add({ at: 'final', effect: { kind: 'close', afterBytes: 4 } });
  await using client = await RawSmtpClient.connect({ port: server.port });
  await leadTo(client, 'final');
  expect((await client.readReply()).wire).toMatch(/^452 4\.3\.1 /);
  expect((await client.command('NOOP')).code).toBe(250);
});

test.each([
  ['accept', 5, 'nothing is said at accept; see banner'],
  ['idle', 5, 'nothing is said at idle; see final'],
  ['rcpt', 0, 'afterBytes is 1 or more'],
] as const)('at %s after %i octets is refused', (at, afterBytes, words) => {
  for (const kind of ['stall', 'reset', 'close'] as const) {
    expect(() => checkSpec({ at, effect: { kind, afterBytes } })).toThrow(words);
  }
});
