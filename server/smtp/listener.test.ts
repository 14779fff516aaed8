import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, platform } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { startTestServer } from '../testing/smtp-test-server.ts';
import { makeTestCertificates } from '../testing/test-certificates.ts';

const run = promisify(execFile);

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1');

/** Send-Q of a listening socket is the backlog that the kernel granted; `null` without ss(8). */
async function grantedBacklog(port: number): Promise<number | null> {
  const found = await run('ss', ['-ltnH', `sport = :${port}`]).catch(() => null);
  return found === null ? null : Number(found.stdout.trim().split(/\s+/)[2]);
}

describe('--listen-backlog reaches listen(2) on every listener', () => {
  for (const backlog of [256, 128, 0]) {
    test(backlog === 0 ? '0 is SOMAXCONN' : String(backlog), async ({ skip }) => {
      if (platform() !== 'linux') return skip('the kernel tells the backlog on Linux only');
      const somaxconn = Number(await readFile('/proc/sys/net/core/somaxconn', 'latin1'));
      const secureContext = (await makeTestCertificates()).secureContext();
      await using server = await startTestServer({
        backlog,
        smtpsPort: 0,
        tls: 'offered',
        secureContext: () => secureContext,
      });
      const granted = await grantedBacklog(server.port);
      if (granted === null) return skip('ss is not installed (package iproute2)');
      const expected = backlog === 0 ? somaxconn : Math.min(backlog, somaxconn);
      expect(granted).toBe(expected);
      expect(await grantedBacklog(server.smtpsPort)).toBe(expected);
    });
  }
});

describe('addresses', () => {
  const cases = [
    { host: '127.0.0.1', reachedAt: ['127.0.0.1'] },
    { host: '::1', reachedAt: ['::1'] },
    { host: '::', reachedAt: ['::1', '127.0.0.1'] },
    { host: 'localhost', reachedAt: ['localhost'] },
  ];
  for (const { host, reachedAt } of cases) {
    test(`${host} is reached at ${reachedAt.join(' and ')}`, async ({ skip }) => {
      if (host.includes(':') && !hasIpv6) return skip('this machine has no IPv6');
      await using server = await startTestServer({ host });
      for (const target of reachedAt) {
        await using client = await RawSmtpClient.connect({ port: server.port, host: target });
        expect((await client.readReply()).code).toBe(220);
      }
    });
  }

  test('an IPv4 peer of a dual-stack listener is known by its IPv4 address', async ({ skip }) => {
    if (!hasIpv6) return skip('this machine has no IPv6');
    const peers: string[] = [];
    await using server = await startTestServer({
      host: '::',
      observer: { connectionOpened: (session) => peers.push(session.peerAddress) },
    });
    await using client = await RawSmtpClient.connect({ port: server.port });
    await client.readReply();
    expect(peers).toEqual(['127.0.0.1']);
  });
});

describe('a listener that cannot be opened is one sentence with a way out', () => {
  test('taken port', async () => {
    await using first = await startTestServer();
    await expect(startTestServer({ port: first.port })).rejects.toMatchObject({
      name: 'ListenError',
      code: 'EADDRINUSE',
      host: '127.0.0.1',
      port: first.port,
      message: expect.stringMatching(
        /another program uses it already.*--smtp-port \(PRIXFIXE_SMTP_PORT\)/,
      ),
    });
  });

  test('taken implicit-TLS port: the other listener is closed again', async () => {
    const occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve));
    const address = occupied.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const freeAddress = free.address();
    if (freeAddress === null || typeof freeAddress === 'string') throw new Error('no port');
    await new Promise((resolve) => free.close(resolve));
    const secureContext = (await makeTestCertificates()).secureContext();
    const options = {
      port: freeAddress.port,
      smtpsPort: address.port,
      secureContext: () => secureContext,
    };
    await expect(startTestServer(options)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringMatching(/^SMTPS .*--smtps-port \(PRIXFIXE_SMTPS_PORT\)/),
    });
    await using again = await startTestServer({ port: freeAddress.port });
    expect(again.port).toBe(freeAddress.port);
    occupied.close();
  });

  test('address of another machine, and a name nobody knows', async () => {
    await expect(startTestServer({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
      message: expect.stringMatching(/no such address.*--smtp-host \(PRIXFIXE_SMTP_HOST\)/),
    });
    await expect(startTestServer({ host: 'no-such-name.invalid' })).rejects.toMatchObject({
      name: 'ListenError',
      message: expect.stringMatching(/the name no-such-name\.invalid is not known/),
    });
  });
});
