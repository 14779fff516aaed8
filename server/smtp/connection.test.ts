import { setInterval } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { StoreOutcome } from '../../db/types.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { rawText, startTestServer } from '../testing/smtp-test-server.ts';

const envelope = 'MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n';

async function greeted(port: number): Promise<RawSmtpClient> {
  const client = await RawSmtpClient.connect({ port });
  expect((await client.readReply()).code).toBe(220);
  expect((await client.command('EHLO client.example.test')).code).toBe(250);
  return client;
}

/** An intake that answers when the test says so. */
function heldIntake() {
  const waiting: ((outcome: StoreOutcome) => void)[] = [];
  return {
    waiting,
    append: () => new Promise<StoreOutcome>((resolve) => waiting.push(resolve)),
  };
}

describe('a message', () => {
  test('arrives octet for octet with its origin, and 250 names its id', async () => {
    await using server = await startTestServer();
    await using client = await greeted(server.port);
    await client.send(`${envelope}DATA\r\n`);
    expect((await client.readReplies(3)).map((reply) => reply.code)).toEqual([250, 250, 354]);
    await client.send(
      Buffer.from('Subject: \xe9\0\r\n\r\n..dot\r\nbare\rCR\nLF\r\n.\r\n', 'latin1'),
    );
    const reply = await client.readReply();
    const [message] = await server.received(1);
    expect(rawText(message)).toBe('Subject: \xe9\0\r\n\r\n.dot\r\nbare\rCR\nLF\r\n');
    expect(reply.code).toBe(250);
    expect(reply.lines.join()).toContain(message?.id);
    expect(message?.id).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(message?.origin).toMatchObject({
      listener: 'smtp',
      sessionId: server.observations[0]?.session.id,
      peerAddress: '127.0.0.1',
      peerPort: client.socket.localPort,
      ehloName: 'client.example.test',
      tls: null,
      authUser: null,
    });
    expect(message?.receivedAtMs).toBeGreaterThan(Date.parse('2025-01-01'));
    expect(message?.timings.dataMs).toBeGreaterThanOrEqual(0);
  });

  test('is acknowledged only after the store has answered', async () => {
    const intake = heldIntake();
    await using server = await startTestServer({ intake });
    await using client = await greeted(server.port);
    await client.send(`${envelope}DATA\r\n`);
    await client.readReplies(3);
    // NOOP behind the message must wait for its turn (RFC 2920 §3.2).
    await client.send('x\r\n.\r\nNOOP\r\n');
    await eventually(() => intake.waiting.length).toBe(1);
    await using other = await greeted(server.port);
    expect((await other.command('NOOP')).code).toBe(250);
    expect(client.unread).toBe('');
    intake.waiting[0]?.({ kind: 'stored', id: 'held', seq: 1 });
    expect((await client.readReply()).lines.join()).toContain('held');
    expect((await client.readReply()).code).toBe(250);
  });

  test.each([
    ['storageFull', 452],
    ['storageFailed', 451],
    ['congested', 452],
  ] as const)('that is not stored for %s is answered %i', async (refusal, code) => {
    await using server = await startTestServer({
      intake: { append: async () => ({ kind: 'notStored', refusal }) },
    });
    await using client = await greeted(server.port);
    await client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect((await client.readReplies(4)).at(-1)?.code).toBe(code);
    expect((await client.command('NOOP')).code).toBe(250);
  });
});

describe('writes', () => {
  test('the replies to one batch leave in one write (RFC 2920 §3.2)', async () => {
    await using server = await startTestServer();
    await using client = await greeted(server.port);
    const chunks: string[] = [];
    client.socket.on('data', (octets) => chunks.push(octets.toString()));
    await client.send(`${envelope}${'RCPT TO:<c@example.test>\r\n'.repeat(20)}DATA\r\n`);
    await client.readReplies(23);
    expect(chunks).toHaveLength(1);
  });
});

describe('our own errors', () => {
  test('end one session with 421, are reported in full, and harm no other', async () => {
    const error = new Error('deliberate');
    await using server = await startTestServer({
      observer: {
        observed(_session, observation) {
          if (observation.kind === 'reply' && observation.verb === 'VRFY') throw error;
        },
      },
    });
    await using bystander = await greeted(server.port);
    await using client = await greeted(server.port);
    await client.send('VRFY x\r\nNOOP\r\n');
    expect((await client.readReplies(3)).map(({ code }) => code)).toEqual([252, 250, 421]);
    expect(await client.readToEnd()).toBe('');
    expect(server.failures).toEqual([
      { session: server.observations.at(-1)?.session, during: 'observe', error },
    ]);
    expect((await bystander.command('NOOP')).code).toBe(250);
  });

  test('a store that throws is 451, and the session goes on', async () => {
    const error = new Error('deliberate');
    await using server = await startTestServer({ intake: { append: () => Promise.reject(error) } });
    await using client = await greeted(server.port);
    await client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect((await client.readReplies(4)).at(-1)?.code).toBe(451);
    expect(server.failures).toMatchObject([{ during: 'store', error }]);
    expect((await client.command('NOOP')).code).toBe(250);
  });
});

describe('clocks', () => {
  test('a command that does not come is 421 and close', async () => {
    await using server = await startTestServer({ commandTimeoutMs: 60 });
    await using client = await RawSmtpClient.connect({ port: server.port });
    expect((await client.readReplies(2)).map((reply) => reply.code)).toEqual([220, 421]);
    expect(await client.readToEnd()).toBe('');
    expect(server.observations).toContainEqual(
      expect.objectContaining({ kind: 'error', error: 'timeout' }),
    );
  });

  test('octets do not extend the time of a command: a slow loris is 421', async () => {
    await using server = await startTestServer({ commandTimeoutMs: 150 });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    const reply = client.readReply();
    let answered = false;
    void reply.then(() => {
      answered = true;
    });
    for await (const _ of setInterval(10)) {
      if (answered) break;
      client.socket.write('N');
    }
    expect((await reply).code).toBe(421);
  });

  test('octets do extend the time of a message, and their lack ends it', async () => {
    const dataTimeoutMs = 400;
    await using server = await startTestServer({ commandTimeoutMs: 60_000, dataTimeoutMs });
    await using client = await greeted(server.port);
    await client.send(`${envelope}DATA\r\n`);
    await client.readReplies(3);
    const startedAt = performance.now();
    for await (const _ of setInterval(10)) {
      await client.send('x');
      if (performance.now() - startedAt > 2.5 * dataTimeoutMs) break;
    }
    expect(client.unread).toBe('');
    expect((await client.readReply()).code).toBe(421);
    expect(await client.readToEnd()).toBe('');
    expect(server.messages).toEqual([]);
  });
});

describe('credentials of a list', () => {
  const credentials = [
    { user: 'alice', password: 'secret one' },
    { user: 'bob', password: 'secret two' },
  ];
  const plain = (user: string, password: string) =>
    `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;

  test('the right ones pass and are recorded, the wrong ones do not', async () => {
    await using server = await startTestServer({ credentials, auth: 'required' });
    await using client = await greeted(server.port);
    expect((await client.command(plain('alice', 'secret two'))).code).toBe(535);
    expect((await client.command(plain('carol', 'secret one'))).code).toBe(535);
    expect((await client.command(plain('bob', 'secret two'))).code).toBe(235);
    await client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect((await client.readReplies(4)).at(-1)?.code).toBe(250);
    expect(server.messages[0]?.origin).toMatchObject({ authUser: 'bob', authMechanism: 'PLAIN' });
    expect(JSON.stringify(server.messages[0]?.dialogue)).not.toContain('secret');
  });
});
