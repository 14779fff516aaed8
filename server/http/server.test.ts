import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ListenError } from '../listen-error.ts';
import { closed, openSocket, request } from '../testing/http-client.ts';
import { startHttp } from '../testing/http-fixture.ts';

describe('listening', () => {
  it('a taken port is one sentence with a way out', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const failure = await startHttp({ port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure).toMatchObject({ code: 'EADDRINUSE', host: '127.0.0.1', port });
    expect(String(failure)).toContain('--http-port (PRIXFIXE_HTTP_PORT)');
    other.close();
  });

  it.each([
    ['203.0.113.7', 'EADDRNOTAVAIL'],
    ['no-such-name.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('host %s is refused with a way out', async (host, code) => {
    const failure = await startHttp({ host }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure instanceof ListenError && failure.code).toMatch(new RegExp(`^(${code})$`));
    expect(String(failure)).toContain('--http-host (PRIXFIXE_HTTP_HOST)');
  });

  it('the global Request and Response stay those of the program', async () => {
    const before = [globalThis.Request, globalThis.Response];
    await using http = await startHttp();
    await request(http.port, 'GET /livez');
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });

  it.runIf(process.platform === 'linux')('the backlog reaches listen(2)', async () => {
    const somaxconn = Number((await run('cat', ['/proc/sys/net/core/somaxconn'])).trim());
    for (const [backlog, expected] of [
      [77, 77],
      [0, somaxconn],
    ] as const) {
      await using http = await startHttp({ backlog });
      const shown = await run('ss', ['-Hltn', `sport = :${http.port}`]);
      expect(Number(shown.trim().split(/\s+/)[2])).toBe(expected);
    }
  });

  it('IPv6', async () => {
    await using http = await startHttp({ host: '::1' });
    expect(http.url).toBe(`http://[::1]:${http.port}`);
    expect((await fetch(`${http.url}/livez`)).status).toBe(200);
  });
});

describe('closing', () => {
  it('takes under 100 ms with idle, streaming, stalled and half-asking clients attached', async () => {
    const http = await startHttp();
    const idle = await openSocket(http.port);
    idle.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const stream = await openSocket(http.port);
    stream.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(stream, 'data');
    const stalled = await openSocket(http.port);
    stalled.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect.poll(() => http.server.eventStream.clientCount).toBe(2);
    stalled.pause();
    const silent = await openSocket(http.port);
    const half = await openSocket(http.port);
    half.write('GET /api/events HTTP/1.1\r\nHost: loc');
    for (const socket of [idle, stream, silent, half]) socket.resume();
    const gone = Promise.all([idle, stream, silent, half].map((socket) => closed(socket)));

    const startedAt = performance.now();
    await http.server.close();
    expect(performance.now() - startedAt).toBeLessThan(100);
    await gone;
    expect(http.server.address).toBeNull();
    await expect(openSocket(http.port)).rejects.toThrow('ECONNREFUSED');
    stalled.destroy();
    await http.storage.close();
  });

  it('lets a reply in flight finish', async () => {
    let release: (value: { messageId: string }) => void = () => {};
    const held = new Promise<{ messageId: string }>((resolve) => {
      release = resolve;
    });
    let asked: () => void = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const http = await startHttp({
      sendTestMessage: () => {
        asked();
        return held;
      },
    });
    const answer = request(
      http.port,
      'POST /api/test-messages',
      { 'Content-Type': 'application/json', Connection: 'keep-alive' },
      '{}',
    );
    await wasAsked;
    const closing = http.server.close();
    release({ messageId: '<late@example.test>' });
    expect((await answer).status).toBe(202);
    await closing;
    await http.storage.close();
  });

  it('does not wait for ever for one that never does', async () => {
    let asked: () => void = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const http = await startHttp({
      limits: { closeGraceMs: 50 },
      sendTestMessage: () => {
        asked();
        return new Promise(() => {});
      },
    });
    const json = { 'Content-Type': 'application/json' };
    const answer = request(http.port, 'POST /api/test-messages', json, '{}');
    await wasAsked;
    await http.server.close();
    expect((await answer).status).toBe(0);
    await http.storage.close();
  });

  it('may be asked twice, or before listening', async () => {
    const http = await startHttp();
    await http.server.close();
    await http.server.close();
    await http.storage.close();
  });
});

async function run(command: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(command, [...args])).stdout;
}
