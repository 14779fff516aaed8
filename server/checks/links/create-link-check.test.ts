/** The link check against real servers on loopback, which only tests may let it reach. */
import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTestCertificates } from '../../testing/test-certificates.ts';
import { createLinkCheck, type LinkCheckOptions } from './create-link-check.ts';

const isLoopback = (address: string) => address === '127.0.0.1' || address === '::1';
const seen: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];

function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method = '', url = '', headers } = incoming;
  seen.push({ method, url, headers });
  const to = (status: number, location: string) =>
    outgoing.writeHead(status, { Location: location }).end();
  const path = url.split('?')[0];
  if (path === '/moved') to(301, '/ok');
  else if (path === '/chain') to(302, '/moved');
  else if (path === '/loop') to(307, '/loop');
  else if (path === '/inward') to(302, 'http://10.0.0.1/secret');
  else if (path === '/to-file') to(302, 'file:///etc/passwd');
  else if (path === '/to-user') to(302, `http://user:pw@127.0.0.1:${port}/ok`);
  else if (path === '/get-only') outgoing.writeHead(method === 'HEAD' ? 405 : 200).end();
  else if (path === '/never-head' && method === 'HEAD') incoming.socket.destroy();
  else if (path === '/large') {
    if (method === 'HEAD') outgoing.writeHead(501).end();
    else endless(outgoing.writeHead(200));
  } else if (path === '/silent') {
    // The link waits in vain.
  } else outgoing.writeHead(path === '/gone' ? 410 : path === '/odd' ? 299 : 200).end();
}

function endless(outgoing: ServerResponse): void {
  if (outgoing.destroyed) return;
  outgoing.write(Buffer.alloc(64 * 1024));
  outgoing.once('drain', () => endless(outgoing));
}

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer(answer);
  port = await listen(server);
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

async function listen(listener: Server): Promise<number> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const checker = (options: Partial<LinkCheckOptions> = {}) =>
  createLinkCheck({ userAgent: 'test/1', mayConnect: isLoopback, ...options });

async function check(
  text: string,
  options: Partial<LinkCheckOptions> = {},
  followRedirects = false,
) {
  const bodies = { html: null, text: text.replaceAll('PORT', String(port)) };
  return checker(options).check(bodies, { followRedirects });
}

describe('what answers', () => {
  test.each([
    ['/ok', 200, 'OK'],
    ['/gone', 410, 'Gone'],
    ['/odd', 299, 'Status 299'],
    ['/moved', 301, 'Moved Permanently'],
    ['/inward', 302, 'Found'],
    // Asked again with GET.
    ['/get-only', 200, 'OK'],
    ['/never-head', 200, 'OK'],
  ])('%s has its status', async (path, status, text) => {
    const url = `http://127.0.0.1:${port}${path}`;
    expect(await check(url)).toEqual([{ url, status, text, blocked: false, finalUrl: null }]);
  });

  test('redirects are followed where that is wanted', async () => {
    const [moved, chained] = await check(
      'http://127.0.0.1:PORT/moved http://127.0.0.1:PORT/chain',
      {},
      true,
    );
    const finalUrl = `http://127.0.0.1:${port}/ok`;
    expect(moved).toMatchObject({ status: 200, finalUrl });
    expect(chained).toMatchObject({ status: 200, finalUrl });
  });

  test('it is told who asks, and nothing else', async () => {
    await check('http://127.0.0.1:PORT/ok?who');
    expect(seen.find(({ url }) => url === '/ok?who')).toEqual({
      method: 'HEAD',
      url: '/ok?who',
      headers: {
        'user-agent': 'test/1',
        accept: '*/*',
        host: `127.0.0.1:${port}`,
        connection: 'close',
      },
    });
  });

  test('of a body without an end nothing is waited for', async () => {
    expect(await check('http://127.0.0.1:PORT/large')).toMatchObject([{ status: 200 }]);
  });

  test('a certificate that nobody vouches for is a failure', async () => {
    const certificates = await makeTestCertificates();
    const { certificatePem: cert, keyPem: key } = certificates.leaf;
    const secure = createSecureServer({ cert, key }, (_, outgoing) => outgoing.end());
    const securePort = await listen(secure);
    const [link] = await check(`https://127.0.0.1:${securePort}/`);
    expect(link).toMatchObject({ status: null, blocked: false });
    expect(link?.text).toMatch(/certificate/);
    await new Promise((resolve) => secure.close(resolve));
  });
});

