/** Clients that mean no good, over real sockets. Each test ends with an honest client served. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { rawText, startTestServer, type TestServer } from '../testing/smtp-test-server.ts';

const hello = 'EHLO client.example.test\r\n';
const envelope = 'MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n';
const mebibyte = 1024 * 1024;
/** What one read of a socket brings at most. */
const readBytes = 64 * 1024;

/** The server still does its work, and nothing of ours broke. */
async function expectService(server: TestServer): Promise<void> {
  const before = server.messages.length;
  await using client = await RawSmtpClient.connect({ port: server.port });
  await client.send(`${hello}${envelope}DATA\r\nhonest\r\n.\r\nQUIT\r\n`);
  const replies = await client.readReplies(7);
  expect(replies.map((reply) => reply.code)).toEqual([220, 250, 250, 250, 354, 250, 221]);
  expect(server.messages).toHaveLength(before + 1);
  expect(server.failures).toEqual([]);
  await eventually(() => server.smtp.bytesInFlight).toBe(0);
}

function errorsOf(server: TestServer): readonly string[] {
  return server.observations.flatMap((seen) => (seen.kind === 'error' ? [seen.error] : []));
}

/** Sends the octets again and again until the peer ends it or `bytesMax` are taken. */
async function flood(
  client: RawSmtpClient,
  octets: Buffer,
  bytesMax: number,
  look: () => void = () => {},
): Promise<number> {
  let sentBytes = 0;
  try {
    for (; sentBytes < bytesMax; sentBytes += octets.length) {
      await client.send(octets);
      // The server, in this same process, has its turn.
      await setImmediate();
      look();
    }
  } catch {
    // The server closed the connection: that is one of the ways in which it may defend itself.
  }
  return sentBytes;
}

describe('segments', () => {
  test('a message octet by octet arrives whole', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    const dialogue = `${hello}${envelope}DATA\r\na\r\n..b\r\n.c\r\n.\r\nQUIT\r\n`;
    for (const octet of dialogue) await client.send(octet);
    expect((await client.readReplies(7)).at(-1)?.code).toBe(221);
    expect(rawText(server.messages[0])).toBe('a\r\n.b\r\nc\r\n');
    await expectService(server);
  });
});

