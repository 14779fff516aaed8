import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type AppEvent, createEventBus } from '../../events.ts';
import { openSocket, request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { startMetrics } from '../../testing/metrics-source.ts';
import { sessionRecord } from '../../testing/session-record.ts';
import { createEventStream } from '../event-stream.ts';
import { metricsDocument } from '../metrics-shapes.ts';
import { sessionSummary } from '../session-shapes.ts';
import { messageSummary, messagesRemoved } from '../shapes.ts';
import { defaultHttpLimits } from '../types.ts';

interface Listener {
  readonly socket: Socket;
  /** Everything that came, chunked as it is on the wire. */
  text(): string;
  ids(): readonly number[];
}

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

async function listen(http: HttpFixture, target = '/api/events', fields = ''): Promise<Listener> {
  const socket = await openSocket(http.port);
  open.push(socket);
  let text = '';
  socket.on('data', (octets) => {
    text += octets.toString();
  });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
  const listener: Listener = {
    socket,
    text: () => text,
    ids: () => Array.from(text.matchAll(/^id: (\d+)\r?$/gm), (match) => Number(match[1])),
  };
  await expect.poll(listener.text).toContain(': connected');
  return listener;
}

const removed = (id: string): AppEvent => ({
  kind: 'messages-removed',
  ids: [id],
  count: 1,
  isAll: false,
  reason: 'deleted',
  inboxes: [],
});

const dataOf = (text: string, event: string): unknown => {
  const match = new RegExp(`^event: ${event}\\ndata: (.*)$`, 'm').exec(text);
  return JSON.parse(match?.[1] ?? 'null');
};

describe('what happens is told as it happens', () => {
  it('a message that was stored arrives as its summary', async () => {
    await using http = await startHttp();
    const listener = await listen(http);
    const id = await http.deliver('Subject: hello\r\n\r\nx');
    await expect.poll(listener.text).toContain('event: message\n');
    const summary = messageSummary.parse(dataOf(listener.text(), 'message'));
    expect(summary).toMatchObject({ id, subject: 'hello' });
  });

  it('changes and removals follow', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: hello\r\n\r\nx');
    const listener = await listen(http);
    const json = { 'Content-Type': 'application/json' };
    await request(http.port, `PATCH /api/messages/${id}`, json, '{"isRead":true}');
    await expect.poll(listener.text).toContain('event: message-updated');
    expect(messageSummary.parse(dataOf(listener.text(), 'message-updated')).isRead).toBe(true);
    await request(http.port, `DELETE /api/messages/${id}`);
    await expect.poll(listener.text).toContain('event: messages-removed');
    expect(messagesRemoved.parse(dataOf(listener.text(), 'messages-removed'))).toEqual({
      ids: [id],
      reason: 'deleted',
    });
  });

  it('is an event stream that nobody may keep or guess the type of', async () => {
    await using http = await startHttp();
    const head = (await listen(http)).text().split('\r\n\r\n')[0]?.toLowerCase();
    expect(head).toContain('200 ok');
    expect(head).toContain('content-type: text/event-stream');
    expect(head).toContain('cache-control: no-store');
    expect(head).toContain('x-content-type-options: nosniff');
  });

  it('HEAD opens no stream', async () => {
    await using http = await startHttp();
    expect((await request(http.port, 'HEAD /api/events')).status).toBe(200);
    expect(http.server.eventStream.clientCount).toBe(0);
  });

  it('a client that goes away is forgotten', async () => {
    await using http = await startHttp();
    const listener = await listen(http);
    expect(http.server.eventStream.clientCount).toBe(1);
    listener.socket.destroy();
    await expect.poll(() => http.server.eventStream.clientCount).toBe(0);
  });

  it('silence is broken by heartbeats', async () => {
    await using http = await startHttp({ limits: { eventHeartbeatMs: 20 } });
    const listener = await listen(http);
    await expect.poll(() => listener.text().match(/^:$/gm)?.length).toBeGreaterThan(2);
    expect(http.server.eventStream.queuedBytes).toBeLessThan(10);
  });
});

