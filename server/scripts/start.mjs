/**
 * `npm start`: installs and builds what changed, then becomes the program itself. It runs in this
 * process, so that signals, the terminal and the exit status are the program's own.
 * `npm start -- --smtp-port 2525` passes flags on.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, checkNode, failSetup, install, root } from './setup.mjs';

try {
  checkNode();
  await install();
  await build();
} catch (error) {
  failSetup(error);
}

/**
 * Stopped with SIGTERM, npm stops its shell, and the shell goes without a word to us: we would run
 * on without a parent. Ctrl+C needs none of this, since the terminal tells everybody.
 */
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && process.kill(process.pid, 'SIGTERM');
  setInterval(watch, 250).unref();
}

const program = join(root, 'dist', 'server', 'cli.js');
process.argv = [process.execPath, program, ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
