import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../../db/store-error.ts';
import { request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import {
  changedMessages,
  messageDetail,
  messagePage,
  messageSummary,
  overview,
  problemDetails,
  removal,
} from '../shapes.ts';

const json = { 'Content-Type': 'application/json' };

async function call(http: HttpFixture, line: string, body?: unknown) {
  const answer = await request(
    http.port,
    line,
    body === undefined ? {} : json,
    body === undefined ? '' : JSON.stringify(body),
  );
  return {
    status: answer.status,
    headers: answer.headers,
    body: JSON.parse(answer.body.toString()),
  };
}

async function subjects(http: HttpFixture, query = ''): Promise<readonly string[]> {
  const { body } = await call(http, `GET /api/messages${query}`);
  return messagePage.parse(body).messages.map(({ subject }) => subject);
}

describe('the list', () => {
  let http: HttpFixture;
  let ids: string[];
  beforeAll(async () => {
    http = await startHttp();
    ids = [];
    for (let n = 1; n <= 7; n++) {
      ids.push(
        await http.deliver(`Subject: number ${n}\r\nX-Tags: t${n % 2}\r\n\r\nbody`, [
          `user${n % 3}@example.test`,
        ]),
      );
    }
    await call(http, `PATCH /api/messages/${ids[0]}`, { isRead: true });
  });
  afterAll(() => http[Symbol.asyncDispose]());

  it('is the newest first, with the counts of all', async () => {
    const { status, body } = await call(http, 'GET /api/messages?limit=2');
    expect(status).toBe(200);
    const page = messagePage.parse(body);
    expect(page.messages.map(({ id }) => id)).toEqual([ids[6], ids[5]]);
    expect(page).toMatchObject({ matched: 7, matchedUnread: 6, total: 7, unread: 6 });
  });

  it('is paged by cursor to its end, each message once, though new ones arrive', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = messagePage.parse((await call(http, `GET /api/messages?limit=3${from}`)).body);
      seen.push(...page.messages.map(({ id }) => id));
      cursor = page.nextCursor;
      if (seen.length === 3) ids.push(await http.deliver('Subject: late\r\n\r\n'));
    }
    expect(seen).toEqual(ids.slice(0, 7).reverse());
    await call(http, 'DELETE /api/messages', { ids: [ids.pop()] });
  });

  it('can be entered far down', async () => {
    expect(await subjects(http, '?skip=5')).toEqual(['number 2', 'number 1']);
  });

  it('conditions combine by AND', async () => {
    expect(await subjects(http, '?recipient=USER0@example.test')).toEqual(['number 6', 'number 3']);
    expect(await subjects(http, '?recipient=user0@example.test&tag=t1')).toEqual(['number 3']);
    expect(await subjects(http, '?unread=false')).toEqual(['number 1']);
    expect(await subjects(http, '?unread=true&recipient=user1@example.test')).toEqual([
      'number 7',
      'number 4',
    ]);
    expect(await subjects(http, '?user=alice&limit=1')).toEqual(['number 7']);
    expect(await subjects(http, '?user=nobody')).toEqual([]);
    expect(await subjects(http, '?query=5')).toEqual(['number 5']);
    expect(await subjects(http, '?query=number&tag=t0&recipient=user1@example.test')).toEqual([
      'number 4',
    ]);
    expect(await subjects(http, '?query=')).toHaveLength(7);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['skip=-1', 'skip'],
    ['unread=yes', 'unread'],
    ['recipient=', 'recipient'],
    [`query=${'x'.repeat(1001)}`, 'query'],
    ['cursor=x', 'cursor'],
    ['cursor=', 'cursor'],
    ['q=x', 'known are query, recipient, user, inbox, tag, unread, limit, cursor, skip'],
  ])('%.30s is refused, naming what is wrong', async (query, named) => {
    const { status, body, headers } = await call(http, `GET /api/messages?${query}`);
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body.detail).toContain(named);
  });

  it('every bad field is named at once', async () => {
    const { body } = await call(http, 'GET /api/messages?limit=x&skip=y&z=1');
    expect(body.code).toBe('invalid_request');
    expect(body.fields.map((field: { name: string }) => field.name).sort()).toEqual([
      'limit',
      'skip',
      'z',
    ]);
  });

  it('a query that cannot be read says what and how', async () => {
    const { status, body } = await call(http, 'GET /api/messages?query=bogus:x');
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_query');
    expect(body.detail).toContain('bogus');
    expect(problemDetails.parse(body).fields).toMatchObject([
      { in: 'query', name: 'query', position: 0 },
    ]);
  });
});

