/** Family: a page of another origin makes the reader's browser call us. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';

const allowed = 'https://app.example.test:3000';
let http: HttpFixture;
let id: string;
beforeAll(async () => {
  http = await startHttp({ allowedOrigins: [allowed] });
  id = await http.deliver('Subject: x\r\nContent-Type: text/html\r\n\r\n<p>x');
});
afterAll(() => http[Symbol.asyncDispose]());

const navigation = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

const targets = (): readonly string[] => [
  'GET /api/messages',
  'GET /api/events',
  `GET /api/messages/${id}`,
  `GET /api/messages/${id}/raw`,
  `GET /api/messages/${id}/html`,
  `GET /api/messages/${id}/parts/1`,
  `GET /api/messages/${id}/cid/x`,
  `GET /api/messages/${id}/cid/x?token=${'A'.repeat(22)}`,
  'GET /api/openapi.json',
  'GET /api/nothing',
  'GET /livez',
  'GET /',
  'HEAD /api/messages',
  'OPTIONS /api/messages',
  'PATCH /api/messages',
  'DELETE /api/messages',
  'POST /api/test-messages',
  // The router sees these as /api/…; so does the check.
  'GET /%61pi/events',
  'GET /x/../api/events',
  'GET /x/%2e%2e/api/events',
];

const foreignOrigins = (): readonly string[] => [
  'null',
  'https://evil.test',
  `http://127.0.0.1:${http.port + 1}`,
  'http://127.0.0.1',
  `http://localhost:${http.port}`,
  `http://127.0.0.1:${http.port}.evil.test`,
  `http://evil@127.0.0.1:${http.port}`,
  `http://127.0.0.1:${http.port}/`,
  `ftp://127.0.0.1:${http.port}`,
  'https://app.example.test',
  'http://app.example.test:3000',
  '',
];

describe('a foreign Origin is refused whatever it asks for', () => {
  it('on every path and method', async () => {
    for (const target of targets()) {
      const answer = await request(http.port, target, { Origin: 'https://evil.test' });
      expect(answer.status, target).toBe(403);
      expect(answer.headers['access-control-allow-origin'], target).toBeUndefined();
      if (!target.startsWith('HEAD')) expect(answer.body.toString()).toContain('foreign_origin');
    }
  });

  it('in every spelling', async () => {
    for (const origin of foreignOrigins()) {
      const answer = await request(http.port, 'GET /api/messages', { Origin: origin });
      expect(answer.status, origin).toBe(403);
    }
  });

  it('also as a navigation: a link sends no Origin, a form does', async () => {
    const answer = await request(http.port, 'POST /', {
      Origin: 'https://evil.test',
      'Sec-Fetch-Site': 'cross-site',
      ...navigation,
    });
    expect(answer.status).toBe(403);
  });

  it('and changes nothing', async () => {
    const fields = { Origin: 'https://evil.test', 'Content-Type': 'application/json' };
    const answer = await request(http.port, 'DELETE /api/messages', fields, '{"all":true}');
    expect(answer.status).toBe(403);
    expect((await http.storage.overview()).total).toBe(1);
  });
});

describe('Sec-Fetch-Site', () => {
  it.each(['cross-site', 'same-site', 'Cross-Site', 'anything'])(
    '%s is foreign on every path',
    async (site) => {
      for (const target of targets()) {
        const answer = await request(http.port, target, {
          'Sec-Fetch-Site': site,
          'Sec-Fetch-Mode': 'no-cors',
          'Sec-Fetch-Dest': 'image',
        });
        expect(answer.status, target).toBe(403);
      }
    },
  );

  it.each(['same-origin', 'none'])('%s is not', async (site) => {
    const answer = await request(http.port, 'GET /api/messages', { 'Sec-Fetch-Site': site });
    expect(answer.status).toBe(200);
  });

  it('a link from elsewhere leads to the page and to a message, and to nothing else', async () => {
    const fields = { 'Sec-Fetch-Site': 'cross-site', ...navigation };
    const statusOf = async (line: string, more = {}) =>
      (await request(http.port, line, { ...fields, Accept: 'text/html', ...more })).status;
    expect(await statusOf(`GET /api/messages/${id}/html`)).toBe(200);
    expect(await statusOf('GET /messages/1')).toBe(404);
    expect(await statusOf(`GET /api/messages/${id}/raw`)).toBe(403);
    expect(await statusOf('GET /api/messages')).toBe(403);
    expect(await statusOf('GET /API/messages')).toBe(403);
    expect(await statusOf(`POST /api/messages/${id}/html`)).toBe(403);
    expect(await statusOf('GET /', { 'Sec-Fetch-Dest': 'iframe' })).toBe(403);
    expect(await statusOf('GET /', { 'Sec-Fetch-Mode': 'no-cors' })).toBe(403);
  });
});

describe('requests that change something cannot be simple ones', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'Content-Type %j is refused',
    async (type) => {
      const fields: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
      for (const target of [
        'DELETE /api/messages',
        'PATCH /api/messages',
        'POST /api/test-messages',
      ]) {
        const answer = await request(http.port, target, fields, '{"all":true}');
        expect(answer.status, target).toBe(415);
      }
      expect((await http.storage.overview()).total).toBe(1);
    },
  );

  it('GET never writes, whatever it carries', async () => {
    const answer = await request(
      http.port,
      `GET /api/messages/${id}?_method=DELETE`,
      { 'X-HTTP-Method-Override': 'DELETE', 'Content-Type': 'application/json' },
      '{"all":true}',
    );
    expect(answer.status).toBe(400);
    const plain = await request(http.port, `GET /api/messages/${id}`, {
      'X-HTTP-Method-Override': 'DELETE',
    });
    expect(plain.status).toBe(200);
    expect((await http.storage.overview()).unread).toBe(1);
  });
});

describe('CORS', () => {
  it('no answer has its header fields unless the origin was allowed', async () => {
    const answer = await request(http.port, 'GET /api/messages', { Origin: http.url });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  it('an allowed origin reads and asks before it writes', async () => {
    const fields = { Origin: allowed, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' };
    const read = await request(http.port, 'GET /api/messages', fields);
    expect(read.status).toBe(200);
    expect(read.headers['access-control-allow-origin']).toBe(allowed);
    expect(read.headers.vary).toContain('Origin');
    const asked = await request(http.port, 'OPTIONS /api/messages', {
      ...fields,
      'Access-Control-Request-Method': 'DELETE',
    });
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-methods']).toContain('DELETE');
    const refused = await request(http.port, 'GET /api/nothing', fields);
    expect(refused.headers['access-control-allow-origin']).toBe(allowed);
  });
});

describe('WebSockets', () => {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };

  it.each(['/api/events', '/%61pi/events'])(
    'are offered to our own page only at %s',
    async (path) => {
      for (const origin of ['http://evil.test', 'null', `http://127.0.0.1:${http.port + 1}`]) {
        const foreign = await request(http.port, `GET ${path}`, { ...upgrade, Origin: origin });
        expect(foreign.status).toBe(403);
      }
      const rebound = await request(http.port, `GET ${path}`, { ...upgrade, Host: 'evil.test' });
      expect(rebound.status).toBe(421);
      const socket = await openSocket(http.port);
      const fields = Object.entries({
        Host: `127.0.0.1:${http.port}`,
        ...upgrade,
        Origin: http.url,
      });
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
      socket.destroy();
    },
  );

  it.each(['/', '/api/messages', '/api/events/x'])('are refused at %s', async (path) => {
    const foreign = await request(http.port, `GET ${path}`, {
      ...upgrade,
      Origin: 'http://evil.test',
    });
    expect(foreign.status).toBe(403);
    const own = await request(http.port, `GET ${path}`, { ...upgrade, Origin: http.url });
    expect(own.status).toBe(400);
    expect(own.body.toString()).toContain('websocket_not_offered');
  });
});
