/**
 * The short version that runs with the tests. It guards ratios that are far from any noise, and that
 * nothing is lost; how fast the server is, only a whole run on a quiet machine can say.
 */
import { aims } from './aims.ts';
import { Asker } from './ask.ts';
import type { Bench } from './question.ts';
import { burst } from './questions/burst.ts';
import { connect } from './questions/connect.ts';
import { latency } from './questions/latency.ts';
import { persistent } from './questions/persistent.ts';
import { findAimed } from './render.ts';
import type { Answer, Check } from './report.ts';

/** A fraction of what is aimed at, for a machine on which other tests run as well. */
const partOfAim = 1 / 6;
/** They would have to be installed, and are slow. */
const leaveOut = ['MailDev', 'smtp-server'] as const;

/** Resolves with an exit status, after a last line that counts what was checked. */
export async function runGuard(options: {
  readonly program: string;
  readonly say: Bench['say'];
  readonly print: (text: string) => void;
}): Promise<number> {
  const { program, say, print } = options;
  await using asker = new Asker({ rounds: 3, scale: 0.2, leaveOut, program, say });
  const answers: Record<string, Answer> = {};
  for (const question of [connect, persistent, burst, latency]) {
    answers[question.name] = await asker.ask(question);
  }
  const checks = Object.values(answers).flatMap((answer) => answer.checks);
  const { ratios, skipped } = guardRatios(answers);
  const all = [...checks, ...ratios];
  for (const { name, passed, text } of all) print(`${passed ? '✓' : '✗'} ${name} (${text})`);
  for (const text of skipped) print(`- skipped: ${text}`);
  const passedCount = all.filter(({ passed }) => passed).length;
  const failedCount = all.length - passedCount;
  print(`${passedCount} passed, ${failedCount} failed, ${skipped.length} skipped`);
  return failedCount === 0 ? 0 : 1;
}

function guardRatios(answers: Readonly<Record<string, Answer>>): {
  readonly ratios: readonly Check[];
  readonly skipped: readonly string[];
} {
  const ratios: Check[] = [];
  const skipped: string[] = [];
  for (const aim of aims) {
    const answer = answers[aim.question];
    if (answer === undefined || aim.against !== 'smtp-sink' || aim.atLeast === undefined) continue;
    const name = `${aim.question}, ${aim.row}: far from slow`;
    const found = findAimed(aim, answers);
    const least = aim.atLeast * partOfAim;
    if (found === null) {
      skipped.push(`${name}: ${answer.notes.find((note) => /smtp-sink/.test(note)) ?? 'no sink'}`);
      continue;
    }
    const text = `${found.median.toFixed(2)} of ${aim.against}, at least ${least.toFixed(2)}`;
    ratios.push({ name, passed: found.median >= least, text });
  }
  return { ratios, skipped };
}
