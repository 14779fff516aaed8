/** Family: a foreign name is made to resolve to this machine, so that its pages count as ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request, sendRaw } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { createHostCheck } from './host.ts';

let http: HttpFixture;
beforeAll(async () => {
  http = await startHttp({ allowedHosts: ['Mail.Example.Test'] });
});
afterAll(() => http[Symbol.asyncDispose]());

describe('the Host header field', () => {
  it.each([
    'localhost',
    'LOCALHOST:80',
    'localhost.',
    'app.localhost:8025',
    '127.0.0.1',
    '127.8.9.10:1',
    '[::1]:8025',
    'mail.example.test:443',
  ])('%s is ours', async (host) => {
    const answer = await request(http.port, 'GET /api/overview', { Host: host });
    expect(answer.status).toBe(200);
  });

  it.each([
    'evil.test',
    'evil.test:8025',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.evil.test',
    'evil-localhost',
    'x.mail.example.test',
    '192.168.1.5',
    '0.0.0.0',
    '169.254.169.254',
    '[::2]',
  ])('%s is not', async (host) => {
    for (const target of ['GET /', 'GET /api/overview', 'GET /api/events', 'GET /livez']) {
      const answer = await request(http.port, target, { Host: host });
      expect(answer.status, target).toBe(421);
      expect(answer.body.toString()).toContain('--allowed-hosts');
    }
  });

  it.each([
    '',
    ' ',
    'local host',
    'localhost:99999x',
    'localhost@evil.test',
    'evil.test@localhost',
    'localhost/evil',
    'localhost#',
    'localhost?',
    '[::1',
    '[::ffff:10.0.0.1]',
    '2130706433',
    '0x7f.1',
    'localhost:80:80',
  ])('%j is no host, or not ours', async (host) => {
    const answer = await request(http.port, 'GET /api/overview', { Host: host });
    expect([400, 421]).toContain(answer.status);
  });

  it('has to be there, once', async () => {
    const none = await sendRaw(
      http.port,
      'GET /api/overview HTTP/1.1\r\nConnection: close\r\n\r\n',
    );
    expect(none.status).toBe(400);
    const old = await sendRaw(http.port, 'GET /api/overview HTTP/1.0\r\n\r\n');
    expect(old.status).toBe(400);
    const two = await request(http.port, 'GET /api/overview', { Host: ['localhost', 'localhost'] });
    expect(two.status).toBe(400);
  });

  it('counts also where the request target names a host itself', async () => {
    const statusOf = async (target: string, host: string) =>
      (await request(http.port, `GET ${target}`, { Host: host })).status;
    expect(await statusOf('http://evil.test/api/overview', 'localhost')).toBe(421);
    expect(await statusOf('http://localhost/api/overview', 'evil.test')).toBe(421);
    expect(await statusOf('http://localhost/api/overview', 'localhost')).toBe(200);
  });
});

describe('bound beyond loopback', () => {
  it.each(['0.0.0.0', '::', '10.1.2.3'])(
    '%s: any address is ours, foreign names are not',
    (host) => {
      const check = createHostCheck({ host, allowedHosts: [] });
      for (const own of ['192.168.1.5:8025', '[fe80::1]', 'localhost']) {
        expect(() => check(own), own).not.toThrow();
      }
      expect(() => check('evil.test')).toThrow();
    },
  );

  it('the name it listens on is ours', () => {
    const check = createHostCheck({ host: 'mailbox.example.test', allowedHosts: [] });
    expect(() => check('mailbox.example.test:8025')).not.toThrow();
  });
});