describe('what is not connected to', () => {
  const inward = [
    'http://localhost:PORT/x',
    'http://127.0.0.1:PORT/x',
    'http://127.1:PORT/x',
    'http://2130706433:PORT/x',
    'http://0x7f.1:PORT/x',
    'http://0177.0.0.1:PORT/x',
    'http://0:PORT/x',
    'http://[::1]:PORT/x',
    'http://[::ffff:127.0.0.1]:PORT/x',
    'http://[64:ff9b::7f00:1]:PORT/x',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1.:PORT/x',
    'http://１２７.0.0.1:PORT/x',
  ];
  test.each(inward)('%s', async (written) => {
    const url = written.replace('PORT', String(port));
    const before = seen.length;
    const links = await createLinkCheck({ userAgent: 'test/1' }).check(
      { html: `<a href="${url}">x</a>`, text: null },
      { followRedirects: true },
    );
    expect(links).toMatchObject([{ url, status: null, blocked: true }]);
    expect(links[0]?.text).toMatch(/is an address of this machine/);
    expect(seen).toHaveLength(before);
  });

  test.each([
    ['/inward', /10\.0\.0\.1 is an address of this machine/],
    ['/to-file', /redirects to what is no web address/],
    ['/to-user', /redirects to what is no web address/],
  ])('where %s redirects to', async (path, text) => {
    const [link] = await check(`http://127.0.0.1:PORT${path}`, {}, true);
    expect(link).toMatchObject({ status: null, blocked: true });
    expect(link?.text).toMatch(text);
  });

  test('an address with a user', async () => {
    const before = seen.length;
    const [link] = await check('http://user@127.0.0.1:PORT/ok');
    expect(link).toMatchObject({ status: null, blocked: true });
    expect(seen).toHaveLength(before);
  });

  const resolveTo = (...answers: (readonly string[])[]): typeof lookup => {
    const fake = (
      _host: string,
      _options: unknown,
      callback: (error: null, found: readonly { address: string; family: number }[]) => void,
    ) => {
      const addresses = answers.length > 1 ? answers.shift() : answers[0];
      callback(
        null,
        (addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return fake as unknown as typeof lookup;
  };

  test('a name of which one address leads inward', async () => {
    const [link] = await check('http://two.example.test:PORT/x', {
      mayConnect: (address) => address === '127.0.0.1',
      lookup: resolveTo(['127.0.0.1', '10.0.0.7']),
    });
    expect(link).toMatchObject({ status: null, blocked: true });
    expect(link?.text).toMatch(/10\.0\.0\.7/);
  });

  test('a name that resolves differently the second time is connected where it was checked', async () => {
    const before = seen.length;
    const [link] = await check('http://rebound.example.test:PORT/ok?rebound', {
      mayConnect: (address) => address === '127.0.0.1',
      lookup: resolveTo(['127.0.0.1'], ['127.0.0.2']),
    });
    expect(link).toMatchObject({ status: 200 });
    expect(seen.slice(before)).toHaveLength(1);
    // And where the second answer is asked for, by a second request, it is checked again.
    const [moved] = await check(
      'http://rebound.example.test:PORT/moved',
      {
        mayConnect: (address) => address === '127.0.0.1',
        lookup: resolveTo(['127.0.0.1'], ['127.0.0.2']),
      },
      true,
    );
    expect(moved).toMatchObject({ status: null, blocked: true });
  });

  test('a name without an address', async () => {
    const [link] = await check('http://nowhere.example.test/', { lookup: resolveTo([]) });
    expect(link).toMatchObject({ status: null, blocked: false });
    expect(link?.text).toMatch(/has no address/);
  });
});

describe('limits', () => {
  test('of redirects', async () => {
    const [link] = await check('http://127.0.0.1:PORT/loop', {}, true);
    expect(link).toMatchObject({ status: null, text: 'It redirects more than 5 times' });
  });

  test('of time for a link, for the whole, and of the caller', async () => {
    const silent = 'http://127.0.0.1:PORT/silent';
    const [link] = await check(silent, { limits: { linkTimeoutMs: 50 } });
    expect(link).toMatchObject({ status: null, text: 'No answer in time' });
    const all = await check(`${silent}?1 ${silent}?2 ${silent}?3`, {
      limits: { checkTimeoutMs: 50, requestsMax: 1 },
    });
    expect(all.map(({ text }) => text)).toEqual(Array(3).fill('No answer in time'));
    const text = silent.replace('PORT', String(port));
    const [gone] = await checker().check(
      { html: null, text },
      { followRedirects: false, signal: AbortSignal.abort() },
    );
    expect(gone).toMatchObject({ status: null });
  });

  test('of requests at a time, to one host and in all', async () => {
    let open = 0;
    let openMax = 0;
    const waiting: ServerResponse[] = [];
    const slow = createServer((_, outgoing) => {
      open += 1;
      openMax = Math.max(openMax, open);
      outgoing.once('close', () => {
        open -= 1;
      });
      waiting.push(outgoing);
      // Answered when as many are here as ever will be.
      if (waiting.length % 2 === 0) for (const one of waiting.splice(0)) one.end();
    });
    const slowPort = await listen(slow);
    const text = Array.from({ length: 8 }, (_, i) => `http://127.0.0.1:${slowPort}/${i}`).join(' ');
    const links = await checker().check({ html: null, text }, { followRedirects: false });
    expect(links.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(openMax).toBe(2);
    await new Promise((resolve) => slow.close(resolve));
  });

  test('of checks at a time', async () => {
    const busy = checker({ limits: { checksMax: 1 } });
    const end = new AbortController();
    const text = `http://127.0.0.1:${port}/silent`;
    const first = busy.check({ html: null, text }, { followRedirects: false, signal: end.signal });
    await expect(
      busy.check({ html: null, text }, { followRedirects: false }),
    ).rejects.toMatchObject({ name: 'LinkCheckBusy' });
    end.abort();
    await first;
    expect(await busy.check({ html: null, text: '' }, { followRedirects: false })).toEqual([]);
  });

  test('of header fields', async () => {
    const chatty = createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`);
    });
    const chattyPort = await listen(chatty);
    const [link] = await check(`http://127.0.0.1:${chattyPort}/`);
    expect(link).toMatchObject({ status: null });
    expect(link?.text).toMatch(/overflow/i);
    chatty.close();
  });
});
