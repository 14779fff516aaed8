/**
 * The example projects of `e2e/examples/`, as a user has them: the packed package installed in a
 * folder of its own, beside the runners. Packed once and installed once for all of them; what the
 * registry brought stays in `.cache/` for the next time.
 *
 * `npm test -- examples` runs all, `npm test -- examples vitest` those whose name has the word.
 * `npm run shop -- --times 50` runs the suite of the shop so many times in a row, `--ways own` or
 * `--ways shared` only in one of its two ways.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  browser,
  build,
  checkNode,
  failSetup,
  install,
  root,
  run,
  SetupError,
  say,
} from './setup.mjs';

const source = join(root, 'e2e', 'examples');

/** What npm tells the programs it runs would make the next npm install into this project. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_(?!config_(?:registry|cache|userconfig|globalconfig|nodedir)$)|NODE_ENV$|PRIXFIXE_|SMTP_)/i.test(
        name,
      ),
  ),
);

/** Each resolves with what it counted. */
const examples = {
  'types for node-test': (home) => check(home, ['typescript/bin/tsc', '-p', 'node-test']),
  'types for vitest': (home) => check(home, ['typescript/bin/tsc', '-p', 'vitest']),
  'types for jest': (home) => check(home, ['typescript/bin/tsc', '-p', 'jest']),
  'types for playwright': (home) => check(home, ['typescript/bin/tsc', '-p', 'shop']),
  'node-test': (home) => nodeTest(home, []),
  'node-test under run': (home) => nodeTest(home, withServer),
  'vitest, own sinks': (home) => vitest(home, 'own', []),
  'vitest, one sink': (home) => vitest(home, 'shared', []),
  'vitest under run': (home) => vitest(home, 'own', withServer),
  'jest, own sinks': (home) => jest(home, 'jest', []),
  'jest, one sink': (home) => jest(home, 'shared', []),
  'jest under run': (home) => jest(home, 'jest', withServer),
  'playwright reports': (home) => playwright(home, { config: 'playwright' }),
  'shop, own sinks': (home) => shop(home, { way: 'own', times: 2 }),
  'shop, one server': (home) => shop(home, { way: 'shared', times: 2 }),
};

const withServer = ['prixfixe-dev/dist/server/cli.js', 'run', '--tls', 'required', '--quiet', '--'];

