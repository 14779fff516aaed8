/** Family: requests that are too long, too slow, malformed, or made to be read in two ways. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closed, openSocket, request, sendRaw } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const json = { 'Content-Type': 'application/json' };

describe('request bodies have a ceiling', () => {
  it('by their declared length, before any of it is read', async () => {
    await using http = await startHttp();
    const answer = await sendRaw(
      http.port,
      `DELETE /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'body_too_large',
      status: 413,
    });
  });

  it('by what really comes, where no length was declared', async () => {
    await using http = await startHttp();
    const socket = await openSocket(http.port);
    socket.write(
      'DELETE /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    let answer = '';
    socket.on('data', (octets) => {
      answer += octets.toString();
    });
    const ended = closed(socket);
    // No end is ever sent: the answer has to come from what was counted.
    for (let sent = 0; sent < 40 && answer === '' && !socket.destroyed; sent++) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), ended]);
    }
    await expect.poll(() => answer).toContain('413 ');
    await ended;
    expect(answer).toContain('body_too_large');
  });

  it('one of the largest size is read', async () => {
    await using http = await startHttp();
    const body = `{"ids":["x"]}${' '.repeat(1024 * 1024 - 13)}`;
    expect((await request(http.port, 'DELETE /api/messages', json, body)).status).toBe(200);
    const tooLong = await request(http.port, 'DELETE /api/messages', json, `${body} `);
    expect(tooLong.status).toBe(413);
  });

  it('a body of a GET is ignored, and what follows it is not run', async () => {
    await using http = await startHttp();
    const hidden = 'DELETE /api/messages/x HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const answer = await request(http.port, 'GET /api/overview', {}, hidden);
    expect(answer.status).toBe(200);
    expect(answer.octets.toString().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('a wrong body never means everything', () => {
  const bodies = [
    '',
    '{}',
    '[]',
    'null',
    'true',
    '"all"',
    '{"all":false}',
    '{"all":"true"}',
    '{"all":1}',
    '{"all":true,"ids":["x"]}',
    '{"all":true,"x":1}',
    '{"ids":[]}',
    '{"ids":"all"}',
    '{"ids":[true]}',
    '{"ids":null}',
    '{"query":""}',
    '{"query":"   "}',
    '{"query":"()"}',
    '{"query":{"$ne":""}}',
    '{"__proto__":{"all":true}}',
    '{"constructor":{"prototype":{"all":true}}}',
    '{"all":true',
    '{"all":true}{"all":true}',
    '\u{feff}',
    '[['.repeat(100_000),
    `{"ids":[${'"x",'.repeat(1000)}"x"]}`,
  ];
  it.each(bodies.map((body) => [body.slice(0, 60), body]))('%j', async (_, body = '') => {
    await using http = await startHttp();
    await http.deliver('Subject: kept\r\n\r\nx');
    const answer = await request(http.port, 'DELETE /api/messages', json, body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const change = await request(
      http.port,
      'PATCH /api/messages',
      json,
      `{"isRead":true,"selection":${body === '' ? 'null' : body}}`,
    );
    expect(change.status).toBe(400);
    expect(await http.storage.overview()).toMatchObject({ total: 1, unread: 1 });
  });

  it('not even when it is not UTF-8', async () => {
    await using http = await startHttp();
    const head =
      'DELETE /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const octets = Buffer.concat([
      Buffer.from(`${head}Content-Length: 14\r\n\r\n{"query":"`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect((await sendRaw(http.port, octets)).status).toBe(400);
  });
});

describe('the shape of a request', () => {
  it('a target or header section that is too long is refused', async () => {
    await using http = await startHttp();
    expect((await request(http.port, `GET /${'x'.repeat(20_000)}`)).status).toBe(431);
    expect((await request(http.port, 'GET /', { X: 'x'.repeat(20_000) })).status).toBe(431);
  });

  it.each([
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'chunks not last',
      'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n',
    ],
    ['a bare CR', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n'],
    ['a NUL', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n'],
    ['space before the colon', 'GET / HTTP/1.1\r\nHost : localhost\r\n\r\n'],
    ['folding', 'GET / HTTP/1.1\r\n Host: localhost\r\n\r\n'],
    ['no HTTP', 'EHLO localhost\r\nMAIL FROM:<>\r\n\r\n'],
    ['another version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
  ])('%s: refused and closed', async (_, octets) => {
    await using http = await startHttp();
    expect((await sendRaw(http.port, octets)).status).toBe(400);
  });

  it('CONNECT and TRACE reach nothing', async () => {
    await using http = await startHttp();
    const tunnel = await sendRaw(
      http.port,
      'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n',
    );
    expect(tunnel.status).toBe(0);
    const trace = await request(http.port, 'TRACE /api/messages', { Cookie: 'secret' });
    expect(trace.status).toBe(405);
    expect(trace.body.toString()).not.toContain('secret');
  });

  it('header fields that never end are cut off', async () => {
    await using http = await startHttp({ limits: { headersTimeoutMs: 100 } });
    const answer = await sendRaw(http.port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ');
    expect(answer.status).toBe(408);
  });

  it('a body that never ends is cut off', async () => {
    await using http = await startHttp({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 },
    });
    const socket = await openSocket(http.port);
    socket.write(
      'DELETE /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{',
    );
    socket.resume();
    await closed(socket);
    expect(http.errors).toEqual([]);
  });

  it('more connections than allowed are closed', async () => {
    await using http = await startHttp({ limits: { connectionsMax: 2 } });
    const held = [await openSocket(http.port), await openSocket(http.port)];
    const third = await openSocket(http.port);
    third.resume();
    await closed(third);
    for (const socket of held) socket.destroy();
  });
});

describe('paths', () => {
  it.each([
    '/%00',
    '/api/messages/%00',
    '/api/messages/x%0d%0aSet-Cookie:%20a=b/raw',
    '/api/messages/%ff%fe',
    '/api/messages/%2e%2e%2f%2e%2e/raw',
    '/api/messages/..%2f..%2fetc/raw',
    '/api//messages',
    '//api/messages',
    '/api/messages/',
    '/api/messages//raw',
    '/api/messages/__proto__',
    '/api/messages/constructor/raw',
    '/api/messages/x/parts/__proto__',
    '/api/messages/x/parts/cid:x',
    '/api/removals/x',
    '/api',
    '/api/',
    '/Api/messages',
    '/api/%',
    '/api/\\..\\x',
    '/api/messages/x/parts/../../../etc/passwd',
  ])('%s is a plain refusal', async (path) => {
    await using http = await startHttp();
    for (const accept of ['*/*', 'text/html']) {
      const answer = await request(http.port, `GET ${path}`, { Accept: accept });
      expect([400, 404, 405], path).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(http.errors).toEqual([]);
  });

  it('query parameters cannot touch prototypes', async () => {
    await using http = await startHttp();
    for (const query of ['__proto__=1', 'constructor=1', 'toString=1', '__proto__[x]=1']) {
      const answer = await request(http.port, `GET /api/messages?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.toString()).toContain('known are query, recipient');
    }
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});
