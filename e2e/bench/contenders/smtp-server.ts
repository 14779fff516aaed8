/**
 * The npm package `smtp-server`, on which most servers of this kind in JavaScript are built, with a
 * handler that throws away what comes: the peer for STARTTLS, which `smtp-sink` does not speak.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childOf } from './child.ts';
import type { Contender, ContenderNeeds } from './contender.ts';
import { installedPackage } from './npm-package.ts';
import { freePort } from './postfix.ts';

export async function startSmtpServer(needs: ContenderNeeds): Promise<Contender> {
  const folder = await installedPackage('smtp-server', '3');
  const port = await freePort();
  const { certificate, listenBacklog } = needs;
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./smtp-server-process.mjs', import.meta.url)),
      folder,
      String(port),
      String(listenBacklog),
      ...(certificate === undefined ? [] : [certificate.certFile, certificate.keyFile]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return childOf('smtp-server', child, port);
}