describe('topics', () => {
  const session = (id: string): AppEvent => ({
    kind: 'session',
    session: { ...sessionRecord(1), id },
  });

  it('who asks for sessions gets sessions, and one word about messages', async () => {
    await using http = await startHttp();
    const all = await listen(http);
    const some = await listen(http, '/api/events?topics=sessions');
    for (const id of ['a', 'b', 'c']) http.events.publish(removed(id));
    http.events.publish(session('s1'));
    await expect.poll(some.text, { timeout: 5_000 }).toContain('event: messages-changed\ndata: {}');
    expect(some.text()).toContain('event: session\n');
    expect(some.text()).not.toContain('messages-removed');
    expect(some.text().match(/event: messages-changed/g)).toHaveLength(1);
    // Nothing that could be replayed, so nothing to come back with.
    expect(some.ids()).toEqual([]);
    expect(all.text()).toContain('messages-removed');
    expect(all.text()).not.toContain('messages-changed');
  });

  it('with none of them only that messages changed is told', async () => {
    await using http = await startHttp();
    const none = await listen(http, '/api/events?topics=');
    http.events.publish(session('s1'));
    http.events.publish({ kind: 'resync' });
    await expect.poll(none.text, { timeout: 5_000 }).toContain('messages-changed');
    expect(none.text().match(/^event: .*$/gm)).toEqual(['event: messages-changed']);
  });

  it('metrics are made for those who take them only', async () => {
    let made = 0;
    const stream = createEventStream(createEventBus(), defaultHttpLimits, {
      document: () => ({ made: ++made }),
    });
    const messages = stream.connect(null, new Set(['messages']))?.getReader();
    const metrics = stream.connect(null, new Set(['metrics']))?.getReader();
    await metrics?.read();
    const { value } = (await metrics?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('event: metrics\ndata: {"made":1}\n\n');
    await metrics?.cancel();
    const opened = await messages?.read();
    expect(Buffer.from(opened?.value ?? []).toString()).not.toContain('metrics');
    stream.close();
  });

  it('Last-Event-ID means nothing to who leaves messages out', async () => {
    await using http = await startHttp();
    const listener = await listen(http, '/api/events?topics=metrics', 'Last-Event-ID: 1\r\n');
    http.events.publish(removed('a'));
    await expect.poll(listener.text, { timeout: 5_000 }).toContain('messages-changed');
    expect(listener.text()).not.toContain('resync');
  });

  it.each(['?topics=message', '?topics=metrics,', '?topics=,'])('%s is refused', async (query) => {
    await using http = await startHttp();
    expect((await request(http.port, `GET /api/events${query}`)).status).toBe(400);
  });
});

describe('replay', () => {
  it('Last-Event-ID brings exactly what was missed', async () => {
    await using http = await startHttp();
    const first = await listen(http);
    http.events.publish(removed('a'));
    await expect.poll(() => first.ids().length).toBe(2);
    const seen = first.ids().at(-1);
    http.events.publish(removed('b'));
    http.events.publish(removed('c'));
    for (const [target, fields] of [
      ['/api/events', `Last-Event-ID: ${seen}\r\n`],
      [`/api/events?lastEventId=${seen}`, ''],
      ['/api/events?lastEventId=1', `Last-Event-ID: ${seen}\r\n`],
    ]) {
      const second = await listen(http, target, fields);
      await expect.poll(second.text).toContain('"c"');
      expect(second.text()).toContain('"b"');
      expect(second.text()).not.toContain('"a"');
      expect(second.text()).not.toContain('resync');
      http.events.publish(removed('d'));
      await expect.poll(second.text).toContain('"d"');
    }
  });

  it('the first id of a connection is enough to come back with', async () => {
    await using http = await startHttp();
    const first = await listen(http);
    const [start] = first.ids();
    http.events.publish(removed('a'));
    const second = await listen(http, `/api/events?lastEventId=${start}`);
    await expect.poll(second.text).toContain('"a"');
    expect(second.text()).not.toContain('resync');
  });

  it('who missed nothing gets nothing', async () => {
    await using http = await startHttp();
    const [start] = (await listen(http)).ids();
    const second = await listen(http, `/api/events?lastEventId=${start}`);
    http.events.publish(removed('later'));
    await expect.poll(second.text).toContain('later');
    expect(second.ids()).toHaveLength(1);
  });

  it.each(['0', '1', 'x', '-1', '99999999999999999', '9007199254740991', '1e3', ' '])(
    'an id that was never given out (%j) is answered with one resync',
    async (id) => {
      await using http = await startHttp();
      http.events.publish(removed('a'));
      const listener = await listen(http, `/api/events?lastEventId=${encodeURIComponent(id)}`);
      await expect.poll(listener.text).toContain('event: resync\ndata: {}');
      http.events.publish(removed('b'));
      await expect.poll(listener.text).toContain('"b"');
      expect(listener.text()).not.toContain('"a"');
      expect(listener.text().match(/event: resync/g)).toHaveLength(1);
    },
  );

  it('what is older than the history is answered with a resync', async () => {
    await using http = await startHttp({ limits: { eventHistoryMax: 5 } });
    const [start = 0] = (await listen(http)).ids();
    for (let i = 1; i <= 23; i++) http.events.publish(removed(`n${i}.`));
    const late = await listen(http, `/api/events?lastEventId=${start + 17}`);
    await expect.poll(late.text).toContain('event: resync');
    const inTime = await listen(http, `/api/events?lastEventId=${start + 18}`);
    await expect.poll(inTime.text).toContain('n23.');
    expect(inTime.ids()).toEqual([19, 20, 21, 22, 23].map((n) => start + n));
  });

  it('ids go on increasing over a restart', async () => {
    const before = await startHttp();
    const first = await listen(before);
    before.events.publish(removed('a'));
    await expect.poll(() => first.ids().length).toBe(2);
    await before[Symbol.asyncDispose]();
    await using after = await startHttp();
    const second = await listen(after, `/api/events?lastEventId=${first.ids().at(-1)}`);
    await expect.poll(second.text).toContain('event: resync');
    expect(second.ids().at(0)).toBeGreaterThan(first.ids().at(-1) ?? Number.POSITIVE_INFINITY);
  });
});

describe('many events', () => {
  it('are written in few pieces, in order, none missing', async () => {
    await using http = await startHttp();
    const listener = await listen(http);
    let pieces = 0;
    listener.socket.on('data', () => {
      pieces += 1;
    });
    const startedAt = performance.now();
    for (let turn = 0; turn < 50; turn++) {
      for (let i = 0; i < 20; i++) http.events.publish(removed(`n${turn * 20 + i}.`));
      await nextTurn();
    }
    await expect.poll(() => listener.text().includes('n999.')).toBe(true);
    const elapsedMs = performance.now() - startedAt;
    const names = Array.from(listener.text().matchAll(/"n(\d+)\."/g), (match) => Number(match[1]));
    expect(names).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    // Ten writes a second and ten in advance; the kernel may cut one into some pieces of 64 KiB.
    const writesMax = Math.ceil(elapsedMs / 100) + 11;
    expect(pieces).toBeLessThanOrEqual(writesMax + 4);
  });

  it('a message does not wait for its turn, until ten have not waited', async () => {
    const events = createEventBus();
    // So long that nothing is written by the clock in this test.
    const limits = { ...defaultHttpLimits, eventWriteIntervalMs: 600_000 };
    const stream = createEventStream(events, limits);
    const reader = stream.connect(null)?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toContain(': connected');
    for (let i = 0; i < 10; i++) {
      const reading = next();
      // Its plan is made, and waits: what is urgent has to move it forward.
      events.publish({ kind: 'session', session: sessionRecord(i) });
      await nextTurn();
      events.publish(removed(`urgent-${i}`));
      const text = await reading;
      expect(text).toContain('event: session\n');
      expect(text).toContain(`urgent-${i}`);
    }
    // As many as come alone, if they come a moment after the last; these are more.
    const late = next();
    for (let i = 0; i < 4; i++) events.publish(removed(`late-${i}`));
    await nextTurn();
    expect(stream.queuedBytes).toBeGreaterThan(0);
    stream.close();
    expect(await late).toBe('');
  });

  it('a client that never reads costs bounded memory, gets one resync, then what is new', async () => {
    const queueMax = 64 * 1024;
    await using http = await startHttp({
      limits: { eventQueueBytesMax: queueMax, eventWriteIntervalMs: 1 },
    });
    const stalled = await listen(http);
    stalled.socket.pause();
    // Until all buffers between us and it are full, and its queue does not empty any more.
    const queued = () => http.server.eventStream.queuedBytes;
    let blocked = false;
    for (let i = 0; i < 5_000 && !blocked; i++) {
      http.events.publish(large);
      for (let turn = 0; turn < 100 && queued() > 0; turn++) await delay(1);
      blocked = queued() > 0;
    }
    expect(blocked).toBe(true);
    for (let i = 0; i < 100; i++) {
      http.events.publish(large);
      expect(queued()).toBeLessThanOrEqual(queueMax);
    }
    http.events.publish(removed('before-reading'));
    stalled.socket.resume();
    const has = (text: string) => () => stalled.text().includes(text);
    await expect.poll(has('event: resync'), { timeout: 20_000 }).toBe(true);
    http.events.publish(removed('after-reading'));
    await expect.poll(has('after-reading')).toBe(true);
    expect(has('before-reading')()).toBe(false);
    expect(stalled.text().match(/event: resync/g)).toHaveLength(1);
  });
});

const large: AppEvent = {
  kind: 'messages-removed',
  ids: Array.from({ length: 1000 }, (_, i) => `some-longer-id-${i}`),
  count: 1000,
  isAll: false,
  reason: 'retention',
  inboxes: [],
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('limits', () => {
  it('one client too many is told so', async () => {
    await using http = await startHttp({ limits: { eventClientsMax: 2 } });
    const first = await listen(http);
    await listen(http);
    const third = await request(http.port, 'GET /api/events');
    expect(third.status).toBe(503);
    expect(JSON.parse(third.body.toString()).code).toBe('too_many_event_streams');
    expect(third.headers['retry-after']).toBe('10');
    expect(http.errors).toEqual([]);
    first.socket.destroy();
    await expect.poll(() => http.server.eventStream.clientCount).toBe(1);
    await listen(http);
  });

  it('a client that stalls for good is closed in the end', async () => {
    await using http = await startHttp({
      limits: {
        idleTimeoutMs: 1_000,
        eventHeartbeatMs: 100,
        eventWriteIntervalMs: 1,
        eventQueueBytesMax: 8 * 1024 * 1024,
      },
    });
    const alive = await listen(http);
    const stalled = await listen(http);
    stalled.socket.pause();
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 100; j++) http.events.publish(large);
      const before = alive.socket.bytesRead;
      await expect.poll(() => alive.socket.bytesRead).toBeGreaterThan(before);
    }
    const clients = () => http.server.eventStream.clientCount;
    await expect.poll(clients, { timeout: 20_000 }).toBe(1);
    expect(alive.socket.destroyed).toBe(false);
  });
});

