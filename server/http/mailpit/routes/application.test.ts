/** About the server, and what is answered where a feature is off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';

let mail: MailFixture;
let id: string;
beforeAll(async () => {
  mail = await startMail();
  id = await mail.send({ from: 'a@b.test', to: 'c@b.test', text: 'x', headers: { 'X-Tags': 't' } });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

test('counts of messages, tags and what went on', async () => {
  await mail.send({ from: 'a@b.test', to: 'c@b.test', text: 'y' });
  await fetch(`${mail.url}/api/v1/search?query=y`, { method: 'DELETE' });
  const { body } = await request(mail.port, 'GET /api/v1/info');
  expect(JSON.parse(body.toString())).toMatchObject({
    Messages: 1,
    Unread: 1,
    Tags: { t: 1 },
    LatestVersion: 'disabled',
    RuntimeStats: { SMTPAccepted: 2, MessagesDeleted: 1, SMTPRejected: 0, SMTPIgnored: 0 },
  });
});

test.each([
  ['GET /api/v1/chaos', '', 400, 'Chaos is not enabled'],
  ['PUT /api/v1/chaos', '{}', 400, 'Chaos is not enabled'],
  ['GET /api/v1/message/ID/sa-check', '', 404, 'File not found'],
  [
    'POST /api/v1/message/ID/release',
    '{"To":["a@b.test"]}',
    400,
    'SMTP error: no relay is configured; name one with --relay-host',
  ],
  [
    'POST /api/v1/message/latest/release',
    '{"To":["a@b.test"]}',
    400,
    'SMTP error: no relay is configured; name one with --relay-host',
  ],
  ['POST /api/v1/message/ID/release', '{"To":[]}', 400, 'No valid addresses found'],
  ['POST /api/v1/message/unknown/release', '{"To":["a@b.test"]}', 404, '404 page not found'],
])('%s %s', async (line, body, status, text) => {
  const answer = await request(mail.port, line.replace('ID', id), {}, body);
  expect([answer.status, answer.body.toString()]).toEqual([status, text]);
});

test('the calls are listed for programs and for people', async () => {
  const { body } = await request(mail.port, 'GET /api/v1/swagger.json');
  const document = JSON.parse(body.toString());
  expect(document).toMatchObject({ swagger: '2.0', basePath: '/' });
  expect(Object.keys(document.paths['/api/v1/messages'])).toEqual(['get', 'put', 'delete']);
  const page = await request(mail.port, 'GET /api/v1/');
  expect(page.body.toString()).toContain('<td>/api/v1/message/{id}/part/{part}');
  expect((await request(mail.port, 'GET /api/v1')).body).toEqual(page.body);
});
