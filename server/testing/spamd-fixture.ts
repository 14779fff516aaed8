/**
 * SpamAssassin's daemon from Debian's package, unpacked: without network rules, on a free loopback
 * port, with its state in a temporary directory.
 */
import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { unpackDebianPackage } from './debian-package.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface RunningSpamd extends AsyncDisposable {
  readonly port: number;
}

/** Or the reason why it cannot be had. */
export async function startSpamd(): Promise<RunningSpamd | { readonly reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'spamd changes its user, which only root may' };
  const spamd = await unpackDebianPackage('spamd', '/usr/sbin/spamd');
  if ('reason' in spamd) return spamd;
  const { root } = spamd;
  const directory = await temporaryDirectory();
  await chmod(directory.path, 0o777);
  const port = await freePort();
  const child = spawn(
    'perl',
    [
      // Taint mode, which its own first line asks for, does not look at PERL5LIB.
      '-T',
      ...perlLibraries(root).map((path) => `-I${path}`),
      `${root}/usr/sbin/spamd`,
      '--local',
      '--nouser-config',
      `--listen=127.0.0.1:${port}`,
      `--configpath=${root}/usr/share/spamassassin`,
      `--siteconfigpath=${root}/etc/spamassassin`,
      '--max-children=1',
      '--username=nobody',
      `--helper-home-dir=${directory.path}`,
      `--pidfile=${join(directory.path, 'pid')}`,
      '--syslog=stderr',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, LC_ALL: 'C' } },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const started = new Promise<boolean>((resolve) => {
    child.stderr.on('data', (octets) => {
      said = (said + octets).slice(-10_000);
      if (said.includes('server started on')) resolve(true);
    });
    child.once('error', () => resolve(false));
    child.once('close', () => resolve(false));
  });
  if (!(await started)) {
    await directory[Symbol.asyncDispose]();
    throw new Error(`spamd did not start:\n${said}`);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await directory[Symbol.asyncDispose]();
    },
  };
}

function perlLibraries(root: string): readonly string[] {
  if (root === '') return [];
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return [
    `${root}/usr/share/perl5`,
    ...['5.36', '5.40'].map(
      (version) => `${root}/usr/lib/${architecture}-linux-gnu/perl5/${version}`,
    ),
  ];
}

/** It wants its port by number, so one is taken and given back. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
