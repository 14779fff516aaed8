/** What holds for every call: paths, methods, bodies, compression, and who may call at all. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../testing/mail-fixture.ts';

let mail: MailFixture;
let id: string;
beforeAll(async () => {
  mail = await startMail({ allowedOrigins: ['https://app.example.test'] });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
  id = await mail.send({
    from: 'a@example.test',
    to: 'b@example.test',
    subject: 'Hello',
    text: 'x '.repeat(2_000),
    html: '<p>Hello</p>',
  });
});
const get = (path: string, headers: Record<string, string> = {}) =>
  request(mail.port, `GET ${path}`, headers);
const total = async () =>
  JSON.parse((await get('/api/v1/messages')).body.toString('utf8')) as { readonly total: number };

describe('paths and methods', () => {
  test.each([
    ['GET', '/api/v1/nothing', 404, 'File not found'],
    ['GET', '/api/v1/message/unknown', 404, '404 page not found'],
    ['GET', '/api/v1/message/un.known', 404, '404 page not found'],
    ['GET', '/api/v1/message/%zz', 404, '404 page not found'],
    ['GET', '/view/unknown.html', 404, 'Message not found'],
    ['GET', '/view/a/b', 404, '404 page not found'],
    ['POST', '/api/v1/messages', 405, 'Method Not Allowed'],
    ['DELETE', '/api/v1/info', 405, 'Method Not Allowed'],
    ['GET', '/api/v1/send', 405, 'Method Not Allowed'],
  ])('%s %s is %i %s', async (method, path, status, text) => {
    const { headers, body, ...answer } = await request(mail.port, `${method} ${path}`);
    expect([answer.status, body.toString()]).toEqual([status, text]);
    expect(headers['content-type']).toBe('text/plain');
  });

  test.each([
    ['POST /api/v1/messages', 'GET, HEAD, PUT, DELETE'],
    ['POST /api/v1/search', 'GET, HEAD, DELETE'],
    ['GET /api/v1/send', 'POST'],
    ['POST /api/v1/tags/x', 'PUT, DELETE'],
  ])('%s says what is allowed', async (line, allow) => {
    expect((await request(mail.port, line)).headers.allow).toBe(allow);
  });

  test('HEAD answers like GET without a body', async () => {
    const answer = await request(mail.port, 'HEAD /api/v1/messages', { Connection: 'close' });
    expect(answer.status).toBe(200);
    expect(answer.octets.toString()).toMatch(/\r\n\r\n$/);
  });

  test('OPTIONS is empty', async () => {
    const { status, headers, body } = await request(mail.port, 'OPTIONS /api/v1/messages');
    expect([status, headers['content-type'], body.length]).toEqual([200, 'text/plain', 0]);
  });

  test('doubled slashes lead to the same place', async () => {
    const moved = await get(`//view/${id}.html?embed=1`);
    expect([moved.status, moved.headers.location]).toEqual([301, `/view/${id}.html?embed=1`]);
    const followed = await fetch(`${mail.url}//view/${id}.html`);
    expect([followed.status, await followed.text()]).toEqual([200, '<p>Hello</p>']);
    const deleted = await request(mail.port, 'DELETE //api//v1/messages');
    expect([deleted.status, deleted.body.toString()]).toEqual([200, 'ok']);
    expect(await total()).toMatchObject({ total: 0 });
  });

  test('probes answer empty, with the time', async () => {
    for (const path of ['/livez', '/readyz']) {
      const { status, headers, body } = await get(path);
      expect([status, body.length]).toEqual([200, 0]);
      expect(Math.abs(Date.parse(headers.date ?? '') - Date.now())).toBeLessThan(60_000);
    }
  });
});

describe('answers', () => {
  test('JSON is one line without markup', async () => {
    await mail.send({ from: 'a@example.test', to: 'b@example.test', subject: '<b>&', text: '' });
    const { headers, body } = await get('/api/v1/messages?limit=1');
    expect(headers['content-type']).toBe('application/json');
    expect(body.toString()).toMatch(/^\{.*\\u003cb\\u003e\\u0026.*\}\n$/);
    expect(JSON.parse(body.toString()).messages[0].Subject).toBe('<b>&');
  });

  test('what is long is compressed for those who take it', async () => {
    const plain = await get(`/view/${id}.txt`);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await get(`/view/${id}.txt`, { 'Accept-Encoding': 'br, gzip;q=0.5' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    const refused = await get(`/view/${id}.txt`, { 'Accept-Encoding': 'gzip;q=0' });
    expect(refused.headers['content-encoding']).toBeUndefined();
    const short = await get('/api/v1/tags', { 'Accept-Encoding': 'gzip' });
    expect(short.headers['content-encoding']).toBeUndefined();
  });
});

describe('bodies', () => {
  const read = async () => (await mail.storage.get(id))?.isRead;
  test.each([
    ['a body without a type', {}, (one: string) => `{"IDs":["${one}"],"Read":true}`],
    [
      'any type',
      { 'Content-Type': 'text/plain' },
      (one: string) => `{"IDs":["${one}"],"Read":true}`,
    ],
    ['small letters', {}, (one: string) => `{"ids":["${one}"],"read":true}`],
    [
      'unknown names and null',
      {},
      (one: string) => `{"X":1,"Search":null,"IDS":["${one}"],"READ":true}`,
    ],
    [
      'what stands behind the first value',
      {},
      (one: string) => ` {"IDs":["${one}"],"Read":true} {"`,
    ],
  ])('%s is taken', async (_, headers, body) => {
    const answer = await request(mail.port, 'PUT /api/v1/messages', headers, body(id));
    expect([answer.status, answer.body.toString()]).toEqual([200, 'ok']);
    expect(await read()).toBe(true);
  });

  test.each([
    ['', 'EOF'],
    ['ids=1', "invalid character 'i' looking for beginning of value"],
    ['{"Read":true', 'invalid JSON: the request body does not parse'],
    ['[]', 'json: cannot unmarshal array into an object'],
    ['{"Read":"yes"}', 'json: cannot unmarshal string into field .Read of type bool'],
    ['{"IDs":"x","Read":true}', 'json: cannot unmarshal string into field .IDs of type []string'],
    ['{"IDs":[1],"Read":true}', 'json: cannot unmarshal number into field .IDs of type string'],
    [
      '{"IDs":["x"],"Search":"y","Read":true}',
      'Error: either IDs or a search can be given, not both',
    ],
    ['{"Search":"after:never","Read":true}', /^Error: "after:" needs a date/],
  ])('%s is refused', async (body, text) => {
    const answer = await request(mail.port, 'PUT /api/v1/messages', {}, body);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toMatch(text);
    expect(await read()).toBe(false);
  });

  test('more than five megabytes are not read', async () => {
    const body = `{"X":"${'x'.repeat(5 * 1024 * 1024)}"}`;
    const answer = await request(mail.port, 'PUT /api/v1/messages', {}, body);
    expect([answer.status, answer.body.toString()]).toEqual([400, 'http: request body too large']);
  });
});

describe('pages of other origins', () => {
  // What a page can send without asking first: no JSON type, and still a body that would be read.
  const simple = { 'Content-Type': 'text/plain' };
  const attempts = [
    ['DELETE /api/v1/messages', ''],
    ['PUT /api/v1/messages', '{"Read":true}'],
    ['POST /api/v1/send', '{"From":{"Email":"a@b.test"},"To":[{"Email":"a@b.test"}]}'],
    ['PUT /api/v1/tags', '{"Tags":["x"],"IDs":[]}'],
    ['DELETE //api/v1/messages', ''],
    ['GET /api/v1/message/latest', ''],
    ['GET //api/v1/message/latest', ''],
  ] as const;
  const marks = [
    { Origin: 'http://evil.test' },
    { Origin: 'null' },
    { Origin: 'http://localhost:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    },
  ];
  test.each(attempts)('cannot %s', async (line, body) => {
    for (const mark of marks) {
      const answer = await request(mail.port, line, { ...simple, ...mark }, body);
      expect(answer.status).toBe(403);
      if (!line.includes('//'))
        expect(answer.body.toString()).toBe('Blocked due to CORS violation');
    }
    expect(await mail.storage.get(id)).toMatchObject({ isRead: false, tags: [] });
    expect(await total()).toMatchObject({ total: 1 });
  });

  test('reach nothing under a name that was made to point here', async () => {
    const answer = await request(mail.port, 'DELETE /api/v1/messages', { Host: 'evil.test' });
    expect(answer.status).toBe(421);
    expect(await total()).toMatchObject({ total: 1 });
  });

  test('may call when they are allowed to', async () => {
    const origin = 'https://app.example.test';
    const asked = await request(mail.port, 'OPTIONS /api/v1/messages', { Origin: origin });
    expect(asked.headers['access-control-allow-methods']).toContain('PUT');
    const answer = await request(mail.port, 'DELETE /api/v1/messages', { Origin: origin });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
  });

  test('programs pass without a mark, and so does our own page', async () => {
    const own = { Origin: mail.url, 'Sec-Fetch-Site': 'same-origin' };
    expect((await request(mail.port, 'PUT /api/v1/messages', own, '{}')).status).toBe(200);
    expect((await request(mail.port, 'DELETE /api/v1/messages')).status).toBe(200);
  });
});

test('credentials are asked for in these words, but not of probes', async () => {
  await using secured = await startMail({ httpAuth: { user: 'u', password: 'p' } });
  const { status, headers, body } = await request(secured.port, 'GET /api/v1/messages');
  expect([status, body.toString()]).toEqual([401, 'Unauthorized.\n']);
  expect(headers['www-authenticate']).toBe('Basic realm="Login"');
  expect((await request(secured.port, 'GET /livez')).status).toBe(200);
});
