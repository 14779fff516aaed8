/** Family: somebody without credentials, or with guesses. */
import { describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { startHttp } from '../../testing/http-fixture.ts';

const basic = (text: string) => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});
const httpAuth = { user: 'alice', password: 'sésame:ouvre' };
const right = basic('alice:sésame:ouvre');

describe('HTTP Basic', () => {
  it('guards every path but the probes', async () => {
    await using http = await startHttp({ httpAuth });
    for (const target of [
      'GET /',
      'GET /assets/x.js',
      'GET /api/messages',
      'GET /api/events',
      'GET /api/openapi.json',
      'GET /api/messages/x/cid/y',
      `GET /api/messages/x/cid/y?token=${'A'.repeat(22)}`,
      'GET /api/nothing',
      'DELETE /api/messages',
      'GET //livez',
      'GET /livez/',
      'GET /LIVEZ',
    ]) {
      const answer = await request(http.port, target);
      expect(answer.status, target).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(
        'Basic realm="prixfixe-dev", charset="UTF-8"',
      );
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        status: 401,
        code: 'unauthorized',
      });
    }
    for (const target of ['GET /livez', 'GET /readyz', 'HEAD /readyz']) {
      expect((await request(http.port, target)).status, target).toBe(200);
    }
    expect((await request(http.port, 'GET /api/messages', right)).status).toBe(200);
  });

  it.each([
    basic('alice'),
    basic('alice:'),
    basic('alice:sésame'),
    basic('alice:sésame:ouvre '),
    basic('Alice:sésame:ouvre'),
    basic(':'),
    { Authorization: 'Basic' },
    { Authorization: 'Basic !!!' },
    { Authorization: `Bearer ${Buffer.from('alice:sésame:ouvre').toString('base64')}` },
    { Authorization: 'alice:sésame:ouvre' },
  ])('%j is refused', async (fields) => {
    await using http = await startHttp({ httpAuth });
    expect((await request(http.port, 'GET /api/messages', fields)).status).toBe(401);
  });

  it('guesses run out, for right ones too, and come back with time', async () => {
    await using http = await startHttp({
      httpAuth,
      limits: { authFailuresMax: 3, authFailureWindowMs: 400 },
    });
    for (let guess = 0; guess < 3; guess++) {
      expect((await request(http.port, 'GET /', basic(`alice:${guess}`))).status).toBe(401);
    }
    const limited = await request(http.port, 'GET /api/messages', right);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await request(http.port, 'GET /livez')).status).toBe(200);
    await expect
      .poll(async () => (await request(http.port, 'GET /api/messages', right)).status)
      .toBe(200);
  });

  it('a foreign page cannot use up the guesses', async () => {
    await using http = await startHttp({ httpAuth, limits: { authFailuresMax: 1 } });
    const foreign = { Origin: 'https://evil.test', ...basic('a:b') };
    expect((await request(http.port, 'GET /', foreign)).status).toBe(403);
    expect((await request(http.port, 'GET /api/messages', right)).status).toBe(200);
  });
});
