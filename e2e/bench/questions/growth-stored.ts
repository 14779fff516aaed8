import { quantile } from '../../load/percentiles.ts';
import { residentMemoryOf } from '../../load/server-process.ts';
import { ApiClient } from '../api-client.ts';
import { type Prixfixe, startPrixfixe } from '../contenders/prixfixe.ts';
import { listenToEvents } from '../drivers/event-listener.ts';
import { openSender, smallMessage } from '../drivers/single-sender.ts';
import { fill } from '../fill.ts';
import { checkGrowth } from '../growth.ts';
import { processorUseOf } from '../processor-use.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';
import { rareSearches, sendRare } from './stored.ts';

const sizes = [1_000, 10_000, 100_000];
const calls = 100;
/** What comes in to see what one more costs. */
const probeMessages = 900;

export const growthStored: Question = {
  name: 'growth-stored',
  group: 'growth',
  title: 'How does cost grow with the number of messages stored?',
  async ask(bench, notebook) {
    await using server = await startPrixfixe(bench);
    await sendRare(server);
    // A server that has just started is slow for other reasons.
    await fill(bench, server, probeMessages / 2);
    let stored = probeMessages / 2;
    for (const size of sizes) {
      const wanted = Math.round(size * bench.scale);
      if (wanted > stored + probeMessages) {
        await fill(bench, server, wanted - stored - probeMessages);
        stored = wanted - probeMessages;
      }
      for (let round = 1; round <= bench.rounds; round++) {
        const part = Math.max(1, Math.floor(probeMessages / 2 / bench.rounds));
        stored += part;
        await measure(bench, notebook, { server, size, part });
      }
    }
    for (const measureName of [
      'list p50, ms',
      'address p50, ms',
      '250 to event p50, ms',
      'CPU of one more, ms',
    ]) {
      checkGrowth(notebook, { measure: measureName, mayBe: 'flat', negligible: 0.5 });
    }
    notebook.note(
      'List: the first page. Address and word: one message has it. 250 to event: what a waiting ' +
        'test waits. One more: 10 KB by 50 sessions that stay, reading and indexing included.',
    );
  },
};

async function measure(
  bench: Bench,
  notebook: Notebook,
  run: { readonly server: Prixfixe; readonly size: number; readonly part: number },
): Promise<void> {
  const { server, size, part } = run;
  const before = await processorUseOf(server.pid);
  await fill(bench, server, part);
  const after = await processorUseOf(server.pid);
  await using api = new ApiClient(server.url);
  const put = notebook.at({ row: `${size} messages`, x: size });
  put.less('list p50, ms', await median(() => api.get('/api/messages')));
  put.less('address p50, ms', await median(() => api.get(rareSearches.address)));
  put.less('word p50, ms', await median(() => api.get(rareSearches.word)));
  put.less('250 to event p50, ms', await medianWait(bench, server));
  if (before !== null && after !== null) {
    put.less('CPU of one more, ms', (after.totalMs - before.totalMs) / part);
  }
  const resident = await residentMemoryOf(server.pid);
  put.less('resident memory, MB', resident === null ? null : resident / 1024 ** 2);
}

async function median(call: () => Promise<{ readonly ms: number }>): Promise<number> {
  const times = new Float64Array(calls);
  for (let number = 0; number < calls; number++) times[number] = (await call()).ms;
  return quantile(times.sort(), 0.5) ?? Number.NaN;
}

async function medianWait(bench: Bench, server: Prixfixe): Promise<number> {
  await using listener = await listenToEvents(server.url);
  await using sender = await openSender(server.port);
  const name = bench.uniqueName();
  const waits = new Float64Array(calls / 2);
  for (let number = 0; number < waits.length; number++) {
    const messageId = `${name}-${number}@event.test`;
    const arrival = listener.arrival(messageId);
    const message = smallMessage({ messageId, subject: `Event ${number}` });
    const acknowledgedAtMs = await sender.send('event@load.test', message);
    waits[number] = Math.max(0, (await arrival) - acknowledgedAtMs);
  }
  return quantile(waits.sort(), 0.5) ?? Number.NaN;
}