describe('one message', () => {
  it('is told in full, and reading it changes nothing', async () => {
    await using http = await startHttp();
    const id = await http.deliver(
      'From: A <a@x.test>\r\nTo: B <b@x.test>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--b--\r\n',
    );
    for (const name of [id, 'latest']) {
      const { status, body } = await call(http, `GET /api/messages/${name}`);
      expect(status).toBe(200);
      const message = messageDetail.parse(body);
      expect(message).toEqual(body);
      expect(message).toMatchObject({
        id,
        isRead: false,
        subject: 'Grüße',
        from: { name: 'A', address: 'a@x.test' },
        envelope: {
          reversePath: 'from@example.test',
          forwardPaths: [{ address: 'to@example.test', parameters: { NOTIFY: 'NEVER' } }],
          parameters: { BODY: '8BITMIME', SMTPUTF8: true },
        },
        origin: { authUser: 'alice', tls: { protocol: 'TLSv1.3' } },
        attachmentCount: 1,
        dialogue: [{ atMs: 1, from: 'server', text: '220 ready' }],
      });
      expect(message.text).toContain('hello');
      expect(message.root.children.map(({ fileName }) => fileName)).toEqual([null, 'a.pdf']);
    }
    expect((await http.storage.overview()).unread).toBe(1);
  });

  it.each(['GET', 'PATCH', 'DELETE'])('%s of an unknown one is 404', async (method) => {
    await using http = await startHttp();
    await http.deliver('Subject: other\r\n\r\n');
    for (const id of ['0'.repeat(22), 'x', "'%20OR%201=1", '%25']) {
      const body = method === 'PATCH' ? { isRead: true } : undefined;
      const answer = await call(http, `${method} /api/messages/${id}`, body);
      expect(answer.status).toBe(404);
      expect(answer.body.code).toBe('message_not_found');
    }
    expect((await http.storage.overview()).total).toBe(1);
  });

  it('the latest of none is 404', async () => {
    await using http = await startHttp();
    const { status, body } = await call(http, 'GET /api/messages/latest');
    expect([status, body.detail]).toEqual([404, 'There is no message yet.']);
  });

  it('read state and tags change, each alone or together', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: x\r\n\r\n');
    const change = async (body: unknown) =>
      messageSummary.parse((await call(http, `PATCH /api/messages/${id}`, body)).body);
    expect(await change({ isRead: true })).toMatchObject({ isRead: true, tags: [] });
    expect(await change({ tags: ['a', 'Grün'] })).toMatchObject({ isRead: true });
    const both = await change({ tags: ['b'], isRead: false });
    expect(both).toMatchObject({ isRead: false, tags: ['b'] });
    expect(await change({ tags: [] })).toMatchObject({ tags: [] });
  });

  it.each([
    {},
    { isRead: 'true' },
    { isRead: null },
    { tags: 'a' },
    { tags: [''] },
    { tags: ['a\nb'] },
    { tags: ['x'.repeat(65)] },
    { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) },
    { isRead: true, id: 'x' },
    [],
    null,
  ])('%j is no change', async (body) => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: x\r\n\r\n');
    expect((await call(http, `PATCH /api/messages/${id}`, body)).status).toBe(400);
    expect((await http.storage.get(id))?.isRead).toBe(false);
  });

  it('"latest" cannot be changed: it may be another one by now', async () => {
    await using http = await startHttp();
    await http.deliver('Subject: x\r\n\r\n');
    expect((await call(http, 'DELETE /api/messages/latest')).status).toBe(404);
    expect((await call(http, 'PATCH /api/messages/latest', { isRead: true })).status).toBe(404);
    expect(await http.storage.overview()).toMatchObject({ total: 1, unread: 1 });
  });

  it.each(['__proto__', 'constructor', 'toString'])('a tag may be called %s', async (tag) => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: x\r\n\r\n');
    const { body } = await call(http, `PATCH /api/messages/${id}`, { tags: [tag] });
    expect(body.tags).toEqual([tag]);
    expect((await call(http, 'GET /api/overview')).body.tags).toEqual([
      { name: tag, count: 1, unread: 1 },
    ]);
  });
});

