/** The check against Debian's spamd, and against servers that are none. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSpamd } from '../../testing/spamd-fixture.ts';
import { temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createSpamCheck } from './create-spam-check.ts';
import type { SpamdAddress } from './types.ts';

const limits = { timeoutMs: 20_000, messageBytesMax: 1_000, answerBytesMax: 10_000 };
const message = Buffer.from('Subject: s\r\n\r\nHello\r\n');

async function startPeer(answer: (socket: Socket) => void, path?: string) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    answer(socket);
  });
  server.listen(path ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const bound = server.address();
  return {
    address: (typeof bound === 'object' && bound !== null
      ? { host: '127.0.0.1', port: bound.port }
      : { socketPath: String(bound) }) satisfies SpamdAddress,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

test('spamd tells spam from mail', { timeout: 300_000 }, async ({ skip }) => {
  const spamd = await startSpamd();
  if ('reason' in spamd) return skip(spamd.reason);
  await using running = spamd;
  const check = createSpamCheck({ host: '127.0.0.1', port: running.port });
  const spam = await check.check(
    Buffer.from(
      `From: a@b.test\r\nSubject: s\r\n\r\n${gtube}\r\n pts rule name              description\r\n---- ---\r\n -99 FORGED                 x\r\n`,
    ),
  );
  expect(spam).toMatchObject({ isSpam: true, threshold: 5 });
  expect(spam.score).toBeGreaterThan(1_000);
  expect(spam.rules).toContainEqual({
    name: 'GTUBE',
    score: 1000,
    description: 'BODY: Generic Test for Unsolicited Bulk Email',
  });
  expect(spam.rules.map(({ name }) => name)).toContain('MISSING_DATE');
  expect(spam.rules.map(({ name }) => name)).not.toContain('FORGED');

  const mail = await check.check(
    Buffer.from(
      `From: Ann <ann@example.test>\r\nTo: bob@example.test\r\nSubject: Lunch\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <x1y2z3.456@example.test>\r\n\r\nShall we meet at noon?\r\n`,
    ),
  );
  expect(mail.isSpam).toBe(false);
  expect(mail.score).toBeLessThan(5);
});

test('one that listens on a path is asked in the same words', async () => {
  await using directory = await temporaryDirectory();
  const asked: Buffer[] = [];
  await using peer = await startPeer(
    (socket) => {
      socket.on('data', (octets) => asked.push(octets));
      socket.on('end', () =>
        socket.end('SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.1 / 5.0\r\n\r\nNothing.'),
      );
    },
    join(directory.path, 'spamd.sock'),
  );
  expect(await createSpamCheck(peer.address).check(message)).toMatchObject({ score: 0.1 });
  expect(Buffer.concat(asked).toString()).toBe(
    'REPORT SPAMC/1.5\r\nContent-length: 21\r\n\r\nSubject: s\r\n\r\nHello\r\n',
  );
});

test('a large message is not sent', async () => {
  let connections = 0;
  await using peer = await startPeer(() => {
    connections += 1;
  });
  const check = createSpamCheck(peer.address, limits);
  await expect(check.check(Buffer.alloc(1_001))).rejects.toThrow('larger than the 1000 octets');
  expect(connections).toBe(0);
});

test.each([
  ['says nothing', (_: Socket) => {}, 50, /no answer within 0\.05 s/],
  [
    'closes',
    (socket: Socket) => socket.destroy(),
    20_000,
    /closed the connection|ECONNRESET|EPIPE/,
  ],
  [
    'speaks something else',
    (socket: Socket) => socket.end('220 mx ESMTP\r\n'),
    20_000,
    /does not speak/,
  ],
  ['never ends', (socket: Socket) => socket.write('x'.repeat(100_000)), 20_000, /has no end/],
] as const)('a server that %s', async (_, answer, timeoutMs, why) => {
  await using peer = await startPeer(answer);
  const check = createSpamCheck(peer.address, { ...limits, timeoutMs });
  await expect(check.check(message)).rejects.toThrow(why);
});

test('no server', async () => {
  const peer = await startPeer(() => {});
  await peer[Symbol.asyncDispose]();
  await expect(createSpamCheck(peer.address, limits).check(message)).rejects.toThrow(
    /^spamd at 127\.0\.0\.1:\d+ could not be asked: .*ECONNREFUSED/,
  );
});
