/**
 * What people install: packed, put into an empty folder and started, by the versions of Node and
 * npm that they have. npm 12 runs no install scripts, which the database driver has to bear. And how
 * much of a page they get to load.
 *
 * Node 24 and npm 12 come from the registry; where it cannot be reached those tests are skipped.
 */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { root } from './source-files.ts';

const execute = promisify(execFile);
const minutes = 60_000;

/** Without what `npm test` tells its children, which would have npm install into this project. */
const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(?:registry|cache|userconfig|globalconfig|nodedir)$)/i.test(name),
  ),
);

interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

let tarball = '';
let packed: readonly PackedFile[] = [];
let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = await temporaryDirectory();
  const setup = join(root, 'server', 'scripts', 'setup.mjs');
  const build = 'import(process.argv[1]).then((setup) => setup.build())';
  await execute(process.execPath, ['-e', build, setup], { cwd: root });
  const { stdout } = await execute(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path],
    { cwd: root, env: cleanEnv },
  );
  const answer: unknown = JSON.parse(stdout);
  // npm 11 answers with a list, npm 12 with an object by name.
  const [result] = Object.values(
    answer as Record<string, { filename: string; files: PackedFile[] }>,
  );
  tarball = join(folder.path, result?.filename ?? '');
  packed = result?.files ?? [];
  return () => folder[Symbol.asyncDispose]();
}, 5 * minutes);

test('the package has the built server and page, and nothing else', () => {
  const paths = packed.map(({ path }) => path);
  const expected =
    /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/(?:server|db)\/.+\.(?:c?js|d\.c?ts)|dist\/server\/LICENSES\.txt|dist\/web\/.+\.(?:html|js|css|svg|png|woff2|webmanifest))$/;
  expect(paths.filter((path) => !expected.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.test\.|\/testing\/|\/scripts\/|\.map$/.test(path))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'dist/server/cli.js',
      'dist/server/index.js',
      'dist/server/index.d.ts',
      'dist/server/LICENSES.txt',
      'dist/web/index.html',
    ]),
  );
});

test('the page begins with at most 150 kB of script, compressed', async () => {
  const page = join(root, 'dist', 'web');
  const html = await readFile(join(page, 'index.html'), 'utf8');
  // What is imported without waiting for anything stands here too, as modules to preload.
  const names = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, name]) => name ?? '');
  const scripts = await Promise.all(names.map((name) => readFile(join(page, name))));
  expect(scripts.length).toBeGreaterThan(1);
  const bytes = scripts.reduce((sum, script) => sum + gzipSync(script, { level: 9 }).length, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(150_000);
});

/** No packages: the Node and npm that run this test. */
const machines: readonly (readonly [name: string, packages: readonly string[]])[] = [
  ['this Node and npm', []],
  ['Node 24 and npm 11', ['node@24', 'npm@11']],
  ['Node 24 and npm 12, which runs no install scripts', ['node@24', 'npm@12']],
];

test.for(machines)(
  'installed by %s it runs, with few packages',
  { timeout: 15 * minutes },
  async ([, packages], { skip }) => {
    const env = await environmentOf(packages);
    if (env === null) return skip(`${packages.join(' and ')} could not be had from the registry`);
    const home = await emptyFolder(packages);
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball];
    await execute('npm', install, { cwd: home, env, maxBuffer: 2 ** 26 });

    const npx = ['--no-install', 'prixfixe-dev', '--version'];
    const { stdout } = await execute('npx', npx, { cwd: home, env });
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(stdout.trim()).toBe(manifest.version);
    expect((await installedPackages(home)).length).toBeLessThan(30);
    await deliverOne(home, env);
    expect(await oneLibrary(home, env)).toEqual({ sameErrors: true, refused: true });
    const files = await loadedBy(home, env, "await import('prixfixe-dev');");
    const ours = files.filter((url) => url.includes('/node_modules/prixfixe-dev/dist/'));
    expect(ours.length).toBeGreaterThan(0);
    // Hundreds of small files took longer to find and read than to run.
    expect(ours.length).toBeLessThan(40);
  },
);

/** With the wanted node and npm first in PATH; `null` when they cannot be had. */
async function environmentOf(packages: readonly string[]): Promise<NodeJS.ProcessEnv | null> {
  if (packages.length === 0) return cleanEnv;
  const given = [...packages.flatMap((name) => ['-p', name]), '-c', 'command -v npm'];
  const found = await execute('npx', ['-y', ...given], { env: cleanEnv }).catch(() => null);
  if (found === null) return null;
  const PATH = [dirname(found.stdout.trim()), cleanEnv.PATH].join(delimiter);
  return { ...cleanEnv, PATH };
}

