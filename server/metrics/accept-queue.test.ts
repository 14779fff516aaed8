import { connect, createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { AcceptQueueReader, parseListenCounters, rowOf } from './accept-queue.ts';

test('addresses stand in /proc/net as words of this machine', () => {
  const isLittle = rowOf({ host: '127.0.0.1', port: 1025 }).includes('0100007F');
  expect(rowOf({ host: '127.0.0.1', port: 1025 })).toBe(
    ` ${isLittle ? '0100007F' : '7F000001'}:0401 00000000:0000 0A `,
  );
  expect(rowOf({ host: '::1', port: 80 })).toBe(
    ` ${'0'.repeat(24)}${isLittle ? '01000000' : '00000001'}:0050 ${'0'.repeat(32)}:0000 0A `,
  );
  expect(rowOf({ host: '::ffff:127.0.0.1', port: 1 })).toContain(
    isLittle ? '0000000000000000FFFF00000100007F' : '00000000000000000000FFFF7F000001',
  );
  expect(rowOf({ host: 'fe80::1%eth0', port: 1 })).toContain(isLittle ? '000080FE' : 'FE800000');
});

test('the counters of the host are found by name, and missing ones are told from zero', () => {
  const netstat = 'TcpExt: A ListenOverflows ListenDrops\nTcpExt: 1 22 333\nIpExt: B\nIpExt: 4\n';
  expect(parseListenCounters(netstat)).toEqual({ overflows: 22, drops: 333 });
  expect(parseListenCounters('TcpExt: A\nTcpExt: 1\n')).toBeNull();
  expect(parseListenCounters('')).toBeNull();
});

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test.each(['127.0.0.1', '::1'])(
    '%s: connections that nobody accepts are counted',
    async (host) => {
      const server = createServer();
      const port = await listen(server, host);
      const reader = new AcceptQueueReader([
        { host, port },
        { host, port: 1 },
      ]);
      expect(reader.depth(0)).toBe(0);
      expect(reader.depth(1)).toBeNull();
      const clients = Array.from({ length: 5 }, () => connect({ host, port }));
      // They set out before the loop turns; then the kernel connects, and nobody is there to accept.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      const until = performance.now() + 5_000;
      while (reader.depth(0) !== 5 && performance.now() < until);
      expect(reader.depth(0)).toBe(5);
      await eventually(() => reader.depth(0)).toBe(0);
      for (const client of clients) client.destroy();
      server.close();
      expect(reader.depth(2)).toBeNull();
      reader.close();
    },
  );

  test('the row is found again when others come and go', async () => {
    const server = createServer();
    const port = await listen(server, '127.0.0.1');
    const reader = new AcceptQueueReader([{ host: '127.0.0.1', port }]);
    for (let round = 0; round < 20; round++) {
      const others = Array.from({ length: 5 }, () => createServer());
      await Promise.all(others.map((other) => listen(other, '127.0.0.1')));
      expect(reader.depth(0)).toBe(0);
      for (const other of others) other.close();
      expect(reader.depth(0)).toBe(0);
    }
    server.close();
    await eventually(() => reader.depth(0)).toBeNull();
    reader.close();
  });
});

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
