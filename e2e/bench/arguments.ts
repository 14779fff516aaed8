/** What `npm run bench` is asked to do. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builtProgram } from '../load/server-process.ts';
import { groups, type Question } from './question.ts';
import { questions } from './questions.ts';

const root = resolve(import.meta.dirname, '../..');

const help = `Usage: npm run bench -- [flags]
       npm run bench -- --compare <old.json> [<new.json>]
       npm run bench -- --document <run.json>

Measures the built server beside Postfix's smtp-sink, MailDev and smtp-server, in rounds that take
turns. What it needs it brings: Debian's package postfix, unpacked into node_modules/.cache, and
the npm packages into .cache/bench. What cannot be had is left out, and said.

  --only <names>      some questions or groups, with commas
  --rounds <n>        how often each is measured, 1 to 20 (default 3)
  --scale <part>      part of each load, 0.01 to 1 (default 1)
  --out <file>        JSON to write or, when it is there, to add the answers to
                      (default .cache/bench/<time>.json)
  --program <file>    another built cli.js than dist/server/cli.js; nothing is built then
  --compare <file>    with a second file: says what changed between them beyond noise; without:
                      measures first
  --document <file>   writes e2e/bench/RESULTS.md from it
  --guard             the short version that runs with the tests
  --help

${groups
  .map((group) => {
    const own = questions.filter((question) => question.group === group);
    return `${group}\n${own.map(({ name, title }) => `  ${name.padEnd(19)} ${title}`).join('\n')}`;
  })
  .join('\n')}

The whole takes about twenty minutes of a machine that does nothing else. In portions:
--out bench.json --only throughput, then --out bench.json --only latency, and so on. A missed aim
is shown and fails nothing; a failed check (a lost message, say) ends with status 1.
`;

export interface Asked {
  readonly rounds: number;
  readonly scale: number;
  readonly chosen: readonly Question[];
  readonly program: string;
  readonly out: string;
  readonly compare: string | null;
  readonly compared: string | null;
  readonly document: string | null;
  readonly guard: boolean;
}

/** `null` when everything is said already. */
export function readArguments(): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        scale: { type: 'string', default: '1' },
        out: { type: 'string' },
        program: { type: 'string', default: builtProgram },
        compare: { type: 'string' },
        document: { type: 'string' },
        guard: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return null;
    }
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
    const file = (path: string | undefined) => (path === undefined ? null : resolve(path));
    const rounds = numberIn(values.rounds, { name: '--rounds', from: 1, to: 20 });
    if (!Number.isInteger(rounds)) throw new Error('--rounds is a whole number.');
    return {
      rounds,
      scale: numberIn(values.scale, { name: '--scale', from: 0.01, to: 1 }),
      chosen: choose(values.only),
      program: resolve(values.program),
      out: resolve(values.out ?? join(root, '.cache', 'bench', `${time}.json`)),
      compare: file(values.compare),
      compared: file(positionals[0]),
      document: file(values.document),
      guard: values.guard,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

function choose(only: string | undefined): readonly Question[] {
  if (only === undefined) return questions;
  const names = only.split(',');
  const is = (name: string) => (question: Question) =>
    question.name === name || question.group === name;
  const unknown = names.find((name) => !questions.some(is(name)));
  if (unknown !== undefined) throw new Error(`There is no question and no group "${unknown}".`);
  return questions.filter((question) => names.some((name) => is(name)(question)));
}

function numberIn(
  text: string,
  range: { readonly name: string; readonly from: number; readonly to: number },
): number {
  const { name, from, to } = range;
  const value = Number(text);
  if (text.trim() !== '' && value >= from && value <= to) return value;
  throw new Error(`${name} is a number from ${from} to ${to}, not "${text}".`);
}
