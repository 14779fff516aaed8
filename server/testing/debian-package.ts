/**
 * Brings real mail programs to a test that needs them, on Debian and its kin.
 *
 * `ensureCommands` installs small tools (swaks, openssl) into the system. `unpackDebianPackage` is
 * for mail servers: two of them cannot be installed together and each would start a daemon, so the
 * package is only unpacked, with whatever it needs and the machine lacks, into a cache directory.
 *
 * Nothing is brought where it cannot be or was forbidden (`PRIXFIXE_TEST_INSTALL=0`): the reason
 * comes back, and the test says that it was skipped and why.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const cacheDirectory = fileURLToPath(
  new URL('../../node_modules/.cache/debian-packages', import.meta.url),
);
const lockDirectory = join(tmpdir(), 'prixfixe-test-apt.lock');
const lockStaleAfterMs = 10 * 60_000;

/** Why a program cannot be had, or `null` when it is there. */
export async function ensureCommands(options: {
  readonly packages: readonly string[];
  /** Resolves when everything works. */
  readonly probe: () => Promise<unknown>;
}): Promise<string | null> {
  const works = () =>
    options.probe().then(
      () => true,
      () => false,
    );
  if (await works()) return null;
  const forbidden = whyNothingIsBrought();
  if (forbidden !== null) return `${options.packages[0]} is not installed, and ${forbidden}`;
  try {
    await withLock(() => install(options.packages));
  } catch (error) {
    return `${options.packages[0]} could not be installed: ${lastLine(error)}`;
  }
  return (await works()) ? null : `${options.packages[0]} was installed and does not work`;
}

/**
 * A directory under which the files of a package lie as they would under `/`: `''` when it is
 * installed in the system.
 */
export async function unpackDebianPackage(
  name: string,
  installedFile: string,
): Promise<{ readonly root: string } | { readonly reason: string }> {
  if (existsSync(installedFile)) return { root: '' };
  const root = join(cacheDirectory, name);
  if (existsSync(root)) return { root };
  const forbidden = whyNothingIsBrought();
  if (forbidden !== null) return { reason: `${name} is not installed, and ${forbidden}` };
  try {
    await withLock(() => unpack(name, root));
    return { root };
  } catch (error) {
    return { reason: `${name} could not be unpacked: ${lastLine(error)}` };
  }
}

/** Directories of shared libraries under a root, for `LD_LIBRARY_PATH` or ldconfig(8). */
export async function libraryDirectories(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const parent of ['lib', 'usr/lib']) {
    const names = await readdir(join(root, parent)).catch(() => []);
    for (const name of names) {
      if (name.includes('-linux-')) found.push(join(root, parent, name));
    }
  }
  return found;
}

function whyNothingIsBrought(): string | null {
  if (platform() !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return 'this is no Debian to install it from';
  }
  if (process.env.PRIXFIXE_TEST_INSTALL === '0') return 'PRIXFIXE_TEST_INSTALL=0 forbids it';
  if (process.getuid?.() !== 0) return 'only root may install it';
  return null;
}

async function install(packages: readonly string[]): Promise<void> {
  const arguments_ = ['install', '-y', '--no-install-recommends', ...packages];
  const removePolicy = await forbidDaemons();
  try {
    await aptGet(arguments_).catch(async () => {
      await aptGet(['update']);
      await aptGet(arguments_);
    });
  } finally {
    await removePolicy();
  }
}

/** With exit code 101 from this file no package starts a daemon (invoke-rc.d(8)). */
async function forbidDaemons(): Promise<() => Promise<void>> {
  const file = '/usr/sbin/policy-rc.d';
  if (existsSync(file)) return async () => {};
  await writeFile(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rm(file, { force: true });
}

async function unpack(name: string, root: string): Promise<void> {
  if (existsSync(root)) return;
  const packages = await whatWouldBeInstalled(name).catch(async () => {
    await aptGet(['update']);
    return whatWouldBeInstalled(name);
  });
  await mkdir(cacheDirectory, { recursive: true });
  const download = await mkdtemp(join(cacheDirectory, 'download-'));
  const unpacked = await mkdtemp(join(cacheDirectory, 'unpacked-'));
  try {
    const fetch = () => aptGet(['download', ...packages], download);
    // A list that is out of date names versions that are gone.
    await fetch().catch(async () => {
      await aptGet(['update']);
      await fetch();
    });
    for (const file of await readdir(download)) {
      await run('dpkg', ['-x', join(download, file), unpacked]);
    }
    await run('chmod', ['755', unpacked]);
    await rename(unpacked, root);
  } finally {
    await rm(download, { recursive: true, force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** The package and those it needs that the machine lacks. */
async function whatWouldBeInstalled(name: string): Promise<readonly string[]> {
  const { stdout } = await aptGet(['-s', 'install', '--no-install-recommends', name]);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].flatMap((match) => match[1] ?? []);
}

function aptGet(arguments_: readonly string[], cwd?: string) {
  return run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...arguments_], {
    env: environment,
    maxBuffer: 16 * 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** One at a time over all processes: apt-get's own lock on its lists does not wait. */
async function withLock<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      await mkdir(lockDirectory);
      break;
    } catch {
      const age = await stat(lockDirectory).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > lockStaleAfterMs) await rm(lockDirectory, { recursive: true, force: true });
      else await delay(200);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lockDirectory, { recursive: true, force: true });
  }
}

function lastLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').at(-1) ?? 'no reason given';
}
