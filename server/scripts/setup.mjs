/**
 * What `npm start` and `npm test` need before they can begin: the right Node, the dependencies,
 * the build and, for the journeys, a browser. Each step looks first whether it has anything to do,
 * says what it does while it does it, and never asks.
 *
 * What was done last time is remembered in `.cache/` as a hash of what it was done from.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, '.cache');

/** The installed programs, started by their scripts so that Windows needs no shell. */
export const programs = {
  tsc: 'node_modules/typescript/bin/tsc',
  tsx: 'node_modules/tsx/dist/cli.mjs',
  vite: 'node_modules/vite/bin/vite.js',
  biome: 'node_modules/@biomejs/biome/bin/biome',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
};

export class SetupError extends Error {}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Node 20.19 or newer is needed; this is ${process.versions.node}. See https://nodejs.org.`,
  );
}

export async function install() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  // Native modules belong to one version of Node's interface.
  const wanted = hash([lock, process.versions.modules, process.platform, process.arch]);
  if (existsSync(join(root, 'node_modules')) && readStamp('install') === wanted) return;
  if (isInstalled(JSON.parse(lock))) {
    writeStamp('install', wanted);
    return;
  }
  await step('Installing dependencies', async () => {
    // The terminal gets npm's own progress; without one there is none to show.
    await run(
      npm,
      // Not `ci`: it refuses a lock file that lacks an optional build of another platform, which
      // a registry mirror may not carry. `--no-save` takes the locked versions and writes nothing.
      [
        ...npmFirst,
        'install',
        '--no-save',
        '--include=dev',
        '--include=optional',
        '--no-audit',
        '--no-fund',
      ],
      {
        env: { ...process.env, NODE_ENV: 'development' },
      },
    );
  });
  if (!hasDriver()) {
    throw new SetupError(
      'npm left out the SQLite driver for Node 20, which is compiled when it is installed. Install ' +
        'a C++ compiler, make and python3 (on Debian: apt-get install build-essential python3) or ' +
        'use Node 22 or newer, then try again.',
    );
  }
  writeStamp('install', wanted);
}

/** An optional package that fails to build is dropped without an error; Node 20 cannot do without. */
function hasDriver() {
  const [major] = process.versions.node.split('.').map(Number);
  const binary = 'node_modules/better-sqlite3-node20/build/Release/better_sqlite3.node';
  return major >= 22 || existsSync(join(root, binary));
}

/** npm says where it is when it runs us; elsewhere the shell knows. */
const npmScript = process.env.npm_execpath ?? '';
const isNpmScript = /npm-cli\.js$/.test(npmScript);
const npm = isNpmScript ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
const npmFirst = isNpmScript ? [npmScript] : [];

/** Somebody ran `npm ci` by hand: npm's own record of what it installed equals the lock file. */
function isInstalled(lock) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || !hasDriver()) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(lock.packages).every(([name, wanted]) => {
    if (name === '') return true;
    return installed[name]?.version === wanted.version || (!installed[name] && wanted.optional);
  });
}

/** Compiles what changed since the last time; both halves are independent of each other. */
export async function build({ force = false } = {}) {
  const shared = ['package.json', 'package-lock.json', 'tsconfig.json'].map((name) =>
    join(root, name),
  );
  await buildPart({
    name: 'server',
    force,
    sources: [
      ...shared,
      join(root, 'tsconfig.build.json'),
      join(root, 'server', 'scripts', 'bundle.mjs'),
      ...filesIn('server'),
      ...filesIn('db'),
    ],
    result: join(root, 'dist', 'server', 'cli.js'),
    async make() {
      // Both or neither: with its record kept, the compiler would not write what was removed.
      rmSync(join(root, 'dist', 'server'), { recursive: true, force: true });
      rmSync(join(root, 'dist', 'db'), { recursive: true, force: true });
      rmSync(join(cache, 'server.tsbuildinfo'), { force: true });
      // Its packages may have been installed by this very process, so it is not loaded before.
      const { bundleServer } = await import('./bundle.mjs');
      await Promise.all([runProgram('tsc', ['-p', 'tsconfig.build.json']), bundleServer(root)]);
      // What is written in CommonJS, because Jest wants it so, is shipped as it is.
      const adapters = join(root, 'server', 'adapters');
      for (const name of readdirSync(adapters).filter((file) => /\.c[jt]s$/.test(file))) {
        copyFileSync(join(adapters, name), join(root, 'dist', 'server', 'adapters', name));
      }
      chmodSync(join(root, 'dist', 'server', 'cli.js'), 0o755);
    },
  });
  await buildPart({
    name: 'page',
    force,
    sources: [...shared, join(root, 'vite.config.ts'), ...filesIn('web')],
    result: join(root, 'dist', 'web', 'index.html'),
    make: () => runProgram('vite', ['build', '--logLevel', 'warn']),
  });
}

