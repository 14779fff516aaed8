import type { Contender } from '../contenders/contender.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { withContenders } from '../contenders/with-contenders.ts';
import { deliver } from '../drivers/deliver.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const rates = [200, 1_000];
const seconds = 8;
const connections = 80;

export const rate: Question = {
  name: 'rate',
  group: 'latency',
  title: 'How long do clients wait who come at a steady rate?',
  ask: (bench, notebook) =>
    withContenders(
      { bench, notebook, names: ['smtp-sink', 'prixfixe-dev'], needs: usualNeeds },
      async (contenders) => {
        for (const contender of contenders) {
          await measure(bench, null, { contender, messagesPerSecond: 500 });
        }
        for (const messagesPerSecond of rates) {
          for (let round = 1; round <= bench.rounds; round++) {
            for (const contender of contenders) {
              await measure(bench, notebook, { contender, messagesPerSecond });
            }
          }
        }
        notebook.note(
          'A message of 10 KB with a connection of its own is due every so often, whatever the ' +
            'server does, and its time counts from when it was due: who stalls is charged for all ' +
            'that it kept waiting. "Generator late" is part of it and the fault of its timer.',
        );
      },
    ),
};

async function measure(
  bench: Bench,
  notebook: Notebook | null,
  run: { readonly contender: Contender; readonly messagesPerSecond: number },
): Promise<void> {
  const { contender, messagesPerSecond } = run;
  const result = await deliver(bench, contender, {
    kind: 'rate',
    messagesPerSecond,
    seconds: Math.max(1, seconds * bench.scale),
    connections,
  });
  if (notebook === null) return;
  const { message, greeting, lateness } = result.latency;
  const row = `${messagesPerSecond} a second`;
  bench.say(`  ${row}, ${contender.name}: p99 ${message.p99?.toFixed(1)} ms`);
  const put = notebook.at({ row, contender: contender.name });
  put.more('got, messages/s', result.messagesPerSecond);
  put.less('due to 250 p50, ms', message.p50);
  put.less('due to 250 p99, ms', message.p99);
  put.less('due to 250 p99.9, ms', message.p999);
  put.less('greeting p50, ms', greeting.p50);
  put.less('greeting p99, ms', greeting.p99);
  put.neither('generator late p99, ms', lateness.p99);
  if (contender.name !== 'prixfixe-dev') return;
  const { failedCount, failureTexts } = result;
  notebook.check(
    `${row}: nothing failed`,
    failedCount === 0,
    `${failedCount} failed. ${failureTexts.join(' · ')}`,
  );
}
