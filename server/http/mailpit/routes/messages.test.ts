/** Lists and deletions, with what clients lean on and what would have been a trap. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import type { MessagesSummaryShape } from '../shapes.ts';

let mail: MailFixture;
let ids: string[];
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
  ids = [];
  for (const n of [1, 2, 3]) {
    ids.push(
      await mail.send({
        from: 'Ann <ann@example.test>',
        to: `to${n}@example.test`,
        bcc: 'hidden@example.test',
        subject: `Number ${n}`,
        text: `Text ${n}`,
        headers: n === 2 ? { 'X-Tags': 'b, A' } : {},
      }),
    );
  }
});

async function list(path: string): Promise<MessagesSummaryShape> {
  const answer = await fetch(mail.url + path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as MessagesSummaryShape;
}
const subjects = async (path: string) =>
  (await list(path)).messages.map(({ Subject }) => Subject.replace('Number ', ''));

describe('the list', () => {
  test.each([
    ['', ['3', '2', '1']],
    ['?limit=1', ['3']],
    ['?start=1&limit=1', ['2']],
    ['?start=9', []],
    ['?limit=0&start=2', ['3', '2', '1']],
    ['?limit=-1', ['3', '2', '1']],
    ['?limit=many&start=some', ['3', '2', '1']],
    ['?before=2000-01-01', []],
    ['?before=2100-01-01', ['3', '2', '1']],
    ['?before=nonsense', ['3', '2', '1']],
  ])('%s', async (query, expected) => {
    expect(await subjects(`/api/v1/messages${query}`)).toEqual(expected);
  });

  test('counts the whole mailbox and this page', async () => {
    await mail.storage.markRead({ kind: 'ids', ids: ids.slice(0, 1) }, true);
    expect(await list('/api/v1/messages?limit=1&start=1')).toMatchObject({
      total: 3,
      unread: 2,
      count: 1,
      messages_count: 3,
      messages_unread: 2,
      start: 1,
      tags: ['A', 'b'],
    });
  });

  test('names who was addressed blindly, as the envelope has it', async () => {
    const { messages } = await list('/api/v1/messages?limit=1');
    expect(messages[0]).toMatchObject({
      ID: ids[2],
      Read: false,
      From: { Name: 'Ann', Address: 'ann@example.test' },
      To: [{ Name: '', Address: 'to3@example.test' }],
      Cc: [],
      Bcc: [{ Name: '', Address: 'hidden@example.test' }],
      ReplyTo: [],
      Tags: [],
      Attachments: 0,
      Snippet: 'Text 3',
    });
  });

  test('has no end when all are asked for', async () => {
    const raw = 'From: a@b.test\r\n\r\nx';
    await Promise.all(Array.from({ length: 1_100 }, () => mail.deliver(raw)));
    expect((await list('/api/v1/messages?limit=0')).messages).toHaveLength(1_103);
    const page = await list('/api/v1/messages?limit=1050&start=10');
    expect(new Set(page.messages.map(({ ID }) => ID)).size).toBe(1_050);
  });
});

describe('search', () => {
  test('answers like the list, with its own counts', async () => {
    await mail.storage.markRead({ kind: 'ids', ids: ids.slice(0, 1) }, true);
    expect(await list('/api/v1/search?query=number&limit=1&start=1')).toMatchObject({
      total: 3,
      unread: 2,
      count: 1,
      messages_count: 3,
      messages_unread: 2,
      start: 1,
      messages: [{ ID: ids[1] }],
    });
    expect(await subjects('/api/v1/search?query=number&limit=0')).toEqual([]);
    expect(await subjects('/api/v1/search?query=nothing')).toEqual([]);
  });

  test.each(['', '?query=', '?query=%20', '?query=---'])('without a query %s', async (query) => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await request(mail.port, `${method} /api/v1/search${query}`);
      expect([answer.status, answer.body.toString()]).toEqual([400, 'Error: no search query']);
    }
    expect((await list('/api/v1/messages')).total).toBe(3);
  });

  test.each(['to:', 'tag:""', 'after:soon', 'before:31.31.2020', 'number&tz=Moon/Sea'])(
    '%s deletes nothing',
    async (query) => {
      const answer = await request(mail.port, `DELETE /api/v1/search?query=${query}`);
      expect(answer.status).toBe(400);
      expect((await list('/api/v1/messages')).total).toBe(3);
    },
  );

  test('deletes what it finds', async () => {
    const answer = await request(mail.port, 'DELETE /api/v1/search?query=to:to2@example.test');
    expect([answer.status, answer.body.toString()]).toEqual([200, 'ok']);
    expect(await subjects('/api/v1/messages')).toEqual(['3', '1']);
  });
});

describe('deletion', () => {
  test.each([
    ['no body', '', {}],
    ['an empty object', '{}', {}],
    ['no ids', '{"IDs":[]}', {}],
    ['null', '{"ids":null}', {}],
    ['a form', 'ids=1', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ])('%s means all', async (_, body, headers) => {
    const answer = await request(mail.port, 'DELETE /api/v1/messages', headers, body);
    expect([answer.status, answer.body.toString()]).toEqual([200, 'ok']);
    expect((await list('/api/v1/messages')).total).toBe(0);
  });

  test('the query does not count', async () => {
    await request(mail.port, 'DELETE /api/v1/messages?query=subject:none');
    expect((await list('/api/v1/messages')).total).toBe(0);
  });

  test('by id, in any case of the name, known or not, once or twice', async () => {
    const body = JSON.stringify({ ids: [ids[0], ids[0], 'unknown'] });
    const answer = await request(mail.port, 'DELETE /api/v1/messages', {}, body);
    expect(answer.status).toBe(200);
    expect(await subjects('/api/v1/messages')).toEqual(['3', '2']);
  });

  test.each(['{"IDs":["x"', '["x"]', '{"IDs":"x"}', '{"IDs":[1]}', '{IDs:[]}', 'x', '"x"'])(
    '%s deletes nothing',
    async (body) => {
      const answer = await request(mail.port, 'DELETE /api/v1/messages', {}, body);
      expect(answer.status).toBe(400);
      expect((await list('/api/v1/messages')).total).toBe(3);
    },
  );
});

describe('read state', () => {
  const unread = async () => (await list('/api/v1/messages')).unread;
  test('of some, of those found, of all', async () => {
    const put = (body: unknown, query = '') =>
      request(mail.port, `PUT /api/v1/messages${query}`, {}, JSON.stringify(body));
    await put({ IDs: [ids[0], 'unknown'], Read: true });
    expect(await unread()).toBe(2);
    await put({ Search: 'to:to2@example.test', Read: true }, '?tz=Asia/Tokyo');
    expect(await unread()).toBe(1);
    await put({ Read: true });
    expect(await unread()).toBe(0);
    await put({ IDs: [] });
    expect(await unread()).toBe(3);
  });
});
