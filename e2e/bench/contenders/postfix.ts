/**
 * `smtp-sink` and `smtp-source` of Postfix: a sink in C that stores nothing, the ceiling to measure
 * against, and its source. From the system, or unpacked from the Debian package.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { libraryDirectories, unpackDebianPackage } from '../../../server/testing/debian-package.ts';
import { childOf } from './child.ts';
import { type Contender, ContenderMissing, type ContenderNeeds } from './contender.ts';

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
  const child = spawn(
    sink,
    [
      ...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []),
      ...['-m', String(needs.connectionsMax)],
      `127.0.0.1:${port}`,
      String(needs.listenBacklog),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: environment },
  );
  return childOf('smtp-sink', child, port);
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
