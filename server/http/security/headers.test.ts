/** Family: what a browser may do with an answer, whichever it is. */
import { describe, expect, it } from 'vitest';
import { request, sendRaw } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-dns-prefetch-control': 'off',
};

describe('every answer, refusals included', () => {
  it.each([
    ['a list', 'GET /api/messages', {}, 200],
    ['a probe', 'GET /livez', {}, 200],
    ['the missing page', 'GET /', {}, 404],
    ['an unknown path', 'GET /api/nothing', {}, 404],
    ['a wrong method', 'PUT /api/messages', {}, 405],
    ['a wrong body', 'DELETE /api/messages', {}, 415],
    ['a foreign host', 'GET /api/messages', { Host: 'evil.test' }, 421],
    ['an unreadable host', 'GET /api/messages', { Host: 'a b' }, 400],
    ['a foreign origin', 'GET /api/messages', { Origin: 'https://evil.test' }, 403],
    ['no message', 'GET /api/messages/latest/html', {}, 404],
  ])('%s', async (_, line, fields, status) => {
    await using http = await startHttp();
    const answer = await request(http.port, line, { ...fields });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      ...always,
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers.server).toBeUndefined();
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers.date).toMatch(/GMT$/);
  });

  it('what is said about a request cannot become a header field or markup', async () => {
    await using http = await startHttp();
    const answer = await sendRaw(
      http.port,
      'GET /api/messages?%0d%0aX-Evil:%201=<script> HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(400);
    expect(answer.headers['x-evil']).toBeUndefined();
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});
