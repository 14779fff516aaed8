import type { Contender } from '../contenders/contender.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { withContenders } from '../contenders/with-contenders.ts';
import { drive, type Load } from '../drivers/drive.ts';
import { processorUseOf } from '../processor-use.ts';
import type { Bench, Question } from '../question.ts';
import { medianOf, type Notebook } from '../report.ts';

/** A short run pays for compiling as well. */
const leanFactor = 2.5;
const message = { sizeBytes: 10 * 1024, body: 'prose' } as const;
const loads: readonly (Omit<Load, 'driver'> & { readonly row: string })[] = [
  { row: 'a connection each', connections: 50, messages: 5_000, session: 'per-message', message },
  { row: 'sessions that stay', connections: 50, messages: 20_000, session: 'persistent', message },
];

/** The sink takes as much as anybody here, so who keeps up with it is nobody's limit. */
export const generator: Question = {
  name: 'generator',
  group: 'bench',
  title: 'Do the load generators keep up?',
  ask: (bench, notebook) =>
    withContenders({ bench, notebook, names: ['smtp-sink'], needs: usualNeeds }, async ([sink]) => {
      if (sink === undefined) return;
      for (const load of loads) {
        for (let round = 0; round <= bench.rounds; round++) {
          for (const driver of ['smtp-source', 'generator'] as const) {
            await measure(bench, round === 0 ? null : notebook, { sink, driver, load });
          }
        }
        checkCost(notebook, load.row);
      }
      notebook.note(
        'Both against smtp-sink. They cost nearly the same; smtp-source is a little leaner and ' +
          'written by others, so it drives the loads whose throughput is compared. Ours drives what ' +
          'smtp-source cannot: pipelining, STARTTLS, a rate, and everything that is timed.',
      );
    }),
};

async function measure(
  bench: Bench,
  notebook: Notebook | null,
  run: {
    readonly sink: Contender;
    readonly driver: Load['driver'];
    readonly load: (typeof loads)[number];
  },
): Promise<void> {
  const { sink, driver, load } = run;
  const before = await processorUseOf(sink.pid);
  const messages = Math.round(load.messages * bench.scale);
  const { elapsedMs, generatorCpuMs, result } = await drive(bench, sink.port, {
    ...load,
    driver,
    messages,
  });
  const after = await processorUseOf(sink.pid);
  if (notebook === null) return;
  const rate = (messages / elapsedMs) * 1000;
  bench.say(`  ${load.row}, ${driver}: ${rate.toFixed(0)} messages/s`);
  const put = notebook.at({ row: `${load.row}, ${driver}` });
  put.more('messages/s', rate);
  put.less('generator CPU, ms/message', generatorCpuMs === null ? null : generatorCpuMs / messages);
  if (before !== null && after !== null) {
    put.neither('smtp-sink CPU, ms/message', (after.totalMs - before.totalMs) / messages);
  }
  put.less('loop busy, %', result === null ? null : result.generator.loopUtilizationMax * 100);
}

/** By processor time: rates say little where others run as well. */
function checkCost(notebook: Notebook, load: string): void {
  const costOf = (driver: string) =>
    medianOf(
      notebook.figures.find(
        ({ row, measure: name }) =>
          row === `${load}, ${driver}` && name === 'generator CPU, ms/message',
      )?.rounds ?? [],
    );
  const factor = costOf('generator') / costOf('smtp-source');
  if (Number.isNaN(factor)) return;
  notebook.check(
    `${load}: our generator is about as lean as smtp-source`,
    factor < leanFactor,
    `${factor.toFixed(2)} times its processor time`,
  );
}
