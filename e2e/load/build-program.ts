/** Builds what has changed since the last time. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export async function buildProgram(): Promise<void> {
  const code = 'import { build } from "./server/scripts/setup.mjs"; await build();';
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise((done) => child.once('close', done));
  if (status !== 0) throw new Error('The server could not be built.');
}
