import { describe, expect, test } from 'vitest';
import type { NewMessage, StoreOutcome } from '../../db/types.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { recordingIntake, startTestServer } from '../testing/smtp-test-server.ts';

const envelope = 'MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n';
const hello = 'EHLO client.example.test\r\n';

function codes(replies: readonly { readonly code: number }[]): number[] {
  return replies.map((reply) => reply.code);
}

async function clients(count: number, port: number): Promise<RawSmtpClient[]> {
  return Promise.all(Array.from({ length: count }, () => RawSmtpClient.connect({ port })));
}

describe('connections', () => {
  test('beyond the limit each is told 421 4.7.0 and closed, and counted', async () => {
    await using server = await startTestServer({ connectionsMax: 2 });
    const [one, two] = await clients(2, server.port);
    if (one === undefined || two === undefined) throw new Error('two clients');
    await Promise.all([one.readReply(), two.readReply()]);
    await using third = await RawSmtpClient.connect({ port: server.port });
    expect(await third.readToEnd()).toMatch(/^421 4\.7\.0 .*--max-connections\b.*\r\n$/);
    expect(server.smtp.connectionCount).toBe(2);
    expect(server.observations.filter((seen) => seen.kind === 'error')).toMatchObject([
      { error: 'too_many_connections' },
    ]);

    one.destroy();
    await eventually(() => server.smtp.connectionCount).toBe(1);
    await using next = await RawSmtpClient.connect({ port: server.port });
    expect((await next.readReply()).code).toBe(220);
    two.destroy();
  });

  test('beyond the limit of one address only that address is refused', async () => {
    await using server = await startTestServer({ connectionsPerAddressMax: 1, host: '0.0.0.0' });
    await using first = await RawSmtpClient.connect({ port: server.port, host: '127.0.0.1' });
    await first.readReply();
    await using second = await RawSmtpClient.connect({ port: server.port, host: '127.0.0.1' });
    expect(await second.readToEnd()).toMatch(/^421 4\.7\.0 .*--max-connections-per-ip/);
    first.destroy();
    await eventually(() => server.smtp.connectionCount).toBe(0);
    await using third = await RawSmtpClient.connect({ port: server.port, host: '127.0.0.1' });
    expect((await third.readReply()).code).toBe(220);
  });

  test('opening and closing are told in pairs', async () => {
    await using server = await startTestServer({ connectionsMax: 5 });
    const many = await clients(8, server.port);
    await Promise.all(many.map((client) => client.readReply()));
    for (const client of many) client.destroy();
    await eventually(() => server.closedCount).toBe(8);
    expect(server.openedCount).toBe(8);
    expect(server.smtp.connectionCount).toBe(0);
  });
});

describe('octets in flight', () => {
  const chunk = Buffer.from(`${'x'.repeat(62)}\r\n`.repeat(1024));

  /** Sends a message of `chunks` × 64 KiB; resolves with the last reply. */
  async function deliver(port: number, chunks: number) {
    await using client = await RawSmtpClient.connect({ port });
    await client.readReply();
    await client.send(`${hello}${envelope}DATA\r\n`);
    await client.readReplies(4);
    for (let i = 0; i < chunks; i++) await client.send(chunk);
    await client.send('.\r\n');
    return await client.readReply();
  }

  test('over the ceiling messages wait for one another and all arrive', async () => {
    await using server = await startTestServer({ bytesInFlightMax: 256 * 1024 });
    const replies = await Promise.all(Array.from({ length: 8 }, () => deliver(server.port, 16)));
    expect(codes(replies)).toEqual(Array(8).fill(250));
    expect(server.messages.map((message) => message.sizeBytes)).toEqual(
      Array(8).fill(16 * chunk.length),
    );
  });

  test('one message larger than the ceiling still arrives', async () => {
    await using server = await startTestServer({ bytesInFlightMax: 1024 });
    expect((await deliver(server.port, 32)).code).toBe(250);
  });

  test('who waits too long for room is drained and told 452; nobody is blocked for good', async () => {
    const intake = recordingIntake();
    let free: () => void = () => {};
    const storeIsFree = new Promise<void>((resolve) => {
      free = resolve;
    });
    await using server = await startTestServer({
      bytesInFlightMax: 128 * 1024,
      patience: { congestedAfterMs: 50 },
      intake: {
        async append(message: NewMessage): Promise<StoreOutcome> {
          await storeIsFree;
          return intake.append(message);
        },
      },
    });
    // The first waits in the store and holds more than the ceiling; the second goes on alone as
    // the first to receive; the third finds no room.
    const first = deliver(server.port, 8);
    await using stalled = await RawSmtpClient.connect({ port: server.port });
    await stalled.readReply();
    await stalled.send(`${hello}${envelope}DATA\r\n`);
    await stalled.readReplies(4);
    await stalled.send(chunk);
    const third = await deliver(server.port, 8);
    expect(third.code).toBe(452);
    expect(third.lines.join()).toContain('in flight');
    free();
    expect((await first).code).toBe(250);
    await stalled.send('.\r\n');
    expect((await stalled.readReply()).code).toBe(250);
    expect(intake.messages).toHaveLength(2);
  });
});

describe('close', () => {
  test('resolves although 50 idle clients are attached and none of them does anything', async () => {
    await using server = await startTestServer();
    const idle = await clients(50, server.port);
    await Promise.all(idle.map((client) => client.readReply()));
    await server.smtp.close({ graceMs: 60_000 });
    expect(server.smtp.connectionCount).toBe(0);
    expect(server.closedCount).toBe(50);
    const farewells = await Promise.all(idle.map((client) => client.readToEnd()));
    for (const farewell of farewells) expect(farewell).toMatch(/^421 4\.3\.2 .*\r\n$/);
  });

  test('refuses new connections', async () => {
    await using server = await startTestServer();
    await server.smtp.close();
    await expect(RawSmtpClient.connect({ port: server.port })).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a reply in flight is finished first', async () => {
    let finish: (outcome: StoreOutcome) => void = () => {};
    let asked: () => void = () => {};
    const storing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await using server = await startTestServer({
      intake: {
        append: () =>
          new Promise((resolve) => {
            finish = resolve;
            asked();
          }),
      },
    });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n`);
    await storing;
    await client.readReplies(5);
    let closed = false;
    const closing = server.smtp.close({ graceMs: 60_000 }).then(() => {
      closed = true;
    });
    await using late = await RawSmtpClient.connect({ port: server.port }).catch(() => null);
    expect(late).toBe(null);
    expect(closed).toBe(false);
    finish({ kind: 'stored', id: 'finished', seq: 1 });
    const rest = await client.readToEnd();
    expect(rest).toMatch(/^250 2\.0\.0 .*finished\r\n421 4\.3\.2 .*\r\n$/);
    await closing;
  });

  test('a store that never answers holds it up for the time of grace only', async () => {
    let asked: () => void = () => {};
    const storing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await startTestServer({
      intake: {
        append: () => {
          asked();
          return new Promise(() => {});
        },
      },
    });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n`);
    await storing;
    await server.smtp.close({ graceMs: 20 });
    const rest = await client.readToEnd();
    expect(rest).not.toContain('2.0.0 Stored');
  });

  test('may be called twice', async () => {
    await using server = await startTestServer();
    await Promise.all([server.smtp.close(), server.smtp.close()]);
  });
});
