/** MailDev as it starts by itself: mail in memory, the page on. It is of the same kind and stack. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { childOf } from './child.ts';
import type { Contender } from './contender.ts';
import { installedPackage } from './npm-package.ts';
import { freePort } from './postfix.ts';

export async function startMailDev(): Promise<Contender> {
  const folder = await installedPackage('maildev', '3');
  const [port, webPort] = [await freePort(), await freePort()];
  const program = join(folder, 'node_modules/maildev/dist/bin/maildev.js');
  const child = spawn(
    process.execPath,
    [
      program,
      ...['--smtp', String(port), '--ip', '127.0.0.1'],
      ...['--web', String(webPort), '--web-ip', '127.0.0.1'],
      '--silent',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return childOf('MailDev', child, port);
}
