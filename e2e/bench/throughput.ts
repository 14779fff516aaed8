/**
 * Compares what contenders take in. All of them run the whole time and are warm before the first
 * round; in each round they take turns, so that what else the machine does strikes all alike and
 * the ratio of a round is fair even where its rates are not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { peakMemoryOf } from '../load/server-process.ts';
import type { Contender, ContenderName, ContenderNeeds } from './contenders/contender.ts';
import { usualNeeds } from './contenders/contender.ts';
import { withContenders } from './contenders/with-contenders.ts';
import { type Driven, drive, type Load } from './drivers/drive.ts';
import { processorUseOf } from './processor-use.ts';
import type { Bench } from './question.ts';
import type { Notebook } from './report.ts';

export interface ThroughputLoad extends Load {
  readonly contenders: readonly ContenderName[];
  readonly needs?: ContenderNeeds;
  /** For those who are so slow that the whole would take minutes. */
  readonly messagesOfSlow?: number;
  /** So many runs make one round, where a single one is over at once. */
  readonly repeats?: number;
  readonly row: string;
  readonly x?: number;
  /**
   * Compilers need ten thousand messages; this part of a round, all of it unless given, comes first
   * and does not count.
   */
  readonly warmUp?: number;
}

/** Of all rounds of one contender. */
interface Tally {
  acknowledged: number;
  failedCount: number;
  readonly failures: string[];
}

const slow: readonly ContenderName[] = ['MailDev', 'smtp-server'];

export async function compareThroughput(
  bench: Bench,
  notebook: Notebook,
  load: ThroughputLoad,
): Promise<void> {
  const needs = load.needs ?? usualNeeds;
  await withContenders({ bench, notebook, names: load.contenders, needs }, async (contenders) => {
    const tallies = new Map<Contender, Tally>(
      contenders.map((contender) => [contender, { acknowledged: 0, failedCount: 0, failures: [] }]),
    );
    for (let number = 0; number <= bench.rounds; number++) {
      for (const [contender, tally] of tallies) {
        await round(bench, number === 0 ? null : notebook, { contender, load, tally });
      }
    }
    for (const [contender, tally] of tallies) await conclude(notebook, { contender, load, tally });
  });
}

interface Run {
  readonly contender: Contender;
  readonly load: ThroughputLoad;
  readonly tally: Tally;
}

/** Without a notebook it only warms up. */
async function round(
  bench: Bench,
  notebook: Notebook | null,
  { contender, load, tally }: Run,
): Promise<void> {
  const { name, pid, port, storedCount } = contender;
  const full = slow.includes(name) ? (load.messagesOfSlow ?? load.messages) : load.messages;
  const part = bench.scale * (notebook === null ? (load.warmUp ?? 1) : 1);
  const messages = Math.max(load.connections, Math.round(full * part));
  const repeats = notebook === null ? 1 : (load.repeats ?? 1);

  const before = await processorUseOf(pid);
  const startedAtMs = performance.now();
  const runs: Driven[] = [];
  for (let number = 0; number < repeats; number++) {
    runs.push(await drive(bench, port, { ...load, messages }));
  }
  const acknowledgedAtMs = performance.now();
  // Nobody's reading and indexing may reach into the next one's turn.
  if (storedCount === null) await untilIdle(pid);
  else await storedCount();
  const searchableAtMs = performance.now();
  const after = await processorUseOf(pid);

  const acknowledged = total(runs.map((run) => run.acknowledged));
  const elapsedMs = total(runs.map((run) => run.elapsedMs));
  tally.acknowledged += acknowledged;
  tally.failedCount += total(runs.map((run) => run.failedCount));
  tally.failures.push(...runs.flatMap((run) => run.failureTexts));
  const rate = (acknowledged / elapsedMs) * 1000;
  bench.say(
    `  ${[load.row, name].join(' ').trim()}: ` +
      `${notebook === null ? 'warm' : `${rate.toFixed(0)} messages/s`}`,
  );
  if (notebook === null) return;
  const put = notebook.at({ row: load.row, contender: name, x: load.x ?? null });
  const perMessage = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? null : (to - from) / acknowledged;
  put.more('messages/s', rate);
  if (storedCount !== null) {
    const wholeMs = searchableAtMs - startedAtMs;
    put.more('messages/s until searchable', (acknowledged / wholeMs) * 1000);
    put.less('searchable after the last 250, ms', searchableAtMs - acknowledgedAtMs);
  }
  put.less('CPU, ms/message', perMessage(before?.totalMs, after?.totalMs));
  put.less('of it accepting thread', perMessage(before?.mainThreadMs, after?.mainThreadMs));
  const latency = runs.at(-1)?.result?.latency;
  put.less('MAIL to 250 p50, ms', latency?.transaction.p50);
  put.less('MAIL to 250 p99, ms', latency?.transaction.p99);
  const generatorCpu = runs.flatMap(({ generatorCpuMs }) => generatorCpuMs ?? []);
  if (generatorCpu.length === runs.length) {
    put.neither('generator CPU, %', (total(generatorCpu) / elapsedMs) * 100);
  }
}

async function conclude(notebook: Notebook, { contender, load, tally }: Run): Promise<void> {
  const { name, pid, storedCount } = contender;
  const { row } = load;
  const peakBytes = await peakMemoryOf(pid);
  if (peakBytes !== null) {
    notebook
      .at({ row, contender: name, x: load.x ?? null })
      .less('peak memory, MB', peakBytes / 1024 ** 2);
  }
  const { acknowledged, failedCount, failures } = tally;
  const failed = `${failedCount} failed. ${[...new Set(failures)].slice(0, 3).join(' · ')}`;
  if (storedCount === null) {
    if (failedCount > 0) notebook.note(`${row}, ${name}: ${failed}`);
    return;
  }
  const stored = await storedCount();
  notebook.check(
    `${row}: nothing failed, and what was acknowledged is stored`,
    failedCount === 0 && stored === acknowledged,
    `${acknowledged} acknowledged, ${stored} stored, ${failed}`,
  );
}

/** For those who cannot be asked whether they are done. */
async function untilIdle(pid: number): Promise<void> {
  const [everyMs, busyMs, tries] = [50, 3, 200];
  let before = await processorUseOf(pid);
  for (let number = 0; number < tries && before !== null; number++) {
    await sleep(everyMs);
    const now = await processorUseOf(pid);
    if (now === null || now.totalMs - before.totalMs < busyMs) return;
    before = now;
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
