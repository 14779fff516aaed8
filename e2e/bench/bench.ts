/** `npm run bench`: measures the built server beside others, and says how they compare. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProgram } from '../load/build-program.ts';
import { describeMachine } from '../load/host.ts';
import { builtProgram } from '../load/server-process.ts';
import { type Asked, readArguments } from './arguments.ts';
import { Asker } from './ask.ts';
import { compareReports, renderChanges } from './compare.ts';
import { renderDocument } from './document.ts';
import { runGuard } from './guard.ts';
import { renderAims, renderAnswer, renderMachine } from './render.ts';
import type { Report } from './report.ts';
import { addAnswer, readReport } from './report-file.ts';

const documentFile = join(import.meta.dirname, 'RESULTS.md');
const say = (text: string) => void process.stderr.write(`${text}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

await main();

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === null) return;
  // What was started ends with us.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  if (asked.document !== null) {
    await writeFile(documentFile, renderDocument(await readReport(asked.document)));
    say(`Written: ${documentFile}`);
    return;
  }
  const before = asked.compare === null ? null : await readReport(asked.compare);
  if (before !== null && asked.compared !== null) {
    print(renderChanges(compareReports(before, await readReport(asked.compared))));
    return;
  }
  if (asked.program === builtProgram) await buildProgram();
  if (asked.guard) {
    process.exitCode = await runGuard({ program: asked.program, say, print });
    return;
  }
  const report = await measure(asked);
  if (before !== null && report !== null) print(renderChanges(compareReports(before, report)));
}

async function measure(asked: Asked): Promise<Report | null> {
  const { rounds, scale, program, out } = asked;
  await using asker = new Asker({ rounds, scale, leaveOut: [], program, say });
  const machine = describeMachine();
  print(`${renderMachine({ machine })} · commit ${machine.commit ?? 'unknown'}\n`);
  let report: Report | null = null;
  for (const question of asked.chosen) {
    const answer = await asker.ask(question);
    print(renderAnswer(answer));
    // After each, so that an end in the middle loses only what was not done.
    report = await addAnswer(out, answer);
    if (answer.checks.some(({ passed }) => !passed)) process.exitCode = 1;
  }
  if (report !== null) print(renderAims(report.answers));
  say(`The figures are in ${out}.`);
  return report;
}
