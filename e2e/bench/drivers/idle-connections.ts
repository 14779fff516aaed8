/** Connections that read the greeting and then say nothing, opened in waves that fit a backlog. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

const waveSize = 500;
const greetingTimeoutMs = 20_000;

export interface IdleConnections extends AsyncDisposable {
  readonly count: number;
}

export async function openIdleConnections(port: number, count: number): Promise<IdleConnections> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const wave = Math.min(waveSize, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: wave }, () => greeted(port)))));
  }
  return {
    count: sockets.length,
    async [Symbol.asyncDispose]() {
      await Promise.all(sockets.map(gone));
    },
  };
}

/** How many files a process may have open: as Node raises its own limit, the hard one counts. */
export function openFilesMax(): number {
  try {
    const row = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    const number = Number(row?.[1]);
    return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
  } catch {
    return 1_024;
  }
}

function greeted(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`A connection was not greeted within ${greetingTimeoutMs / 1000} s.`));
    }, greetingTimeoutMs);
    socket.once('data', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('A connection was closed before its greeting.')));
  });
}

function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
