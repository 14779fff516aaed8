import { setTimeout as sleep } from 'node:timers/promises';
import { planDefaults, startLoadGenerator } from '../../load/load-generator.ts';
import { quantile } from '../../load/percentiles.ts';
import { type Prixfixe, startPrixfixe } from '../contenders/prixfixe.ts';
import { type EventListener, listenToEvents } from '../drivers/event-listener.ts';
import { openSender, smallMessage } from '../drivers/single-sender.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const busyRate = 1_000;
const busySeconds = 6;

export const event: Question = {
  name: 'event',
  group: 'latency',
  title: 'How long after the 250 do those who listen to events know?',
  async ask(bench, notebook) {
    await using server = await startPrixfixe(bench);
    await using listener = await listenToEvents(server.url);
    for (let round = 0; round <= bench.rounds; round++) {
      const record = round === 0 ? null : notebook;
      const common = { server, listener };
      await measure(bench, record, { ...common, row: 'now and then', pauseMs: 150, messages: 30 });
      await measure(bench, record, { ...common, row: 'one after the other', messages: 100 });
      await using load = await startLoad(bench, server);
      const row = `while ${busyRate} a second come in`;
      await measure(bench, record, { ...common, row, messages: 60 });
      await load.ended;
      await server.storedCount?.();
    }
    notebook.note(
      'From the last octet of the 250 to the event on another connection, both read in one process. ' +
        'One after the other: the next message is sent when the event of the last one came, as a ' +
        'test does that waits for its mail.',
    );
  },
};

async function measure(
  bench: Bench,
  notebook: Notebook | null,
  run: {
    readonly server: Prixfixe;
    readonly listener: EventListener;
    readonly row: string;
    readonly messages: number;
    readonly pauseMs?: number;
  },
): Promise<void> {
  const { server, listener, row, messages, pauseMs = 0 } = run;
  await using sender = await openSender(server.port);
  const name = bench.uniqueName();
  const waits: number[] = [];
  for (let number = 0; number < messages; number++) {
    if (pauseMs > 0) await sleep(pauseMs);
    const messageId = `${name}-${number}@event.test`;
    const arrival = listener.arrival(messageId);
    const message = smallMessage({ messageId, subject: `Event ${number}` });
    const acknowledgedAtMs = await sender.send('event@load.test', message);
    waits.push(Math.max(0, (await arrival) - acknowledgedAtMs));
  }
  if (notebook === null) return;
  const sorted = Float64Array.from(waits).sort();
  bench.say(`  ${row}: p50 ${quantile(sorted, 0.5)?.toFixed(1)} ms`);
  const put = notebook.at({ row });
  put.less('250 to event p50, ms', quantile(sorted, 0.5));
  put.less('250 to event p99, ms', quantile(sorted, 0.99));
}

/** A generator of its own, which the measurement does not wait for. */
async function startLoad(bench: Bench, server: Prixfixe) {
  const generator = await startLoadGenerator(1);
  const ended = generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: server.port,
    shape: {
      kind: 'rate',
      messagesPerSecond: busyRate,
      seconds: busySeconds,
      connections: 50,
    },
    session: 'persistent',
  });
  return { ended, [Symbol.asyncDispose]: () => generator[Symbol.asyncDispose]() };
}