async function buildPart({ name, sources, result, make, force }) {
  const wanted = hash(sources.map((file) => `${file}\0${hash([readFileSync(file)])}`));
  if (!force && existsSync(result) && readStamp(`build-${name}`) === wanted) return;
  rmSync(stampFile(`build-${name}`), { force: true });
  await step(`Building the ${name}`, make);
  writeStamp(`build-${name}`, wanted);
}

/** Tests are no part of the build, so a change of one builds nothing. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/]server[\\/](?:testing|scripts)[\\/]/.test(file))
    .sort();
}

const browserNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];
const browserPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium, which is installed where that can be done without asking. */
export async function browser() {
  const given = process.env.CHROMIUM_PATH ?? '';
  if (given !== '') {
    if (existsSync(given)) return given;
    throw new SetupError(`CHROMIUM_PATH is ${given}, where there is nothing.`);
  }
  const found = findBrowser();
  if (found !== null) return found;
  const canInstall = process.getuid?.() === 0 && onPath('apt-get') !== null;
  if (canInstall) {
    await step('Installing a browser (chromium, with apt-get)', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      // An old list is better than none: whether it is good enough shows at the next line.
      await run('apt-get', ['update', '-q'], { env }).catch(() => {});
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env });
    });
    const installed = findBrowser();
    if (installed !== null) return installed;
  }
  throw new SetupError(
    'The journeys need Chromium or Chrome and found none. Install one (on Debian and Ubuntu: ' +
      'sudo apt-get install chromium), or say where it is with CHROMIUM_PATH=/path/to/chromium. ' +
      'The other tests run without: npm test -- types lint docs unit',
  );
}

function findBrowser() {
  const named = browserNames.map(onPath).find((path) => path !== null);
  return named ?? browserPaths.find((path) => existsSync(path)) ?? null;
}

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder; the next may have it.
    }
  }
  return null;
}

/** Runs to the end with our own streams; rejects when it fails. */
export function run(program, given, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, given, {
      cwd: root,
      // Standard output is the program's own that is started afterwards.
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32' && program.endsWith('.cmd'),
      ...options,
    });
    child.on('error', (cause) => {
      reject(new SetupError(`${program} cannot be started: ${cause.message}`));
    });
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new SetupError(`${program} ${given.join(' ')} failed (${signal ?? code}).`));
    });
  });
}

export function runProgram(name, given, options) {
  return run(process.execPath, [programs[name], ...given], options);
}

async function step(text, work) {
  const startedAtMs = Date.now();
  say(`${text} …`);
  await work();
  say(`${text}: done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

function hash(pieces) {
  const sum = createHash('sha256');
  for (const piece of pieces) sum.update(piece).update('\0');
  return sum.digest('hex');
}

function stampFile(name) {
  return join(cache, `${name}.stamp`);
}

function readStamp(name) {
  return existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : null;
}

function writeStamp(name, value) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile(name), value);
}

/** Ends the process with one sentence for what a person can mend, and with a stack for the rest. */
export function failSetup(error) {
  say(error instanceof SetupError ? error.message : (error?.stack ?? String(error)));
  process.exit(1);
}