/**
 * Empty the first time. Later the dependencies of the same versions are still there, so that the
 * old driver is not compiled at every run; the package itself is always installed anew.
 */
async function emptyFolder(packages: readonly string[]): Promise<string> {
  const { dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const wanted = JSON.stringify([packages, process.version, dependencies, optionalDependencies]);
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const home = join(root, '.cache', 'package-test', name);
  await rm(join(home, 'node_modules', 'prixfixe-dev'), { recursive: true, force: true });
  await rm(join(home, 'package-lock.json'), { force: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  return home;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What is there without the old driver and what only it brings. */
async function installedPackages(home: string): Promise<readonly string[]> {
  const lock = JSON.parse(
    await readFile(join(home, 'node_modules', '.package-lock.json'), 'utf8'),
  ) as { readonly packages: Readonly<Record<string, LockedPackage>> };
  const found = new Set<string>();
  const visit = (name: string) => {
    const path = `node_modules/${name}`;
    const locked = lock.packages[path];
    if (name === 'better-sqlite3-node20' || locked === undefined || found.has(path)) return;
    found.add(path);
    const next = { ...locked.dependencies, ...locked.optionalDependencies };
    for (const dependency of Object.keys(next)) visit(dependency);
  };
  visit('prixfixe-dev');
  expect([...found]).toContain('node_modules/better-sqlite3');
  return [...found];
}

async function deliverOne(home: string, env: NodeJS.ProcessEnv): Promise<void> {
  await using data = await temporaryDirectory();
  const program = join(home, 'node_modules', '.bin', 'prixfixe-dev');
  const argv = ['--smtp-port', '0', '--http-port', '0', '--data-dir', data.path];
  const server = spawn(program, argv, { cwd: home, env });
  const ended = new Promise((resolve) => server.on('close', resolve));
  try {
    const [, url = '', port = ''] = await printed(server, /Inbox {2}(\S+)\n *SMTP {3}[\d.]+:(\d+)/);
    await execute(program, ['send', '--subject', 'packed', '--smtp-port', port], {
      cwd: home,
      env,
    });
    const list = await fetch(`${url}/api/messages`);
    expect(await list.json()).toMatchObject({ messages: [{ subject: 'packed', tls: true }] });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<script type="module"');
    await attach(home, { ...env, PRIXFIXE_URL: url });
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    server.kill('SIGKILL');
  }
}

/** Whoever uses a server elsewhere loads no store. */
async function attach(home: string, env: NodeJS.ProcessEnv): Promise<void> {
  const program = `
    const { withSink } = await import('prixfixe-dev/node-test');
    const ends = [];
    const sink = await withSink({ after: (end) => ends.push(end) });
    await sink.peek({ subject: 'packed' });
    for (const end of ends) await end();`;
  const files = await loadedBy(home, env, program);
  expect(
    files.some((url) => /prixfixe-dev\/dist\/server\/open-remote-sink-\w+\.js$/.test(url)),
  ).toBe(true);
  expect(files.filter((url) => url.includes('better-sqlite3'))).toEqual([]);
}

/** What is caught is the same class whichever way in it was thrown behind. */
async function oneLibrary(home: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const program = `
    const { createRequire } = await import('node:module');
    const library = await import('prixfixe-dev');
    const jest = createRequire(import.meta.url)('prixfixe-dev/jest');
    const { withSink } = await import('prixfixe-dev/node-test');
    const ends = [];
    const sink = await withSink({ after: (end) => ends.push(end) });
    const error = await sink.next({}, { timeoutMs: 1 }).catch((error) => error);
    for (const end of ends) await end();
    console.log(JSON.stringify({
      sameErrors: library.MailTimeoutError === jest.MailTimeoutError,
      refused: error instanceof library.MailTimeoutError,
    }));`;
  const { stdout } = await execute('node', ['--input-type=module', '-e', program], {
    cwd: home,
    env,
  });
  return JSON.parse(stdout);
}

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The files that a program loads, by what V8 says it has compiled. */
async function loadedBy(
  home: string,
  env: NodeJS.ProcessEnv,
  program: string,
): Promise<readonly string[]> {
  await using coverage = await temporaryDirectory();
  await execute('node', ['--input-type=module', '-e', program], {
    cwd: home,
    env: { ...env, NODE_V8_COVERAGE: coverage.path },
  });
  const reports = await Promise.all(
    (await readdir(coverage.path)).map((name) => readFile(join(coverage.path, name), 'utf8')),
  );
  const urls = reports.flatMap((text) => {
    const { result }: Coverage = JSON.parse(text);
    return result.map(({ url }) => url);
  });
  return urls.filter((url) => url.startsWith('file:'));
}

function printed(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (octets: Buffer) => {
      output += octets;
      const match = pattern.exec(output);
      if (match !== null) resolve(match);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}
