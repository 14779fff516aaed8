/** Tags by their calls; names are compared without regard to case. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';

let mail: MailFixture;
let id: string;
let other: string;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
  const message = { from: 'a@b.test', to: 'c@b.test', text: 'x' };
  id = await mail.send({ ...message, headers: { 'X-Tags': 'Blue, red' } });
  other = await mail.send({ ...message, headers: { 'X-Tags': 'blue' } });
});

const call = async (line: string, body: unknown = '') => {
  const text = body === '' ? '' : JSON.stringify(body);
  const answer = await request(mail.port, line, {}, text);
  return [answer.status, answer.body.toString().trim()];
};
const tagsOf = async (one: string) => (await mail.storage.get(one))?.tags;

test('all of them, sorted', async () => {
  expect(await call('GET /api/v1/tags')).toEqual([200, '["Blue","red"]']);
  await mail.storage.remove({ kind: 'all' });
  expect(await call('GET /api/v1/tags')).toEqual([200, '[]']);
});

test.each([
  [
    ['One', 'one', ' two  words '],
    ['One', 'two words'],
  ],
  [['a.b-c_d@e'], ['a.b-c_d@e']],
  [['a!b', '///', ''], ['a b']],
  [[], []],
])('%j takes the place of what was there', async (tags, expected) => {
  expect(await call('PUT /api/v1/tags', { Tags: tags, IDs: [id, 'unknown'] })).toEqual([200, 'ok']);
  expect(await tagsOf(id)).toEqual(expected);
  expect(await tagsOf(other)).toEqual(['blue']);
});

test('without ids nothing happens', async () => {
  expect(await call('PUT /api/v1/tags', { Tags: ['x'] })).toEqual([200, 'ok']);
  expect(await call('GET /api/v1/tags')).toEqual([200, '["Blue","red"]']);
});

test.each([
  ['PUT /api/v1/tags/green', { Name: 'x' }, 'tag not found: green'],
  ['PUT /api/v1/tags/RED', { Name: 'BLUE' }, 'tag already exists: BLUE'],
  ['PUT /api/v1/tags/red', { Name: '!!' }, 'invalid tag name: !!'],
  ['PUT /api/v1/tags/red', {}, 'invalid tag name:'],
  ['DELETE /api/v1/tags/green', '', 'tag not found: green'],
])('%s %j is refused', async (line, body, text) => {
  expect(await call(line, body)).toEqual([400, text]);
  expect(await call('GET /api/v1/tags')).toEqual([200, '["Blue","red"]']);
});

test('a name changes everywhere, with its path in percent', async () => {
  expect(await call('PUT /api/v1/tags/blue', { Name: 'Sky / Blue' })).toEqual([200, 'ok']);
  expect(await tagsOf(id)).toEqual(['Sky Blue', 'red']);
  expect(await call('PUT /api/v1/tags/sky%20blue', { name: 'Sea' })).toEqual([200, 'ok']);
  expect(await tagsOf(other)).toEqual(['Sea']);
});

test('a tag goes, its messages stay', async () => {
  expect(await call('DELETE /api/v1/tags/BLUE')).toEqual([200, 'ok']);
  expect([await tagsOf(id), await tagsOf(other)]).toEqual([['red'], []]);
});