describe('sessions', () => {
  const session = { ...sessionRecord(1), outcome: 'open', endedAtMs: null } as const;

  it('are told of as their summaries, without an id', async () => {
    await using http = await startHttp();
    const listener = await listen(http);
    const idsBefore = listener.ids();
    http.events.publish({ kind: 'session', session });
    await expect.poll(listener.text).toContain('event: session\n');
    const told = sessionSummary.parse(dataOf(listener.text(), 'session'));
    expect(told).toMatchObject({ id: 'run-1', outcome: 'open', endedAt: null });
    expect(JSON.stringify(told)).not.toContain('lines');
    http.events.publish({ kind: 'sessions-changed' });
    await expect.poll(listener.text).toContain('event: sessions-changed\ndata: {}\n');
    expect(listener.ids()).toEqual(idsBefore);
  });

  it('are not replayed and push no message out of the replay; who comes back is told', async () => {
    await using http = await startHttp({ limits: { eventHistoryMax: 3 } });
    const first = await listen(http);
    http.events.publish(removed('seen'));
    await expect.poll(first.text).toContain('"seen"');
    const seen = first.ids().at(-1);
    first.socket.destroy();
    http.events.publish(removed('missed'));
    for (let i = 0; i < 50; i++) http.events.publish({ kind: 'session', session });
    const second = await listen(http, '/api/events', `Last-Event-ID: ${seen}\r\n`);
    await expect.poll(second.text).toContain('event: sessions-changed');
    expect(second.text()).toContain('"missed"');
    expect(second.text()).not.toContain('event: session\n');
    expect(second.text()).not.toContain('event: resync');
    expect(first.text()).not.toContain('sessions-changed');
  });
});

