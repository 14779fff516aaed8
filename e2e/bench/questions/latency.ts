import type { LoadResult } from '../../load/types.ts';
import { verifyStored } from '../../load/verify-stored.ts';
import type { Contender } from '../contenders/contender.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { isPrixfixe } from '../contenders/prixfixe.ts';
import { withContenders } from '../contenders/with-contenders.ts';
import { deliver } from '../drivers/deliver.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const loads = [
  { row: 'one after the other', connections: 1, messages: 500 },
  { row: '50 at a time', connections: 50, messages: 5_000 },
];
const comparedOctetForOctet = 50;

export const latency: Question = {
  name: 'latency',
  group: 'latency',
  title: 'How long does a client wait, for the greeting and for the 250?',
  ask: (bench, notebook) =>
    withContenders(
      { bench, notebook, names: ['smtp-sink', 'prixfixe-dev'], needs: usualNeeds },
      async (contenders) => {
        for (const load of loads) {
          const last = new Map<Contender, LoadResult>();
          for (let round = 0; round <= bench.rounds; round++) {
            for (const contender of contenders) {
              const result = await measure(bench, { contender, load });
              last.set(contender, result);
              if (round > 0) record(notebook, { contender, row: load.row, result });
            }
          }
          for (const [contender, result] of last) {
            await verify(notebook, { contender, row: load.row, result });
          }
        }
        notebook.note(
          'Messages of 10 KB, a connection each. Greeting: from connect() on; MAIL to 250: the whole ' +
            'transaction; data to 250: from the last octet of the message to its acknowledgement.',
        );
      },
    ),
};

async function measure(
  bench: Bench,
  { contender, load }: { readonly contender: Contender; readonly load: (typeof loads)[number] },
): Promise<LoadResult> {
  const result = await deliver(bench, contender, {
    kind: 'closed',
    connections: load.connections,
    messages: Math.max(load.connections, Math.round(load.messages * bench.scale)),
  });
  bench.say(`  ${load.row}, ${contender.name}: ${result.messagesPerSecond.toFixed(0)} messages/s`);
  return result;
}

function record(
  notebook: Notebook,
  run: { readonly contender: Contender; readonly row: string; readonly result: LoadResult },
): void {
  const { contender, row, result } = run;
  const { greeting, transaction, acknowledgement } = result.latency;
  const put = notebook.at({ row, contender: contender.name });
  put.less('greeting p50, ms', greeting.p50);
  put.less('greeting p99, ms', greeting.p99);
  put.less('MAIL to 250 p50, ms', transaction.p50);
  put.less('MAIL to 250 p99, ms', transaction.p99);
  put.less('data to 250 p50, ms', acknowledgement.p50);
  put.less('data to 250 p99, ms', acknowledgement.p99);
  put.more('messages/s', result.messagesPerSecond);
  put.neither('generator loop busy, %', result.generator.loopUtilizationMax * 100);
}

async function verify(
  notebook: Notebook,
  run: { readonly contender: Contender; readonly row: string; readonly result: LoadResult },
): Promise<void> {
  const { contender, row, result } = run;
  if (!isPrixfixe(contender)) return;
  const found = await verifyStored(contender.url, result, comparedOctetForOctet);
  const { acknowledged, missing, duplicated, unacknowledged, compared, different } = found;
  notebook.check(
    `${row}: each acknowledged message is stored, once and as sent`,
    missing + duplicated + unacknowledged + different === 0,
    `${acknowledged} acknowledged: ${missing} missing, ${duplicated} twice, ${unacknowledged} ` +
      `without a 250; ${different} of ${compared} compared octet for octet differ`,
  );
}
