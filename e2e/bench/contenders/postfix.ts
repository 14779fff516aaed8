/**
 * `smtp-sink` and `smtp-source` of Postfix: a sink in C that stores nothing, the ceiling to measure
 * against, and its source. From the system, or unpacked from the Debian package.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { libraryDirectories, unpackDebianPackage } from '../../../server/testing/debian-package.ts';
import { type Contender, ContenderMissing, type ContenderNeeds } from './contender.ts';

const startTimeoutMs = 10_000;

export interface PostfixPrograms {
  readonly sink: string;
  readonly source: string;
  readonly environment: NodeJS.ProcessEnv;
}

export async function postfixPrograms(): Promise<PostfixPrograms> {
  const postfix = await unpackDebianPackage('postfix', '/usr/sbin/smtp-sink');
  if ('reason' in postfix) throw new ContenderMissing(postfix.reason);
  const { root } = postfix;
  const libraries = [`${root}/usr/lib/postfix`, ...(await libraryDirectories(root))];
  return {
    sink: `${root}/usr/sbin/smtp-sink`,
    source: `${root}/usr/sbin/smtp-source`,
    environment:
      root === '' ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
  };
}

export async function startSmtpSink(needs: ContenderNeeds): Promise<Contender> {
  const { sink, environment } = await postfixPrograms();
  // It takes no port 0.
  const port = await freePort();
  const asRoot = process.getuid?.() === 0;
  const child = spawn(
    sink,
    [
      ...(asRoot ? ['-u', 'nobody'] : []),
      '-m',
      String(needs.connectionsMax),
      `127.0.0.1:${port}`,
      String(needs.listenBacklog),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: environment },
  );
  const leaveNothing = () => child.kill('SIGKILL');
  process.once('exit', leaveNothing);
  await untilListening(child, port);
  return {
    name: 'smtp-sink',
    pid: child.pid ?? 0,
    port,
    storedCount: null,
    async [Symbol.asyncDispose]() {
      process.off('exit', leaveNothing);
      await ended(child, 'SIGTERM');
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Until somebody answers there; the process must not end before. */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const deadlineAtMs = performance.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadlineAtMs) {
      child.kill('SIGKILL');
      throw new Error(`${child.spawnfile} did not start: ${said || `exit code ${child.exitCode}`}`);
    }
    await sleep(20);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill(signal);
  });
}
