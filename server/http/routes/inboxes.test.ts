/** Inboxes over HTTP, with mail that comes in by SMTP. */
import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, test } from 'vitest';
import type { RawResponse } from '../../testing/http-client.ts';
import { openSocket, request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { startMail } from '../../testing/mail-fixture.ts';
import { inboxPage, inbox as inboxShape, placedMessage } from '../inbox-shapes.ts';
import { messagePage, messagesRemoved, problemDetails, removal } from '../shapes.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

function call(http: HttpFixture, line: string, body?: unknown): Promise<RawResponse> {
  return request(
    http.port,
    line,
    body === undefined ? {} : { 'Content-Type': 'application/json' },
    body === undefined ? '' : JSON.stringify(body),
  );
}

const json = ({ body }: RawResponse): unknown => JSON.parse(body.toString());
const pathOf = (id: string) => `/api/inboxes/${encodeURIComponent(id)}`;

async function getInbox(http: HttpFixture, id: string) {
  return inboxShape.parse(json(await call(http, `GET ${pathOf(id)}`)));
}

async function create(http: HttpFixture, name: string, query: string) {
  const answer = await call(http, 'POST /api/inboxes', { name, query });
  expect(answer.status).toBe(201);
  const made = inboxShape.parse(json(answer));
  expect(answer.headers.location).toBe(pathOf(made.id));
  return made;
}

describe('what is wrong is said', () => {
  test.each<[string, unknown, number, string, string]>([
    ['POST /api/inboxes', { name: 'x', query: '' }, 400, 'invalid_request', 'query'],
    ['POST /api/inboxes', { name: '', query: 'x' }, 400, 'invalid_request', 'name'],
    ['POST /api/inboxes', { name: ' x', query: 'x' }, 400, 'invalid_request', 'space'],
    ['POST /api/inboxes', { name: 'a\u0000b', query: 'x' }, 400, 'invalid_request', 'control'],
    ['POST /api/inboxes', { name: 'x'.repeat(65), query: 'x' }, 400, 'invalid_request', '64'],
    ['POST /api/inboxes', { name: '0123456789aB', query: 'x' }, 400, 'invalid_request', 'id'],
    ['POST /api/inboxes', { name: 'x', query: 'x'.repeat(1001) }, 400, 'invalid_request', '1000'],
    ['POST /api/inboxes', { name: 'x', query: 'a (b' }, 400, 'invalid_query', 'not closed'],
    ['POST /api/inboxes', { name: 'x', query: 'is:unread' }, 400, 'invalid_query', 'unread'],
    ['POST /api/inboxes', { name: 'x', query: 'after:2d' }, 400, 'invalid_query', 'limit of age'],
    ['POST /api/inboxes', { name: 'TAKEN', query: 'x' }, 409, 'inbox_name_taken', 'case'],
    ['POST /api/inboxes', { name: 'x', query: 'y', more: 1 }, 400, 'invalid_request', 'more'],
    [
      'POST /api/inboxes',
      { name: 'x', query: 'y', retention: { messagesMax: -1, ageMsMax: 0 } },
      400,
      'invalid_request',
      'messagesMax',
    ],
    ['PATCH /api/inboxes/user:web', { name: 'x' }, 409, 'inbox_not_named', 'user'],
    ['PATCH /api/inboxes/user:web', {}, 400, 'invalid_request', 'retention'],
    ['PATCH /api/inboxes/0123456789ab', { name: 'x' }, 404, 'inbox_not_found', 'GET /api/inboxes'],
    ['DELETE /api/inboxes/domain:x.test', undefined, 409, 'inbox_not_named', 'messages'],
    ['DELETE /api/inboxes/0123456789ab', undefined, 404, 'inbox_not_found', 'id'],
    ['GET /api/inboxes/toString', undefined, 404, 'inbox_not_found', 'id'],
    ['GET /api/inboxes/address:@x.test', undefined, 404, 'inbox_not_found', 'id'],
    ['GET /api/inboxes/nothing/messages', undefined, 404, 'inbox_not_found', 'id'],
    ['PATCH /api/inboxes/nothing/messages', { isRead: true }, 404, 'inbox_not_found', 'id'],
    ['DELETE /api/inboxes/nothing/messages', undefined, 404, 'inbox_not_found', 'id'],
    ['GET /api/events?inbox=nothing', undefined, 404, 'inbox_not_found', 'id'],
    ['GET /api/inboxes?kind=all', undefined, 400, 'invalid_request', 'kind'],
    ['GET /api/inboxes?cursor=bWFpbA', undefined, 400, 'invalid_cursor', 'nextCursor'],
    ['GET /api/inboxes?cursor=WzEsIngiXQ', undefined, 400, 'invalid_cursor', 'nextCursor'],
    ['GET /api/inboxes?limit=501', undefined, 400, 'invalid_request', 'limit'],
  ])('%s %j', async (line, body, status, code, says) => {
    await using http = await startHttp();
    await create(http, 'Taken', 'order');
    const answer = await call(http, line, body);
    const problem = problemDetails.parse(json(answer));
    expect({ status: answer.status, code: problem.code }).toEqual({ status, code });
    expect(JSON.stringify(problem)).toContain(says);
  });
});

test('an address that never had mail is an empty inbox, and one that has is listed', async () => {
  await using mail = await startMail();
  expect(await getInbox(mail, 'address:Ann@Shop.test')).toEqual({
    id: 'address:ann@shop.test',
    kind: 'address',
    name: 'ann@shop.test',
    query: null,
    count: 0,
    unread: 0,
    retention: { messagesMax: 0, ageMsMax: 0 },
    filledShare: 1,
    createdAt: null,
  });
  await mail.send({ from: 'a@x.test', to: 'ann@shop.test', bcc: 'bob@shop.test', text: 'x' });
  const page = inboxPage.parse(
    json(await call(mail, 'GET /api/inboxes?kind=address,domain&q=SHOP')),
  );
  expect(page).toMatchObject({ matched: 3, nextCursor: null });
  expect(page.inboxes.map(({ id }) => id).sort()).toEqual([
    'address:ann@shop.test',
    'address:bob@shop.test',
    'domain:shop.test',
  ]);
});

test('pages hang together by their cursor', async () => {
  await using http = await startHttp();
  await create(http, 'Order "α"', 'order');
  for (let n = 0; n < 7; n++) await http.deliver('x: y\r\n\r\n', [`u${n}@d${n}.test`]);
  for (const sort of ['busiest', 'name']) {
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await call(http, `GET /api/inboxes?limit=4&sort=${sort}${query}`);
      const page = inboxPage.parse(json(answer));
      expect(page.matched).toBe(16);
      seen.push(...page.inboxes.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(16);
  }
});

test('a named one: made, filled, read, marked, cleared, brought back, changed, deleted', async () => {
  await using mail = await startMail();
  await mail.send({ from: 'a@x.test', to: 'ann@shop.test', subject: 'Order 1' });
  const made = await create(mail, 'Shop orders', 'to:*@shop.test subject:order');
  expect(made).toMatchObject({ kind: 'named', query: 'to:*@shop.test subject:order' });
  await expect.poll(async () => (await getInbox(mail, made.id)).filledShare).toBe(1);
  await mail.send({ from: 'a@x.test', to: 'ann@other.test', subject: 'Order 2' });
  await mail.send({ from: 'a@x.test', to: 'bob@shop.test', subject: 'Order 3' });
  const path = pathOf(made.id);
  const list = async (query = '') =>
    messagePage.parse(json(await call(mail, `GET ${path}/messages${query}`)));
  expect((await list()).messages.map(({ subject }) => subject)).toEqual(['Order 3', 'Order 1']);
  expect(await list('?query=to:bob@shop.test')).toMatchObject({ matched: 1, matchedUnread: 1 });
  for (const target of [made.id, 'Shop%20orders']) {
    const found = await call(mail, `GET /api/messages?inbox=${target}`);
    expect(messagePage.parse(json(found)).matched).toBe(2);
  }
  const marked = await call(mail, `PATCH ${path}/messages`, { isRead: true });
  expect(json(marked)).toMatchObject({ ids: [expect.any(String), expect.any(String)] });
  expect(await getInbox(mail, made.id)).toMatchObject({ count: 2, unread: 0 });
  expect(await list('?unread=true')).toMatchObject({ matched: 0, messages: [] });

  const cleared = removal.parse(json(await call(mail, `DELETE ${path}/messages`)));
  expect(cleared.count).toBe(2);
  expect(await getInbox(mail, made.id)).toMatchObject({ count: 0 });
  expect(await getInbox(mail, 'address:bob@shop.test')).toMatchObject({ count: 0 });
  await call(mail, `DELETE /api/removals/${cleared.id}`);
  expect(await getInbox(mail, made.id)).toMatchObject({ count: 2, unread: 0 });

  const changed = await call(mail, `PATCH ${path}`, {
    name: 'Newest order',
    retention: { messagesMax: 1, ageMsMax: 0 },
  });
  expect(inboxShape.parse(json(changed))).toMatchObject({
    name: 'Newest order',
    query: 'to:*@shop.test subject:order',
    retention: { messagesMax: 1, ageMsMax: 0 },
  });
  await expect
    .poll(async () => (await list()).messages.map(({ subject }) => subject))
    .toEqual(['Order 3']);
  expect((await call(mail, `DELETE ${path}`)).status).toBe(200);
  expect((await call(mail, `GET ${path}`)).status).toBe(404);
  expect((await call(mail, `DELETE ${path}`)).status).toBe(404);
  expect((await mail.storage.overview()).total).toBe(2);
});

test('a selection may be an inbox, or what is found in one', async () => {
  await using http = await startHttp();
  for (const [subject, to] of [
    ['Order 1', 'ann@shop.test'],
    ['Hello', 'ann@shop.test'],
    ['Order 2', 'bob@shop.test'],
  ] as const) {
    await http.deliver(`Subject: ${subject}\r\n\r\n`, [to]);
  }
  const ann = 'address:ann@shop.test';
  const marked = await call(http, 'PATCH /api/messages', {
    selection: { inbox: ann, query: 'subject:order' },
    isRead: true,
  });
  expect(json(marked)).toMatchObject({ ids: [expect.any(String)] });
  expect(await getInbox(http, ann)).toMatchObject({ count: 2, unread: 1 });
  const gone = removal.parse(json(await call(http, 'DELETE /api/messages', { inbox: ann })));
  expect(gone.count).toBe(2);
  expect(await getInbox(http, 'domain:shop.test')).toMatchObject({ count: 1, unread: 1 });
  const none = await call(http, 'DELETE /api/messages', { inbox: 'no such inbox' });
  expect(removal.parse(json(none)).count).toBe(0);
  expect((await call(http, 'DELETE /api/messages', { inbox: '' })).status).toBe(400);
});

test.each([
  'user:__proto__',
  'user:constructor',
  'user:a/b?c=d&e%2f#f',
  'user:\u202egnp.exe',
  `user:${'x'.repeat(255)}`,
  'address:"a b"@x.test',
  'address:a/../b@x.test',
  'address:\u00fc\u00f1@b\u00fccher.test',
  'domain:[127.0.0.1]',
])('%s is an inbox like any other', async (id) => {
  await using http = await startHttp();
  expect(await getInbox(http, id)).toMatchObject({ id, count: 0 });
  const { status } = await call(http, `GET ${pathOf(id)}/messages`);
  expect(status).toBe(200);
  const found = await call(http, `GET /api/messages?inbox=${encodeURIComponent(id)}`);
  expect(messagePage.parse(json(found)).matched).toBe(0);
});

interface Listener {
  text(): string;
  ids(): readonly string[];
  events(name: string): readonly unknown[];
}

async function listen(http: HttpFixture, target: string): Promise<Listener> {
  const socket = await openSocket(http.port);
  open.push(socket);
  let text = '';
  socket.on('data', (octets) => {
    text += octets.toString();
  });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await expect.poll(() => text).toContain(': connected');
  return {
    text: () => text,
    ids: () => Array.from(text.matchAll(/^id: (\d+)$/gm), (match) => match[1] ?? ''),
    events: (name) =>
      Array.from(text.matchAll(new RegExp(`^event: ${name}\\ndata: (.*)$`, 'gm')), (match) =>
        JSON.parse(match[1] ?? 'null'),
      ),
  };
}

describe('the stream of one inbox', () => {
  test('has its messages, their changes and removals, and nothing of others', async () => {
    await using http = await startHttp();
    const orders = await create(http, 'Orders', 'subject:order');
    const ann = await listen(http, '/api/events?inbox=address:Ann@Shop.test');
    const named = await listen(http, `/api/events?inbox=${orders.id}`);
    const all = await listen(http, '/api/events');
    await http.deliver('Subject: order\r\n\r\n', ['bob@shop.test']);
    const hers = await http.deliver('Subject: hello\r\n\r\n', ['ann@shop.test', 'bob@shop.test']);
    const gone = await http.deliver('Subject: order 2\r\n\r\n', ['ann@shop.test']);
    await call(http, `PATCH /api/messages/${hers}`, { isRead: true });
    await call(http, 'DELETE /api/messages', { all: true });
    await expect.poll(() => all.events('messages-removed').length).toBe(1);
    await expect.poll(() => ann.events('messages-removed').length).toBe(1);
    await expect.poll(() => named.events('messages-removed').length).toBe(1);
    const subjects = (listener: Listener) =>
      listener.events('message').map((message) => placedMessage.parse(message).subject);
    expect(subjects(all)).toEqual(['order', 'hello', 'order 2']);
    expect(subjects(ann)).toEqual(['hello', 'order 2']);
    expect(subjects(named)).toEqual(['order', 'order 2']);
    expect(all.events('message').map((message) => placedMessage.parse(message).inboxes)).toEqual([
      [orders.id],
      [],
      [orders.id],
    ]);
    expect(ann.events('message-updated')).toHaveLength(1);
    expect(named.events('message-updated')).toHaveLength(0);
    const [removed] = ann.events('messages-removed');
    expect(messagesRemoved.parse(removed).ids).toEqual([hers, gone]);
  });

  test('Last-Event-ID brings what was missed in it', async () => {
    await using http = await startHttp();
    const target = '/api/events?inbox=domain:shop.test';
    const first = await listen(http, target);
    await http.deliver('Subject: seen\r\n\r\n', ['a@shop.test']);
    await expect.poll(() => first.events('message').length).toBe(1);
    const seen = first.ids().at(-1);
    for (let n = 0; n < 20; n++) await http.deliver('Subject: other\r\n\r\n', ['a@x.test']);
    await http.deliver('Subject: missed\r\n\r\n', ['a@x.test', 'b@shop.test']);
    await http.storage.overview();
    const again = await listen(http, `${target}&lastEventId=${seen}`);
    await expect.poll(() => again.events('message').length).toBe(1);
    expect(again.events('message')).toMatchObject([{ subject: 'missed' }]);
    expect(again.events('resync')).toEqual([]);
  });

  test('its id does not fall behind where others get the mail', async () => {
    await using http = await startHttp({ limits: { eventHeartbeatMs: 20, eventHistoryMax: 2 } });
    const listener = await listen(http, '/api/events?inbox=user:nobody');
    const first = listener.ids()[0];
    for (let n = 0; n < 10; n++) await http.deliver('Subject: x\r\n\r\n');
    await http.storage.overview();
    await expect.poll(() => Number(listener.ids().at(-1)) - Number(first)).toBe(10);
    const again = await listen(
      http,
      `/api/events?inbox=user:nobody&lastEventId=${listener.ids().at(-1)}`,
    );
    expect(again.events('resync')).toEqual([]);
  });

  test('to more addresses than an event can name: fetch again', async () => {
    await using http = await startHttp();
    const listener = await listen(http, '/api/events?inbox=address:u299@x.test');
    const many = Array.from({ length: 300 }, (_, n) => `u${n}@x.test`);
    await http.deliver('Subject: x\r\n\r\n', many);
    await expect.poll(() => listener.events('resync').length).toBe(1);
  });
});

test('two hundred tests at once, each with an address of its own, never see each other', async () => {
  await using mail = await startMail();
  const transport = createTransport({
    host: '127.0.0.1',
    port: mail.smtpPort,
    ignoreTLS: true,
    pool: true,
    maxConnections: 20,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  const shared = await create(mail, 'All welcomes', 'subject:welcome');
  async function one(n: number): Promise<void> {
    const address = `test-${n}@parallel.test`;
    const path = pathOf(`address:${address}`);
    const list = async () => {
      const page = messagePage.parse(json(await call(mail, `GET ${path}/messages`)));
      return page.messages.map(({ subject, isRead }) => ({ subject, isRead }));
    };
    for (const round of [1, 2]) {
      await transport.sendMail({ from: 'a@x.test', to: address, subject: `Welcome ${n}.${round}` });
    }
    expect(await list()).toEqual([
      { subject: `Welcome ${n}.2`, isRead: false },
      { subject: `Welcome ${n}.1`, isRead: false },
    ]);
    await call(mail, `PATCH ${path}/messages`, { isRead: true });
    expect(await getInbox(mail, `address:${address}`)).toMatchObject({ count: 2, unread: 0 });
    if (n % 2 === 0) return;
    const cleared = removal.parse(json(await call(mail, `DELETE ${path}/messages`)));
    expect(cleared.count).toBe(2);
    expect(await list()).toEqual([]);
  }
  await Promise.all(Array.from({ length: 200 }, (_, n) => one(n)));
  transport.close();
  expect(await getInbox(mail, 'domain:parallel.test')).toMatchObject({ count: 200, unread: 0 });
  expect(await getInbox(mail, shared.id)).toMatchObject({ count: 200, unread: 0 });
  const page = inboxPage.parse(json(await call(mail, 'GET /api/inboxes?kind=address&limit=500')));
  expect(page.inboxes.map(({ count }) => count)).toEqual(Array.from({ length: 100 }, () => 2));
});
