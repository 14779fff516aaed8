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

const program = join(root, 'dist', 'server', 'cli.js');
process.argv = [process.execPath, program, ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
