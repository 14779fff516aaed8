/** The calls of MailHog that scripts use, over real mail; without the option there are none. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../testing/mail-fixture.ts';

let mail: MailFixture;
let id: string;
beforeAll(async () => {
  mail = await startMail({ compat: ['mailhog'] });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
  await mail.send({ from: 'a@example.test', to: 'first@example.test', subject: 'One', text: '1' });
  id = await mail.send({
    from: 'a@example.test',
    to: 'second@example.test',
    bcc: 'hidden@example.test',
    subject: 'Two',
    text: 'Code 42',
    html: '<p>Code 42</p>',
  });
});

async function get(path: string) {
  const { status, body } = await request(mail.port, `GET ${path}`);
  expect(status).toBe(200);
  return JSON.parse(body.toString());
}

test('the list has messages as they were sent, the newest first', async () => {
  const list = await get('/api/v2/messages?start=0&limit=1');
  expect(list).toMatchObject({ total: 2, count: 1, start: 0 });
  const [item] = list.items;
  expect(item).toMatchObject({
    ID: id,
    From: { Relays: null, Mailbox: 'a', Domain: 'example.test', Params: '' },
    To: [{ Mailbox: 'second' }, { Mailbox: 'hidden' }],
    Content: { Headers: { Subject: ['Two'], To: ['second@example.test'] } },
    MIME: { Parts: [{ Body: 'Code 42' }, { Body: '<p>Code 42</p>', MIME: null }] },
    Raw: { From: 'a@example.test', To: ['second@example.test', 'hidden@example.test'] },
  });
  expect(item.Raw.Data).toContain('Subject: Two');
  expect((await get('/api/v2/messages?start=1')).items).toHaveLength(1);
});

test.each([
  ['kind=to&query=hidden@example.test', 1],
  ['kind=to&query=cond', 1],
  ['kind=to&query=ond@example.test', 0],
  ['kind=from&query=a@example.test', 2],
  ['kind=containing&query=ode 42', 1],
])('search by %s', async (query, total) => {
  expect(await get(`/api/v2/search?${query.replace(' ', '%20')}`)).toMatchObject({ total });
});

test('one message, its octets, its deletion, and that of all', async () => {
  expect(await get(`/api/v1/messages/${id}`)).toMatchObject({ ID: id });
  const saved = await request(mail.port, `GET /api/v1/messages/${id}/download`);
  expect(saved.headers['content-disposition']).toBe(`attachment; filename="${id}.eml"`);
  expect(saved.body).toEqual(Buffer.from((await mail.storage.raw(id)) ?? []));
  expect((await request(mail.port, `DELETE /api/v1/messages/${id}`)).status).toBe(200);
  expect((await request(mail.port, `GET /api/v1/messages/${id}`)).status).toBe(404);
  expect((await request(mail.port, 'DELETE /api/v1/messages')).status).toBe(200);
  expect(await get('/api/v2/messages')).toMatchObject({ total: 0, items: [] });
});

test('what is wrong is refused, and so is whoever may not call', async () => {
  expect((await request(mail.port, 'GET /api/v2/search?kind=to')).status).toBe(400);
  expect((await request(mail.port, 'POST /api/v2/messages')).status).toBe(405);
  const foreign = { Origin: 'http://evil.test' };
  expect((await request(mail.port, `DELETE /api/v1/messages/${id}`, foreign)).status).toBe(403);
  await using without = await startMail();
  expect((await request(without.port, 'GET /api/v2/messages')).status).toBe(404);
});
