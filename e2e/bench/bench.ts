/** `npm run bench`: measures the built server beside others, and says how they compare. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProgram } from '../load/build-program.ts';
import { busyCpuMs, describeMachine } from '../load/host.ts';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import { builtProgram } from '../load/server-process.ts';
import { Disposables } from './disposables.ts';
import { openSmtpSource, type SmtpSource } from './drivers/smtp-source.ts';
import type { Bench, Question } from './question.ts';
import { connect } from './questions/connect.ts';
import { persistent } from './questions/persistent.ts';
import { renderAnswer, renderHead } from './render.ts';
import { type Answer, Notebook, type Report } from './report.ts';

const root = resolve(import.meta.dirname, '../..');
const questions: readonly Question[] = [connect, persistent];

const help = `Usage: npm run bench -- [flags]

Measures the built server beside Postfix's smtp-sink and MailDev, in rounds that take turns.

  --only <names>    some questions, with commas: ${questions.map(({ name }) => name).join(', ')}
  --rounds <n>      how often each contender is measured, 1 to 20 (default 3)
  --out <file>      JSON to write or, when it is there, to add the answers to
                    (default .cache/bench/<time>.json)
  --program <file>  another built cli.js than dist/server/cli.js; nothing is built then
  --help
`;

await main();

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === null) return;
  // What was started ends with us.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  if (asked.program === builtProgram) await buildProgram();
  await using stack = new Disposables();
  let generator: Promise<LoadGenerator> | null = null;
  let source: Promise<SmtpSource> | null = null;
  const bench: Bench = {
    rounds: asked.rounds,
    short: false,
    program: asked.program,
    generator: () => {
      generator ??= startLoadGenerator().then((started) => stack.use(started));
      return generator;
    },
    source: () => {
      source ??= openSmtpSource().then((opened) => stack.use(opened));
      return source;
    },
    say: (text) => process.stderr.write(`${text}\n`),
  };
  const report = (answers: Report['answers']): Report => ({
    format: 1,
    machine: describeMachine(),
    answers,
  });
  let answers = await answersIn(asked.out);
  process.stdout.write(`${renderHead(report({}))}\n\n`);
  for (const question of asked.chosen) {
    bench.say(question.title);
    const answer = await answerTo(question, bench);
    answers = { ...answers, [question.name]: answer };
    process.stdout.write(`${renderAnswer(answer)}\n`);
    // After each, so that an end in the middle loses only what was not done.
    await save(asked.out, report(answers));
    if (answer.checks.some(({ passed }) => !passed)) process.exitCode = 1;
  }
  bench.say(`The figures are in ${asked.out}.`);
}

/** A question that throws has failed, and the others are still asked. */
async function answerTo(question: Question, bench: Bench): Promise<Answer> {
  const notebook = new Notebook();
  const startedAt = new Date();
  const busyBefore = busyCpuMs();
  try {
    await question.ask(bench, notebook);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    notebook.check(`${question.name} was answered`, false, text);
  }
  const tookMs = Date.now() - startedAt.getTime();
  void busyBefore;
  return {
    name: question.name,
    title: question.title,
    startedAt: startedAt.toISOString(),
    tookMs,
    commit: describeMachine().commit,
    othersCpuPercent: null,
    figures: notebook.figures,
    checks: notebook.checks,
    notes: notebook.notes,
  };
}

async function answersIn(file: string): Promise<Report['answers']> {
  if (!existsSync(file)) return {};
  return (JSON.parse(await readFile(file, 'utf8')) as Report).answers;
}

async function save(file: string, report: Report): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        out: { type: 'string' },
        program: { type: 'string', default: builtProgram },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return null;
    }
    const names = values.only?.split(',') ?? questions.map(({ name }) => name);
    const unknown = names.find((name) => !questions.some((each) => each.name === name));
    if (unknown !== undefined) throw new Error(`There is no question "${unknown}".`);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
      throw new Error('--rounds is a whole number from 1 to 20.');
    }
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
    return {
      rounds,
      chosen: questions.filter(({ name }) => names.includes(name)),
      program: resolve(values.program),
      out: resolve(values.out ?? join(root, '.cache', 'bench', `${time}.json`)),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}
