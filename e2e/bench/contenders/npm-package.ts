/**
 * A package that is measured and not depended on: installed once into the cache, beside the project
 * and not in it. Its install scripts do not run.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ContenderMissing } from './contender.ts';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../../.cache/bench/packages');
const installTimeoutMs = 300_000;

/** The folder whose `node_modules` holds it. */
export async function installedPackage(name: string, range: string): Promise<string> {
  const folder = join(cache, `${name}@${range}`);
  if (existsSync(folder)) return folder;
  if (process.env.PRIXFIXE_TEST_INSTALL === '0') {
    throw new ContenderMissing(`${name} is not installed, and PRIXFIXE_TEST_INSTALL=0 forbids it`);
  }
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'package.json'), '{ "private": true }\n');
  try {
    await run(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${range}`],
      { cwd: unfinished, timeout: installTimeoutMs, shell: process.platform === 'win32' },
    );
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const text = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
    throw new ContenderMissing(`${name} could not be installed: ${text}`);
  }
  return folder;
}