/** Runs those whose name has one of the words; resolves with their counts together. */
export async function runExamples(words) {
  const home = await prepare();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const chosen = Object.entries(examples).filter(
    ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  for (const [name, runOne] of chosen) {
    const startedAtMs = Date.now();
    const count = await runOne(home);
    if (count.passed + count.failed === 0) count.failed = 1;
    for (const key of Object.keys(total)) total[key] += count[key];
    const took = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    say(
      `${count.failed === 0 ? '✓' : '✗'} ${name}: ${count.passed} passed, ${count.failed} failed (${took} s)`,
    );
    if (count.failed > 0) say(count.output ?? '');
  }
  return total;
}

// Installing

async function prepare() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = readFileSync(join(source, 'package.json'), 'utf8');
  const dependencies = [manifest.dependencies, manifest.optionalDependencies];
  const home = join(root, '.cache', 'examples', nameOf([process.version, dependencies, wanted]));
  mkdirSync(home, { recursive: true });
  seed(home);
  for (const name of readdirSync(home)) {
    if (name !== 'node_modules') rmSync(join(home, name), { recursive: true, force: true });
  }
  // Without its memory of what it installed npm looks at what is there.
  rmSync(join(home, 'node_modules', 'prixfixe-dev'), { recursive: true, force: true });
  cpSync(source, home, { recursive: true });
  const packed = mkdtempSync(join(tmpdir(), 'prixfixe-packed-'));
  try {
    await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', packed], root);
    const [tarball = ''] = readdirSync(packed);
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await npm(['install', ...quiet, join(packed, tarball)], home);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
  return home;
}

/** Our own folder has most of it, the old database driver compiled, which takes minutes. */
function seed(home) {
  if (existsSync(join(home, 'node_modules'))) return;
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  cpSync(join(root, 'node_modules'), join(home, 'node_modules'), options);
}

function nameOf(value) {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function npm(given, cwd) {
  const shell = process.platform === 'win32';
  return run(shell ? 'npm.cmd' : 'npm', given, { cwd, env, shell });
}

// Runners

async function check(home, [program, ...given]) {
  const { code, output } = await execute(home, [program, ...given]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}

async function nodeTest(home, before) {
  const program = [process.execPath, '--test', '--test-reporter=tap', 'node-test/sign-up.test.mjs'];
  const { code, output } = await execute(
    home,
    before.length > 0 ? [...before, ...program] : program,
  );
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const count = { passed: number('pass'), failed: number('fail'), skipped: number('skipped') };
  return counted(count, code, output);
}

async function vitest(home, config, before) {
  const report = join(home, 'report.json');
  const program = [
    'vitest/vitest.mjs',
    'run',
    '--root',
    'vitest',
    '--config',
    `${config}.config.ts`,
  ];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return jestLike(home, { report, before, program: [...program, ...reporters] });
}

async function jest(home, config, before) {
  const report = join(home, 'report.json');
  const program = ['jest/bin/jest.js', '--rootDir', 'jest', '--config', `jest/${config}.config.js`];
  const reporters = ['--json', '--outputFile', report, '--ci=false'];
  return jestLike(home, { report, before, program: [...program, ...reporters] });
}

/** Vitest writes the report that Jest has. */
async function jestLike(home, { report, before, program }) {
  rmSync(report, { force: true });
  const { code, output } = await execute(home, [...before, ...program]);
  const found = readReport(report);
  const count = {
    passed: found?.numPassedTests ?? 0,
    failed: found?.numFailedTests ?? 0,
    skipped: (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0),
  };
  return counted(count, code, output);
}

/** Every repetition of every test counts. */
function shop(home, { way, times }) {
  const before = way === 'shared' ? withServer : [];
  return playwright(home, { config: 'shop', before, more: [`--repeat-each=${times}`] });
}

async function playwright(home, { config, before = [], more = [] }) {
  const report = join(home, 'report.json');
  rmSync(report, { force: true });
  const program = ['@playwright/test/cli.js', 'test', '--config', config, '--reporter=list,json'];
  const { code, output } = await execute(home, [...before, ...program, ...more], {
    env: {
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      CHROMIUM_PATH: await browser(),
      SHOP_PORT: String(await freePort()),
    },
  });
  const stats = readReport(report)?.stats ?? {};
  const count = {
    passed: stats.expected ?? 0,
    failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0),
    skipped: stats.skipped ?? 0,
  };
  return counted(count, code, output);
}

function counted(count, code, output) {
  // A runner that failed without a failed test (a file that does not load) is a failure too.
  return { ...count, failed: code !== 0 && count.failed === 0 ? 1 : count.failed, output };
}

/** Programs are named by their place in `node_modules`; the first has to be one, or a path. */
function execute(home, words, { env: extra = {} } = {}) {
  const modules = join(home, 'node_modules');
  const placed = words.map((word) =>
    word.includes('/') && !isAbsolute(word) && existsSync(join(modules, word))
      ? join(modules, word)
      : word,
  );
  // After `--` stands a whole command again, which begins with a program.
  const separator = placed.indexOf('--');
  if (separator >= 0 && placed[separator + 1] !== process.execPath) {
    placed.splice(separator + 1, 0, process.execPath);
  }
  const given = placed[0] === process.execPath ? placed.slice(1) : placed;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, given, {
      cwd: home,
      env: { ...env, ...extra, CI: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('close', (code) => resolve({ code, output }));
  });
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// The shop, many times

async function runShop(argv) {
  const given = new Map(
    argv.flatMap((word, index) =>
      word.startsWith('--') ? [[word.slice(2), argv[index + 1]]] : [],
    ),
  );
  const times = Number(given.get('times') ?? 50);
  const ways = given.get('ways')?.split(',') ?? ['own', 'shared'];
  const known = ways.every((way) => ['own', 'shared'].includes(way));
  if (!Number.isInteger(times) || times < 1 || !known) {
    throw new SetupError('npm run shop -- --times 50 --ways own,shared');
  }
  checkNode();
  await install();
  await build();
  const home = await prepare();
  let failed = 0;
  for (const way of ways) {
    const startedAtMs = Date.now();
    const count = await shop(home, { way, times });
    failed += count.failed;
    const took = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    say(`${way}: ${count.passed} passed, ${count.failed} failed in ${took} s`);
    if (count.failed > 0) say(count.output);
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runShop(process.argv.slice(2)).catch(failSetup);
}
