/**
 * `npm test`: everything there is to check, from a fresh clone on, and one line at the end that
 * counts it. `npm test -- unit` runs one suite, `npm test -- unit server/smtp` a part of it.
 * `check` is types, lint and docs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runExamples } from './examples.mjs';
import { browser, build, checkNode, failSetup, install, programs, root, say } from './setup.mjs';

const packageTest = 'server/scripts/package.test.ts';
const reports = join(root, '.cache', 'reports');

/** Each resolves with what it counted. */
const suites = {
  types: () =>
    check('types', [
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'tsconfig.web.json'],
      ['tsc', '-p', 'e2e'],
    ]),
  lint: () => check('lint', [['biome', 'check', '--error-on-warnings']]),
  docs: () => check('docs', [['tsx', 'server/scripts/docs.ts', '--check']]),
  unit: (filters) => vitest('unit', ['--exclude', packageTest, ...filters]),
  // By itself: it installs and compiles, which would disturb the others.
  package: () => vitest('package', [packageTest]),
  examples,
  e2e,
  stress,
  bench,
};
const built = new Set(['package', 'examples', 'e2e', 'stress', 'bench']);
const groups = { check: ['types', 'lint', 'docs'] };

const { names, rest } = readArguments(process.argv.slice(2));
try {
  checkNode();
  await install();
  // These start the built program, as users do.
  if (names.some((name) => built.has(name))) await build();
  // Shown mail is checked in a browser by the unit tests too.
  if (names.some((name) => ['unit', 'examples', 'e2e'].includes(name))) {
    process.env.CHROMIUM_PATH = await browser();
  }
} catch (error) {
  failSetup(error);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failedSuites = [];
for (const name of names) {
  const count = await suites[name](rest).catch((error) => {
    say(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  if (count.passed + count.failed === 0) {
    say(`The suite ${name} ran no test, which counts as a failure.`);
    count.failed = 1;
  }
  for (const key of Object.keys(total)) total[key] += count[key];
  if (count.failed > 0) failedSuites.push(name);
}

if (failedSuites.length > 0) say(`\nFailed: ${failedSuites.join(', ')}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exit(total.failed === 0 ? 0 : 1);

function readArguments(given) {
  const known = (name) => name in suites || name in groups;
  const firstOther = given.findIndex((name) => !known(name));
  const asked = firstOther === -1 ? given : given.slice(0, firstOther);
  const rest = firstOther === -1 ? [] : given.slice(firstOther);
  const chosen = asked.flatMap((name) => groups[name] ?? [name]);
  if (rest.length > 0 && chosen.length !== 1) {
    const all = [...Object.keys(suites), ...Object.keys(groups)].join(', ');
    say(`"${rest[0]}" is no suite. There are: ${all}.`);
    process.exit(1);
  }
  return { names: chosen.length === 0 ? Object.keys(suites) : chosen, rest };
}

/** Programs that say yes or no count as one test; their output shows when the answer is no. */
async function check(name, commands) {
  const startedAtMs = Date.now();
  let output = '';
  for (const [program, ...given] of commands) {
    const result = await execute(program, given, { show: false });
    if (result.failed) output += result.output;
  }
  const took = `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
  if (output === '') {
    say(`✓ ${name} (${took})`);
    return { passed: 1, failed: 0, skipped: 0 };
  }
  say(`✗ ${name} (${took})\n${output}`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function vitest(name, given) {
  say(`\n${name}`);
  const report = reportFile(`${name}.json`);
  const { failed } = await execute('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...given,
  ]);
  const found = readReport(report);
  const skipped = (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0);
  const count = {
    passed: found?.numPassedTests ?? 0,
    failed: found?.numFailedTests ?? 0,
    skipped,
  };
  return withCrash(count, failed);
}

async function e2e(filters) {
  say('\ne2e');
  const report = reportFile('e2e.json');
  const { failed } = await execute('playwright', ['test', '--reporter=list,json', ...filters], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  const stats = readReport(report)?.stats ?? {};
  const count = {
    passed: stats.expected ?? 0,
    // A journey that passed only at a second try has failed once too often.
    failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0),
    skipped: stats.skipped ?? 0,
  };
  return withCrash(count, failed);
}

/** The adapters, in projects that have the packed package installed. */
async function examples(filters) {
  say('\nexamples');
  return runExamples(filters);
}

/** A short version of every step of `npm run stress`: nothing lost, and the counters agree. */
function stress() {
  const out = join(root, '.cache', 'stress', 'quick');
  return counted('stress', ['e2e/stress/stress.ts', '--quick', '--out', out]);
}

/** `npm run bench` in short: not far slower than others, and nothing lost. */
function bench() {
  return counted('bench', ['e2e/bench/bench.ts', '--guard']);
}

/** A program of ours whose last line counts. */
async function counted(name, given) {
  say(`\n${name}`);
  const { output, failed } = await execute('tsx', given, { show: 'copy' });
  const [, ...counts] = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(output) ?? [];
  const [passed, refused, skipped] = counts.map((count) => Number(count ?? 0));
  return withCrash({ passed: passed ?? 0, failed: refused ?? 0, skipped: skipped ?? 0 }, failed);
}

/** A runner that failed without a failed test (a file that does not load) is a failure too. */
function withCrash(count, failed) {
  return failed && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function reportFile(name) {
  mkdirSync(reports, { recursive: true });
  const file = join(reports, name);
  rmSync(file, { force: true });
  return file;
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** `show: 'copy'` shows the output and returns it too; the program then has no terminal. */
function execute(program, given, { show = true, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, programs[program]), ...given], {
      cwd: root,
      env,
      stdio: ['ignore', show === true ? 'inherit' : 'pipe', show === true ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (show === 'copy') process.stdout.write(text);
      });
    }
    child.on('error', (error) => resolve({ failed: true, output: `${error.message}\n` }));
    child.on('close', (code) => {
      resolve({ failed: code !== 0, output: output || `${program} ended with ${code}.\n` });
    });
  });
}