describe('many messages', () => {
  it('are marked by ids, by search, or all', async () => {
    await using http = await startHttp();
    const ids = [
      await http.deliver('Subject: one\r\n\r\n'),
      await http.deliver('Subject: two\r\n\r\n'),
    ];
    const change = async (selection: unknown, isRead: boolean) =>
      changedMessages.parse((await call(http, 'PATCH /api/messages', { selection, isRead })).body);
    expect(await change({ ids: [ids[0]] }, true)).toEqual({ ids: [ids[0]] });
    expect((await change({ all: true }, true)).ids).toEqual([ids[1]]);
    expect((await change({ query: 'subject:two' }, false)).ids).toEqual([ids[1]]);
    expect((await change({ ids: ['unknown'] }, true)).ids).toEqual([]);
  });

  it('are deleted by ids, by search, or all, and can come back', async () => {
    await using http = await startHttp();
    for (const subject of ['one', 'two', 'three'])
      await http.deliver(`Subject: ${subject}\r\n\r\n`);
    const byQuery = await call(http, 'DELETE /api/messages', { query: 'subject:two' });
    expect(byQuery.status).toBe(200);
    const first = removal.parse(byQuery.body);
    expect(first.count).toBe(1);
    expect(Date.parse(first.undoUntil)).toBeGreaterThan(Date.now());
    expect(await subjects(http)).toEqual(['three', 'one']);
    const all = removal.parse((await call(http, 'DELETE /api/messages', { all: true })).body);
    expect(all.count).toBe(2);
    expect(await subjects(http)).toEqual([]);

    const undone = await call(http, `DELETE /api/removals/${first.id}`);
    expect([undone.status, undone.body]).toEqual([200, { ids: first.ids }]);
    expect(await subjects(http)).toEqual(['two']);
    const again = await call(http, `DELETE /api/removals/${first.id}`);
    expect([again.status, again.body.code]).toEqual([404, 'removal_not_found']);
  });

  it('one is deleted by its path', async () => {
    await using http = await startHttp();
    const id = await http.deliver('Subject: x\r\n\r\n');
    const { status, body } = await call(http, `DELETE /api/messages/${id}`);
    expect([status, removal.parse(body).ids]).toEqual([200, [id]]);
    expect((await call(http, `DELETE /api/messages/${id}`)).status).toBe(404);
  });

  it('a query without a condition deletes nothing', async () => {
    await using http = await startHttp();
    await http.deliver('Subject: x\r\n\r\n');
    const { status, body } = await call(http, 'DELETE /api/messages', { query: ' ' });
    expect([status, body.code]).toEqual([400, 'invalid_query']);
    expect(body.detail).toContain('{"all": true}');
    expect((await call(http, 'GET /api/overview')).body.total).toBe(1);
  });
});

describe('counts', () => {
  it('by recipient, user and tag', async () => {
    await using http = await startHttp();
    await http.deliver('Subject: x\r\nX-Tags: t\r\n\r\nx', ['b@x.test', 'a@x.test']);
    const { body } = await call(http, 'GET /api/overview');
    expect(overview.parse(body)).toMatchObject({
      total: 1,
      unread: 1,
      users: [{ name: 'alice', count: 1, unread: 1 }],
      tags: [{ name: 't', count: 1, unread: 1 }],
    });
    expect(body.recipients).toHaveLength(2);
  });
});

describe('a failing store', () => {
  const failing = (error: Error) =>
    startHttp({
      wrapStorage: (storage) =>
        new Proxy(storage, {
          get: (target, name) =>
            name === 'close' ? () => target.close() : () => Promise.reject(error),
        }),
    });

  it.each([
    ['diskFull', 507, 'storage_full'],
    ['damaged', 503, 'storage_unavailable'],
    ['closed', 503, 'storage_unavailable'],
  ] as const)('%s is %d', async (storeCode, status, code) => {
    await using http = await failing(new StoreError(storeCode, 'What, why, way out.'));
    for (const [line, body] of [
      ['GET /api/messages'],
      ['GET /api/overview'],
      ['DELETE /api/messages', { all: true }],
    ] as const) {
      const answer = await call(http, line, body);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ status, code, detail: 'What, why, way out.' });
    }
    expect(http.errors.length).toBe(3);
    expect((await request(http.port, 'GET /readyz')).status).toBe(503);
    expect((await request(http.port, 'GET /livez')).status).toBe(200);
  });

  it('our own fault is 500, without a word about our inside', async () => {
    await using http = await failing(new TypeError('secret of ours at /home/x'));
    const { status, body } = await call(http, 'GET /api/messages');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(http.errors).toHaveLength(1);
  });
});

describe('methods', () => {
  it.each([
    ['PUT /api/messages', 'GET, HEAD, PATCH, DELETE'],
    ['POST /api/messages/x', 'GET, HEAD, PATCH, DELETE'],
    ['DELETE /api/messages/x/raw', 'GET, HEAD'],
    ['GET /api/removals/x', 'DELETE'],
    ['GET /api/test-messages', 'POST'],
    ['OPTIONS /api/overview', 'GET, HEAD'],
    ['POST /livez', 'GET, HEAD'],
    ['POST /', 'GET, HEAD'],
  ])('%s is 405 and says what is allowed', async (line, allow) => {
    await using http = await startHttp();
    const { status, headers, body } = await call(http, line);
    expect([status, headers.allow, body.code]).toEqual([405, allow, 'method_not_allowed']);
  });
});
