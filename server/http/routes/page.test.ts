import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';

const index = '<!doctype html><title>prixfixe-dev</title>';
const script = `export const text = '${'x'.repeat(3000)}';`;
let directory: TemporaryDirectory;
let http: HttpFixture;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const web = join(directory.path, 'web');
  await mkdir(join(web, 'assets'), { recursive: true });
  await Promise.all([
    writeFile(join(directory.path, 'secret.txt'), 'secret'),
    writeFile(join(web, 'index.html'), index),
    writeFile(join(web, 'favicon.svg'), '<svg/>'),
    writeFile(join(web, '.env'), 'secret'),
    writeFile(join(web, 'assets/index-BcD3fGh1.js'), script),
    writeFile(join(web, 'assets/ready-BcD3fGh1.css'), 'a{}'),
    writeFile(join(web, 'assets/ready-BcD3fGh1.css.br'), brotliCompressSync('a{}')),
    writeFile(join(web, 'assets/some-longword.js'), 'plain'),
    symlink(join(directory.path, 'secret.txt'), join(web, 'assets/link-BcD3fGh1.txt')),
  ]);
  http = await startHttp({ pageDirectory: web });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the page', () => {
  it.each(['/', '/messages/abc', '/lists?query=x', '/index.html', '/apis', '/v1/api/x'])(
    '%s is the document, under a policy',
    async (path) => {
      const { status, headers, body } = await request(http.port, `GET ${path}`, html);
      expect([status, body.toString()]).toEqual([200, index]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src|unsafe-eval|\*/);
    },
  );

  it('a new build is seen', async () => {
    const file = join(directory.path, 'web', 'changing.txt');
    for (const text of ['old', 'new']) {
      await writeFile(file, text);
      // As a build at another time does; two here may be within one tick of the file system's clock.
      await utimes(file, new Date(), new Date(text === 'old' ? 1_000_000 : 2_000_000));
      for (const time of ['first', 'second']) {
        const { body } = await request(http.port, 'GET /changing.txt');
        expect([time, body.toString()]).toEqual([time, text]);
      }
    }
    await rm(file);
    expect((await request(http.port, 'GET /changing.txt')).status).toBe(404);
  });

  it('assets with a hash are kept for ever, others are asked for again', async () => {
    const hashed = await request(http.port, 'GET /assets/index-BcD3fGh1.js');
    expect(hashed.body.toString()).toBe(script);
    expect(hashed.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const plain = await request(http.port, 'GET /assets/some-longword.js');
    expect(plain.headers['cache-control']).toBe('no-cache');
    const icon = await request(http.port, 'GET /favicon.svg');
    expect(icon.headers['content-type']).toBe('image/svg+xml');
  });

  it('is compressed where the client takes it', async () => {
    const path = 'GET /assets/index-BcD3fGh1.js';
    const packed = await request(http.port, path, { 'Accept-Encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(packed.body).toString()).toBe(script);
    const again = await request(http.port, path, { 'Accept-Encoding': 'gzip' });
    expect(again.body.equals(packed.body)).toBe(true);
    const refused = await request(http.port, path, { 'Accept-Encoding': 'gzip;q=0, identity' });
    expect(refused.headers['content-encoding']).toBeUndefined();
    const ready = await request(http.port, 'GET /assets/ready-BcD3fGh1.css', {
      'Accept-Encoding': 'gzip, br',
    });
    expect(ready.headers['content-encoding']).toBe('br');
  });

  it('HEAD has no body', async () => {
    const { status, body } = await request(http.port, 'HEAD /', html);
    expect([status, body.length]).toEqual([200, 0]);
  });

  it('what is no page is not answered with one', async () => {
    for (const [path, accept] of [
      ['/assets/gone-BcD3fGh1.js', 'text/html'],
      ['/missing.png', 'image/avif,image/webp,*/*'],
      ['/missing', '*/*'],
    ] as const) {
      const { status, headers } = await request(http.port, `GET ${path}`, { Accept: accept });
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    }
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '/..%5csecret.txt',
    '/%00secret.txt',
    '/index.html%00.png',
    '/.env',
    '/%2eenv',
    '/assets/link-BcD3fGh1.txt',
    '//secret.txt',
    '/%252e%252e/secret.txt',
    '/assets/',
    '/assets',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await request(http.port, `GET ${path}`);
    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toContain('secret\n');
    expect(body.toString()).not.toBe('secret');
  });

  it('says how to build it where it is missing', async () => {
    await using bare = await startHttp({ pageDirectory: join(directory.path, 'none') });
    const { status, headers, body } = await request(bare.port, 'GET /', html);
    expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(body.toString()).toContain('npm run build');
  });
});