describe('metrics', () => {
  it('come while somebody listens, and nobody counts when nobody does', async () => {
    const metrics = startMetrics();
    let asked = 0;
    const counting = {
      document() {
        asked += 1;
        return metrics.document();
      },
      distribution: metrics.distribution.bind(metrics),
      historyRow: metrics.historyRow.bind(metrics),
      openRow: metrics.openRow.bind(metrics),
    };
    await using http = await startHttp({ metrics: counting });
    const listener = await listen(http);
    await expect.poll(listener.text, { timeout: 10_000 }).toMatch(/event: metrics\n.*\n\n/);
    const document = metricsDocument.parse(dataOf(listener.text(), 'metrics'));
    expect(document.type).toBe('smtp_metrics');
    listener.socket.destroy();
    await expect.poll(() => http.server.eventStream.clientCount).toBe(0);
    const askedBefore = asked;
    // Where somebody listens there are two meanwhile.
    let elsewhere = 0;
    const other = createEventStream(createEventBus(), defaultHttpLimits, {
      document: () => ({ number: ++elsewhere }),
    });
    other.connect(null);
    await expect.poll(() => elsewhere, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    other.close();
    expect(asked).toBe(askedBefore);
    await metrics.close();
  });

  it('messages are told one by one only while somebody listens or may come back', async () => {
    const events = createEventBus();
    const stream = createEventStream(events, { ...defaultHttpLimits, eventWriteIntervalMs: 0 });
    expect(events.wantsMessages).toBe(false);
    const sessionsOnly = stream.connect(null, new Set(['sessions'] as const))?.getReader();
    expect(events.wantsMessages).toBe(false);
    await sessionsOnly?.cancel();
    const reader = stream.connect(null)?.getReader();
    expect(events.wantsMessages).toBe(true);
    events.publish(removed('seen'));
    let text = '';
    while (!text.includes('seen')) text += Buffer.from((await reader?.read())?.value ?? []);
    const lastId = /^id: (\d+)$/m.exec(text.slice(text.lastIndexOf('id: ')))?.[1] ?? '';
    await reader?.cancel();
    expect(events.wantsMessages).toBe(true);
    // Who was away for longer is told that something is missing.
    events.publish({ kind: 'messages-untold', received: { count: 1, bytes: 1 } });
    const again = stream.connect(lastId)?.getReader();
    let missed = '';
    while (!missed.includes('event: ')) missed += Buffer.from((await again?.read())?.value ?? []);
    expect(missed).toContain('event: resync');
    stream.close();
  });

  it('a reader that is late gets the newest only', async () => {
    let number = 0;
    const events = createEventBus();
    const stream = createEventStream(
      events,
      { ...defaultHttpLimits, eventWriteIntervalMs: 0 },
      { document: () => ({ number: ++number }) },
    );
    const reader = stream.connect(null)?.getReader();
    await reader?.read();
    await expect.poll(() => number, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const newest = number;
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe(
      `event: metrics\ndata: {"number":${newest}}\n\n`,
    );
    stream.close();
  });
});
