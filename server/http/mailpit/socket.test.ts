/** The WebSocket: what it says, to whom, and what it costs when nobody reads. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { SessionSummary } from '../../../db/session-types.ts';
import { type AppEvent, createEventBus } from '../../events.ts';
import { eventually } from '../../testing/eventually.ts';
import { closed, openSocket } from '../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../testing/mail-fixture.ts';
import { createMailpitSocket } from './socket.ts';
import { framesOf } from './socket-frames.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

interface Listener extends AsyncDisposable {
  readonly frames: { readonly Type: string; readonly Data: unknown }[];
  types(): string[];
}

async function listen(from: MailFixture, headers: Record<string, string> = {}): Promise<Listener> {
  const socket = new WebSocket(`${from.url.replace('http', 'ws')}/api/events`, { headers });
  const frames: Listener['frames'] = [];
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false);
    frames.push(JSON.parse(String(data)));
  });
  await once(socket, 'open');
  return {
    frames,
    types: () => frames.map(({ Type }) => Type),
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

const refused = async (
  from: MailFixture,
  headers: Record<string, string>,
  path = '/api/events',
) => {
  const socket = new WebSocket(from.url.replace('http', 'ws') + path, { headers });
  const [error] = await once(socket, 'error');
  return String(error);
};

test('the same guard stands before it as before every call', async () => {
  expect(await refused(mail, { Origin: 'http://evil.test' })).toContain('403');
  expect(await refused(mail, { 'Sec-Fetch-Site': 'cross-site' })).toContain('403');
  expect(await refused(mail, { Host: 'evil.test' })).toContain('421');
  expect(await refused(mail, {}, '/api/v1/messages')).toContain('400');
  await using own = await listen(mail, { Origin: mail.url });
  await eventually(own.types).toEqual(['stats']);

  await using secured = await startMail({ httpAuth: { user: 'u', password: 'p' } });
  expect(await refused(secured, {})).toContain('401');
  const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
  await using known = await listen(secured, { Authorization: basic });
  await eventually(known.types).toEqual(['stats']);
});

test('counts come after a change, and when somebody connects', async () => {
  await using listener = await listen(mail);
  await eventually(() => listener.frames).toEqual([
    { Type: 'stats', Data: { Total: 0, Unread: 0, Version: expect.stringMatching(/^v/) } },
  ]);
  for (const n of [1, 2, 3]) await mail.send({ from: 'a@b.test', to: 'c@b.test', text: `${n}` });
  await eventually(() => listener.frames.at(-1)).toMatchObject({ Data: { Total: 3, Unread: 3 } });
  await mail.storage.markRead({ kind: 'all' }, true);
  await eventually(() => listener.frames.at(-1)).toMatchObject({ Data: { Total: 3, Unread: 0 } });
  expect(listener.types().filter((type) => type === 'new')).toHaveLength(3);
});

test('many changes at once are told one by one, and counted once', async () => {
  const id = await mail.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' });
  const message = await mail.storage.get(id);
  if (message === null) throw new Error('it was stored');
  await using listener = await listen(mail);
  const count = (type: string) => listener.types().filter((one) => one === type).length;
  await eventually(() => count('stats')).toBe(1);
  for (let round = 1; round <= 2; round++) {
    for (let n = 0; n < 50; n++) {
      mail.events.publish({
        kind: 'message-updated',
        message,
        changed: 'isRead',
        inboxes: [],
        inMoreInboxes: false,
      });
    }
    await eventually(() => count('stats')).toBe(1 + round);
    expect(count('update')).toBe(50 * round);
  }
});

test('frames by event', () => {
  const removed = (event: Partial<Extract<AppEvent, { kind: 'messages-removed' }>>): AppEvent => ({
    kind: 'messages-removed',
    ids: ['a'],
    count: 1,
    isAll: false,
    reason: 'deleted',
    inboxes: [],
    ...event,
  });
  const many = Array.from({ length: 201 }, (_, n) => `${n}`);
  for (const [event, frames] of [
    [removed({}), [{ Type: 'delete', Data: { ID: 'a' } }]],
    [removed({ isAll: true }), [{ Type: 'truncate', Data: null }]],
    [removed({ reason: 'retention' }), [{ Type: 'prune', Data: null }]],
    [removed({ ids: many, count: 201 }), [{ Type: 'prune', Data: null }]],
    [removed({ ids: null, count: 5_000 }), [{ Type: 'prune', Data: null }]],
    [{ kind: 'resync' }, [{ Type: 'prune', Data: null }]],
    [{ kind: 'inboxes-changed' }, []],
    [{ kind: 'sessions-changed' }, []],
    [{ kind: 'session', session: session(250, 1) }, []],
    [{ kind: 'session', session: session(550, null) }, []],
    [{ kind: 'session', session: session(421, 1) }, [refusal('warning', 421)]],
    [{ kind: 'session', session: session(550, 1) }, [refusal('error', 550)]],
  ] as const) {
    expect(framesOf(event).map((text) => JSON.parse(text))).toEqual(frames);
  }
});

const refusal = (Level: string, code: number) => ({
  Type: 'error',
  Data: { Level, Type: 'smtpd', IP: '127.0.0.1', Message: `${code} no` },
});

function session(code: number, endedAtMs: number | null): SessionSummary {
  return {
    id: 's',
    listener: 'smtp',
    peerAddress: '127.0.0.1',
    peerPort: 1,
    startedAtMs: 0,
    endedAtMs,
    durationMs: endedAtMs,
    outcome: endedAtMs === null ? 'open' : 'rejected',
    ehloName: '',
    tls: null,
    authUser: null,
    messageIds: [],
    messageCount: 0,
    bytesReceived: 0,
    errors: [],
    lastReply: { verb: 'RCPT', code, text: 'no' },
  };
}

test('who does not read is cut off, and the others go on', async () => {
  await using listener = await listen(mail);
  const stalled = await openSocket(mail.port);
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  stalled.write(
    `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${mail.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(stalled, 'data');
  stalled.pause();
  const id = await mail.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' });
  const message = await mail.storage.get(id);
  if (message === null) throw new Error('it was stored');
  const large = { ...message, subject: 'x'.repeat(100_000) };
  for (let n = 0; n < 300; n++) {
    mail.events.publish({ kind: 'message', message: large, inboxes: [], inMoreInboxes: false });
    // The one that reads is given the time to.
    if (n % 20 === 0) await eventually(() => listener.types().length > n).toBe(true);
  }
  stalled.resume();
  await closed(stalled);
  await eventually(() => listener.types().filter((type) => type === 'new').length).toBe(301);
});

test('there are only so many of them', async () => {
  await using few = await startMail({ limits: { eventClientsMax: 1 } });
  await using first = await listen(few);
  const second = new WebSocket(`${few.url.replace('http', 'ws')}/api/events`);
  const [code] = await once(second, 'close');
  expect(code).toBe(1013);
  await eventually(first.types).toEqual(['stats']);
});

test('when the server stops, so do they', async () => {
  const mail = await startMail();
  const socket = new WebSocket(`${mail.url.replace('http', 'ws')}/api/events`);
  await once(socket, 'open');
  const ended = once(socket, 'close');
  await mail[Symbol.asyncDispose]();
  await ended;
});

test('who asks for another protocol is answered as if he had not', async () => {
  const socket = await openSocket(mail.port);
  socket.write(
    `GET /api/v1/tags HTTP/1.1\r\nHost: 127.0.0.1:${mail.port}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  await closed(socket);
});

test('a client that hears nothing is pinged before a proxy takes its minute for silence', async () => {
  const clock = { everyMs: 0, tick: () => {}, running: false };
  const socket = createMailpitSocket({
    storage: mail.storage,
    events: createEventBus(),
    version: async () => 'v1',
    limits: { clientsMax: 10, queueBytesMax: 1_000_000 },
    logError: (message, error) => expect.unreachable(`${message}: ${error}`),
    every(everyMs, tick) {
      Object.assign(clock, { everyMs, tick, running: true });
      return () => {
        clock.running = false;
      };
    },
  });
  const server = createServer().on('upgrade', (...asked) => socket.accept(...asked));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = [new WebSocket(url), new WebSocket(url)];
  await Promise.all(clients.map((client) => once(client, 'open')));
  await eventually(() => socket.clientCount).toBe(2);
  expect(clock).toMatchObject({ everyMs: 54_000, running: true });
  const pings = [0, 0];
  clients.forEach((client, index) => {
    client.on('ping', () => {
      pings[index] = (pings[index] ?? 0) + 1;
    });
  });
  expect(pings).toEqual([0, 0]);
  clock.tick();
  await eventually(() => pings).toEqual([1, 1]);
  clients[0]?.close();
  await eventually(() => socket.clientCount).toBe(1);
  clock.tick();
  await eventually(() => pings).toEqual([1, 2]);
  socket.close();
  expect(clock.running).toBe(false);
  server.close();
});
