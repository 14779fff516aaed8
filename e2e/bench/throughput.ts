/**
 * Compares what contenders take in. All of them run the whole time and are warm before the first
 * round; in each round they take turns, so that what else the machine does strikes all alike and
 * the ratio of a round is fair even where its rates are not.
 */
import { peakMemoryOf } from '../load/server-process.ts';
import {
  type Contender,
  ContenderMissing,
  type ContenderName,
  type ContenderNeeds,
  usualNeeds,
} from './contenders/contender.ts';
import { startContender } from './contenders/start-contender.ts';
import { Disposables } from './disposables.ts';
import type { SourceLoad } from './drivers/smtp-source.ts';
import { processorUseOf } from './processor-use.ts';
import type { Bench } from './question.ts';
import type { Notebook } from './report.ts';

export interface ThroughputLoad extends SourceLoad {
  readonly contenders: readonly ContenderName[];
  readonly needs?: ContenderNeeds;
  /** For those who are so slow that the whole would take minutes. */
  readonly messagesOfSlow?: number;
  readonly row?: string;
}

const slow: readonly ContenderName[] = ['MailDev', 'smtp-server'];

export async function compareThroughput(
  bench: Bench,
  notebook: Notebook,
  load: ThroughputLoad,
): Promise<void> {
  await using stack = new Disposables();
  const contenders: Contender[] = [];
  for (const name of load.contenders) {
    try {
      contenders.push(stack.use(await startContender(bench, name, load.needs ?? usualNeeds)));
    } catch (error) {
      if (!(error instanceof ContenderMissing)) throw error;
      notebook.notes.push(`Without ${name}: ${error.message}.`);
    }
  }
  const sent = new Map<Contender, number>(contenders.map((each) => [each, 0]));
  for (const contender of contenders) await round(bench, null, { contender, load, sent });
  for (let number = 1; number <= bench.rounds; number++) {
    for (const contender of contenders) await round(bench, notebook, { contender, load, sent });
  }
  for (const contender of contenders) {
    const { name, pid, storedCount } = contender;
    const head = { row: load.row ?? '', contender: name };
    const peakBytes = await peakMemoryOf(pid);
    notebook.add(
      { ...head, measure: 'peak memory, MB', better: 'less' },
      peakBytes === null ? null : peakBytes / 1024 ** 2,
    );
    if (storedCount === null) continue;
    const [stored, wanted] = [await storedCount(), sent.get(contender) ?? 0];
    notebook.check(
      `${load.row ?? ''} ${name} stores what it acknowledged`.trim(),
      stored === wanted,
      `${wanted} acknowledged, ${stored} stored`,
    );
  }
}

async function round(
  bench: Bench,
  notebook: Notebook | null,
  run: {
    readonly contender: Contender;
    readonly load: ThroughputLoad;
    readonly sent: Map<Contender, number>;
  },
): Promise<void> {
  const { contender, load, sent } = run;
  const { name, pid, port, storedCount } = contender;
  const full = slow.includes(name) ? (load.messagesOfSlow ?? load.messages) : load.messages;
  // To warm up takes compilers some thousand messages, C none.
  const messages = Math.max(
    load.connections,
    Math.round(full * (bench.short ? 0.1 : notebook === null ? 0.4 : 1)),
  );
  const source = await bench.source();
  const before = await processorUseOf(pid);
  const startedAtMs = performance.now();
  const { elapsedMs, generatorCpuMs } = await source.run(port, { ...load, messages });
  const after = await processorUseOf(pid);
  sent.set(contender, (sent.get(contender) ?? 0) + messages);
  // Nobody's reading and indexing may reach into the next one's turn.
  await storedCount?.();
  const searchableMs = performance.now() - startedAtMs;
  const settled = await processorUseOf(pid);
  const rate = (messages / elapsedMs) * 1000;
  bench.say(
    `  ${load.row ?? ''} ${name}: ${notebook === null ? 'warm' : `${rate.toFixed(0)} messages/s`}`,
  );
  if (notebook === null) return;
  const head = { row: load.row ?? '', contender: name };
  const perMessage = (ms: number | undefined, from: number | undefined) =>
    ms === undefined || from === undefined ? null : (ms - from) / messages;
  notebook.add({ ...head, measure: 'messages/s', better: 'more' }, rate);
  notebook.add(
    { ...head, measure: 'messages/s until searchable', better: 'more' },
    storedCount === null ? null : (messages / searchableMs) * 1000,
  );
  notebook.add(
    { ...head, measure: 'searchable after, ms', better: 'less' },
    storedCount === null ? null : searchableMs - elapsedMs,
  );
  notebook.add(
    { ...head, measure: 'accepting thread CPU, ms/message', better: 'less' },
    perMessage(after?.mainThreadMs, before?.mainThreadMs),
  );
  notebook.add(
    { ...head, measure: 'CPU until 250, ms/message', better: 'less' },
    perMessage(after?.totalMs, before?.totalMs),
  );
  notebook.add(
    { ...head, measure: 'CPU until searchable, ms/message', better: 'less' },
    perMessage(settled?.totalMs, before?.totalMs),
  );
  notebook.add(
    { ...head, measure: 'generator CPU %', better: 'neither' },
    generatorCpuMs === null ? null : (generatorCpuMs / elapsedMs) * 100,
  );
}