describe('ends', () => {
  test('a client that ends its side first still gets every reply', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n`);
    client.end();
    const replies = await client.readReplies(6);
    expect(replies.map((reply) => reply.code)).toEqual([220, 250, 250, 250, 354, 250]);
    expect(await client.readToEnd()).toBe('');
    await eventually(() => server.closedCount).toBe(1);
    expect(server.messages).toHaveLength(1);
    await expectService(server);
  });

  test('a message whose end never came is not stored', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\nhalf a message\r\n.`);
    client.end();
    await client.readToEnd();
    await eventually(() => server.closedCount).toBe(1);
    expect(server.messages).toEqual([]);
    expect(errorsOf(server)).toEqual(['aborted']);
    await expectService(server);
  });

  test('a reset in the middle of a message sets its octets free', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\n`);
    await client.readReplies(5);
    await client.send(Buffer.alloc(mebibyte, 'x'));
    await eventually(() => server.smtp.bytesInFlight).toBe(mebibyte);
    client.reset();
    await eventually(() => server.closedCount).toBe(1);
    expect(server.smtp.connectionCount).toBe(0);
    expect(server.smtp.bytesInFlight).toBe(0);
    expect(server.messages).toEqual([]);
    expect(errorsOf(server)).toEqual(['aborted']);
    await expectService(server);
  });

  test('resets at every point of a dialogue leave nothing behind', async () => {
    await using server = await startTestServer();
    const dialogue = `${hello}${envelope}DATA\r\nx\r\n.\r\nQUIT\r\n`;
    const points = Array.from({ length: 25 }, (_, index) => index * 5);
    for (const point of points) {
      await using client = await RawSmtpClient.connect({ port: server.port });
      await client.send(dialogue.slice(0, point));
      client.reset();
    }
    await eventually(() => server.smtp.connectionCount).toBe(0);
    expect(server.closedCount).toBe(server.openedCount);
    await expectService(server);
  });
});

describe('too much', () => {
  test('a command line without end is cut off, and hardly held', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    let heldMax = 0;
    const sent = await flood(client, Buffer.alloc(readBytes, 'A'), 64 * mebibyte, () => {
      heldMax = Math.max(heldMax, server.smtp.bytesInFlight);
    });
    expect(sent).toBeLessThan(64 * mebibyte);
    expect(heldMax).toBeLessThanOrEqual(readBytes);
    await eventually(() => server.closedCount).toBe(1);
    expect(new Set(errorsOf(server))).toEqual(new Set(['line_too_long']));
    await expectService(server);
  });

  test('a message as one line without end is held up to its limit, then thrown away', async () => {
    const messageBytesMax = 2 * mebibyte;
    await using server = await startTestServer({ messageBytesMax });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\n`);
    await client.readReplies(5);
    let heldMax = 0;
    await flood(client, Buffer.alloc(readBytes, 'A'), 64 * mebibyte, () => {
      heldMax = Math.max(heldMax, server.smtp.bytesInFlight);
    });
    expect(heldMax).toBeGreaterThan(0);
    expect(heldMax).toBeLessThanOrEqual(messageBytesMax + readBytes);
    // What follows the true end is a command again; what came before it never was.
    await client.send('\r\nMAIL FROM:<never@example.test>\r\n.\r\nNOOP\r\n');
    expect((await client.readReplies(2)).map((reply) => reply.code)).toEqual([552, 250]);
    expect(server.messages).toEqual([]);
    await expectService(server);
  });

  test('a client that never reads is not read either, and runs out of time', async () => {
    await using server = await startTestServer({
      commandTimeoutMs: 400,
      patience: { lingerMs: 50 },
    });
    await using client = await RawSmtpClient.connect({ port: server.port, neverReads: true });
    const sent = await flood(client, Buffer.from('HELP\r\n'.repeat(10_000)), 256 * mebibyte);
    expect(sent).toBeLessThan(256 * mebibyte);
    await eventually(() => server.closedCount).toBe(1);
    expect(errorsOf(server)).toEqual(['timeout']);
    await expectService(server);
  });

  test('thousands of commands in one segment are answered in turns, others between them', async () => {
    await using server = await startTestServer();
    await using flooding = await RawSmtpClient.connect({ port: server.port });
    await flooding.readReply();
    await using other = await RawSmtpClient.connect({ port: server.port });
    await other.readReply();
    const commands = 5_000;
    await flooding.send('NOOP\r\n'.repeat(commands));
    await other.send('HELP\r\n');
    await other.readReply();
    const verbs = server.observations.flatMap((seen) => (seen.kind === 'reply' ? [seen.verb] : []));
    const answeredBefore = verbs.slice(0, verbs.indexOf('HELP')).filter((verb) => verb === 'NOOP');
    expect(answeredBefore.length).toBeLessThan(commands / 10);
    const replies = await flooding.readReplies(commands);
    expect(new Set(replies.map((reply) => reply.code))).toEqual(new Set([250]));
    await expectService(server);
  });

  test('commands are not run ahead of the replies that their client reads', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port, neverReads: true });
    const sent = await flood(client, Buffer.from('HELP\r\n'.repeat(10_000)), 512 * 1024);
    const commands = sent / 'HELP\r\n'.length;
    const answered = server.observations.filter(({ kind }) => kind === 'reply').length;
    expect(answered).toBeLessThan(commands);
    client.destroy();
    await eventually(() => server.closedCount).toBe(1);
    await expectService(server);
  });

  test('complete messages of a client that has gone are stored to the last', async () => {
    await using server = await startTestServer();
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(hello + `${envelope}DATA\r\nx\r\n.\r\n${'NOOP\r\n'.repeat(100)}`.repeat(20));
    client.end();
    await client.readToEnd();
    await eventually(() => server.closedCount).toBe(1);
    expect(server.messages).toHaveLength(20);
    await expectService(server);
  });

  test('200 connections at once with 100 allowed: 100 are served, 100 are told 421', async () => {
    await using server = await startTestServer({ connectionsMax: 100 });
    const clients = await Promise.all(
      Array.from({ length: 200 }, () => RawSmtpClient.connect({ port: server.port })),
    );
    const codes = await Promise.all(clients.map(async (client) => (await client.readReply()).code));
    expect(codes.filter((code) => code === 220)).toHaveLength(100);
    expect(codes.filter((code) => code === 421)).toHaveLength(100);
    expect(errorsOf(server)).toEqual(Array(100).fill('too_many_connections'));
    for (const client of clients) client.destroy();
    await eventually(() => server.closedCount).toBe(200);
    await expectService(server);
  });

  test('refused clients that stay are dropped after a while', async () => {
    await using server = await startTestServer({ connectionsMax: 1, patience: { lingerMs: 50 } });
    await using served = await RawSmtpClient.connect({ port: server.port });
    await served.readReply();
    const staying = await RawSmtpClient.connect({ port: server.port });
    expect((await staying.readReply()).code).toBe(421);
    await eventually(() => server.closedCount).toBe(1);
    staying.destroy();
    served.destroy();
    await eventually(() => server.closedCount).toBe(2);
    await expectService(server);
  });
});

test('random octets are answered or cut off, never more', async () => {
  await using server = await startTestServer({ patience: { lingerMs: 50 } });
  let seed = 1;
  const random = () => {
    // A linear congruential generator: the same octets at every run.
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (seed >> 16) & 0xff;
  };
  for (let round = 0; round < 20; round++) {
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    await flood(client, Buffer.from(Array.from({ length: 4096 }, random)), 5 * 4096);
    client.end();
    for (const line of (await client.readToEnd()).split('\r\n')) {
      expect(line).toMatch(/^(?:[245]\d\d[ -].*)?$/);
    }
  }
  await expectService(server);
});
