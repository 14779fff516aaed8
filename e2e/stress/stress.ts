/** `npm run stress`: loads the built server hard, checks that nothing was lost, reports. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProgram } from '../load/build-program.ts';
import { describeMachine, loadAverage } from '../load/host.ts';
import { startLoadGenerator } from '../load/load-generator.ts';
import { builtProgram } from '../load/server-process.ts';
import { backlogStep } from './backlog-step.ts';
import { burstStep } from './burst-step.ts';
import { type Report, renderHead, renderStep, type StepReport, saveReport } from './report.ts';
import { sizesStep } from './sizes-step.ts';
import { Notebook, type Step, type StressRun } from './stress-run.ts';
import { sustainedStep } from './sustained-step.ts';
import { tlsStep } from './tls-step.ts';

const root = resolve(import.meta.dirname, '../..');
const steps: readonly Step[] = [burstStep, backlogStep, sustainedStep, sizesStep, tlsStep];
const help = `Usage: npm run stress -- [flags]

Starts the built server again and again with what each step needs, loads it over loopback, checks
that every acknowledged message is stored and that the server's own counters say the same, and
writes report.md and report.json.

  --quick           a short version of every step, for tests
  --only <step>     one step, or several with commas: ${steps.map(({ name }) => name).join(', ')}
  --out <folder>    where the report goes (default .cache/stress/<time>)
  --minutes <n>     the longest it may take, 1 to 60 (default 8): TLS is measured in fewer rounds,
                    and what does not come its turn is a failed check
  --program <file>  another built cli.js than dist/server/cli.js; nothing is built then
  --help

Takes about five minutes on two quiet cores, --quick about half of one, and says all the while
what it does. The last line counts the checks.
`;

await main();

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === null) return;
  // What was started ends with us.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const { quick, chosen, program } = asked;
  const startedAtMs = performance.now();
  if (program === builtProgram) await buildProgram();
  await using generator = await startLoadGenerator();
  const say = (text: string) =>
    process.stderr.write(`${clock(performance.now() - startedAtMs)} ${text}\n`);
  const remainingMs = () => startedAtMs + asked.minutes * 60_000 - performance.now();
  const run: StressRun = { quick, program, generator, say, remainingMs };
  const startedAt = new Date().toISOString();
  const done: StepReport[] = [];
  const report = (): Report => ({ startedAt, quick, machine: describeMachine(), steps: done });
  const folder = asked.out ?? join(root, '.cache', 'stress', startedAt.replaceAll(/[:.]/g, '-'));
  process.stdout.write(`${renderHead(report())}\n`);
  for (const [index, step] of chosen.entries()) {
    say(`${step.title} (${index + 1} of ${chosen.length})`);
    done.push(await carryOut(step, run));
    process.stdout.write(`${done.slice(-1).map(renderStep).join('')}\n`);
    // After each, so that an end in the middle loses only what was not done.
    await saveReport(folder, report());
  }
  say(`The report is in ${folder}.`);
  const checks = done.flatMap(({ notebook }) => notebook.checks);
  const passed = checks.filter((check) => check.passed).length;
  process.exitCode = passed === checks.length ? 0 : 1;
  process.stdout.write(`${passed} passed, ${checks.length - passed} failed\n`);
}

/** A step that throws has failed, and the others still run. */
async function carryOut(step: Step, run: StressRun): Promise<StepReport> {
  const notebook = new Notebook();
  const startedAtMs = performance.now();
  const before = loadAverage();
  try {
    await step.run(run, notebook);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    notebook.check(`${step.name} ran to its end`, false, text);
  }
  return {
    name: step.name,
    title: step.title,
    tookMs: performance.now() - startedAtMs,
    loadAverage: before,
    notebook,
  };
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        out: { type: 'string' },
        minutes: { type: 'string', default: '8' },
        program: { type: 'string', default: builtProgram },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return null;
    }
    const names = values.only?.split(',') ?? steps.map(({ name }) => name);
    const unknown = names.find((name) => !steps.some((step) => step.name === name));
    if (unknown !== undefined) throw new Error(`There is no step "${unknown}".`);
    const minutes = Number(values.minutes);
    if (!(minutes >= 1 && minutes <= 60)) throw new Error('--minutes is a number from 1 to 60.');
    return {
      quick: values.quick,
      minutes,
      chosen: steps.filter(({ name }) => names.includes(name)),
      program: resolve(values.program),
      out: values.out === undefined ? null : resolve(values.out),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}
