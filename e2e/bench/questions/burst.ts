import { planDefaults } from '../../load/load-generator.ts';
import type { Contender, ContenderNeeds } from '../contenders/contender.ts';
import { withContenders } from '../contenders/with-contenders.ts';
import { drive } from '../drivers/drive.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const needs: ContenderNeeds = { connectionsMax: 2_000, listenBacklog: 4_096 };
const message = { sizeBytes: 10 * 1024, body: 'prose' } as const;
/** One is over in a tenth of a second. */
const burstsPerRound = 5;

export const burst: Question = {
  name: 'burst',
  group: 'throughput',
  title: 'What becomes of 500 and 1,000 clients at one instant?',
  ask: (bench, notebook) =>
    withContenders(
      { bench, notebook, names: ['smtp-sink', 'prixfixe-dev'], needs },
      async (contenders) => {
        for (const clients of [500, 1_000]) {
          for (let round = 0; round <= bench.rounds; round++) {
            for (const contender of contenders) {
              await measure(bench, round === 0 ? null : notebook, { contender, clients });
            }
          }
        }
        notebook.note(
          'Each client sends one message of 10 KB. Rates by smtp-source, times by our generator ' +
            'in bursts of its own, because a thousand sockets in Node are not opened at an instant. ' +
            `Ours has \`--max-connections ${needs.connectionsMax} --listen-backlog ${needs.listenBacklog}\`.`,
        );
      },
    ),
};

async function measure(
  bench: Bench,
  notebook: Notebook | null,
  { contender, clients }: { readonly contender: Contender; readonly clients: number },
): Promise<void> {
  const { name, port, storedCount } = contender;
  let elapsedMs = 0;
  const bursts = Math.ceil(burstsPerRound * bench.scale);
  for (let number = 0; number < bursts; number++) {
    const load = {
      driver: 'smtp-source',
      connections: clients,
      messages: clients,
      session: 'per-message',
      message,
    } as const;
    elapsedMs += (await drive(bench, port, load)).elapsedMs;
    await storedCount?.();
  }
  const generator = await bench.generator();
  const { latency, failedCount, counters, failureTexts } = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port,
    shape: { kind: 'closed', connections: clients, messages: clients },
    message,
  });
  await storedCount?.();
  const rate = ((clients * bursts) / elapsedMs) * 1000;
  bench.say(
    `  ${clients} ${name}: ${notebook === null ? 'warm' : `${rate.toFixed(0)} messages/s`}`,
  );
  if (notebook === null) return;
  const put = notebook.at({ row: `${clients} clients`, contender: name });
  put.more('messages/s', rate);
  put.less('greeting p50, ms', latency.greeting.p50);
  put.less('greeting p99, ms', latency.greeting.p99);
  put.less('connect to 250 p99, ms', latency.message.p99);
  put.less('failed', failedCount);
  if (name !== 'prixfixe-dev') return;
  notebook.check(
    `${clients} at one instant: nothing failed`,
    failedCount === 0 && counters.acknowledged === clients,
    `${counters.acknowledged} acknowledged, ${failedCount} failed. ${failureTexts.join(' · ')}`.trim(),
  );
}
