/** The calls of MailDev that scripts use, over real mail; without the option there are none. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../testing/mail-fixture.ts';

let mail: MailFixture;
let id: string;
beforeAll(async () => {
  mail = await startMail({ compat: ['mailhog', 'maildev'] });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
  await mail.send({ from: 'a@example.test', to: 'first@example.test', subject: 'One', text: '1' });
  id = await mail.send({
    from: 'Ann <a@example.test>',
    to: 'second@example.test',
    bcc: 'hidden@example.test',
    subject: 'Two',
    text: 'Code 42',
    html: '<p>Code 42</p>',
    attachments: [{ filename: 'bill 1.txt', content: 'paid' }],
  });
});

async function call(line: string, status = 200) {
  const answer = await request(mail.port, line);
  expect(answer.status).toBe(status);
  return answer.body.toString();
}
const get = async (path: string) => JSON.parse(await call(`GET ${path}`));

test('the list is in order of arrival', async () => {
  const list = await get('/email');
  expect(list.map(({ subject }: { readonly subject: string }) => subject)).toEqual(['One', 'Two']);
  expect(list[1]).toMatchObject({
    id,
    read: false,
    from: [{ address: 'a@example.test', name: 'Ann' }],
    to: [{ address: 'second@example.test', name: '' }],
    calculatedBcc: [{ address: 'hidden@example.test', name: '' }],
    text: 'Code 42',
    html: '<p>Code 42</p>',
    headers: { subject: 'Two', 'mime-version': '1.0' },
    attachments: [{ fileName: 'bill 1.txt', contentType: 'text/plain' }],
    envelope: { from: { address: 'a@example.test' }, remoteAddress: '127.0.0.1' },
  });
});

test.each([
  ['subject=Two', 1],
  ['to.address=second@example.test', 1],
  ['to.address=cond@example.test', 0],
  ['headers.subject=One', 1],
  ['subject=Two&from.name=Bob', 0],
  ['__proto__.x=1', 0],
])('by %s', async (query, count) => {
  expect(await get(`/email?${query}`)).toHaveLength(count);
});

test('one message, its HTML, source and attachments', async () => {
  expect(await get(`/email/${id}`)).toMatchObject({ id, read: true });
  expect((await mail.storage.get(id))?.isRead).toBe(true);
  const html = await request(mail.port, `GET /email/${id}/html`);
  expect(html.body.toString()).toBe('<p>Code 42</p>');
  expect(html.headers['content-security-policy']).toContain('sandbox');
  expect(await call(`GET /email/${id}/source`)).toContain('Subject: Two');
  const saved = await request(mail.port, `GET /email/${id}/download`);
  expect(saved.headers['content-type']).toBe('message/rfc822');
  expect(await call(`GET /email/${id}/attachment/bill%201.txt`)).toBe('paid');
  await call(`GET /email/${id}/attachment/%zz`, 404);
  expect(JSON.parse(await call(`GET /email/${id}/attachment/x`, 404))).toEqual({
    error: 'Attachment was not found',
  });
});

test('deletion of one and of all, and marking all read', async () => {
  expect(await call('PATCH /email/read-all')).toBe('2');
  expect(await call(`DELETE /email/${id}`)).toBe('true');
  expect(JSON.parse(await call(`DELETE /email/${id}`, 404))).toEqual({
    error: 'Email was not found',
  });
  expect(JSON.parse(await call(`GET /email/${id}`, 404))).toEqual({ error: 'Email was not found' });
  expect(await call('DELETE /email/all')).toBe('true');
  expect(await get('/email')).toEqual([]);
});

test('what is wrong is refused, and so is whoever may not call', async () => {
  await call('DELETE /email', 405);
  await call('POST /email/all', 405);
  const foreign = { Origin: 'http://evil.test' };
  expect((await request(mail.port, 'DELETE /email/all', foreign)).status).toBe(403);
  expect(await get('/email')).toHaveLength(2);
  await using without = await startMail();
  expect((await request(without.port, 'GET /email')).status).toBe(404);
});
