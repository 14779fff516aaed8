/**
 * `npm run dev`: the server from source, started again when a source changes, and Vite with hot
 * reload beside it on http://127.0.0.1:5173. Flags after `--` go to the server.
 */
import { spawn } from 'node:child_process';
import { checkNode, failSetup, install, programs, root } from './setup.mjs';

try {
  checkNode();
  await install();
} catch (error) {
  failSetup(error);
}

const serverArguments = [
  'watch',
  '--clear-screen=false',
  'server/cli.ts',
  ...process.argv.slice(2),
];
const children = [start(programs.tsx, serverArguments), start(programs.vite, [])];

// Ctrl+C reaches all of them by itself; when one ends the others have no use.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
for (const child of children) child.on('exit', stop);

function start(program, given) {
  return spawn(process.execPath, [program, ...given], { cwd: root, stdio: 'inherit' });
}

function stop() {
  for (const child of children) child.kill('SIGTERM');
}
