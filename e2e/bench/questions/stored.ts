import { temporaryDirectory } from '../../../server/testing/temporary-directory.ts';
import { planDefaults } from '../../load/load-generator.ts';
import type { MessageSource } from '../../load/message-source.ts';
import { quantile } from '../../load/percentiles.ts';
import { peakMemoryOf, residentMemoryOf } from '../../load/server-process.ts';
import { readSettledMetrics } from '../../stress/metrics-document.ts';
import { ApiClient } from '../api-client.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { type Prixfixe, startPrixfixe } from '../contenders/prixfixe.ts';
import { openSender, smallMessage } from '../drivers/single-sender.ts';
import { type Filled, fill, storedMessage } from '../fill.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const storedMessages = 100_000;
const callsPerRound = 100;
const searchingMs = 5_000;
const searchersAtOnce = 4;
/** The first of the vocabulary. */
const frequentWord = 'ba';
const rareAddress = 'only.one@rare.test';

export const stored: Question = {
  name: 'stored',
  group: 'store',
  title: 'What is it like with 100,000 messages of 10 KB?',
  async ask(bench, notebook) {
    const count = Math.round(storedMessages * bench.scale);
    await using folder = await temporaryDirectory();
    let filled: Filled;
    {
      await using server = await startPrixfixe(bench, usualNeeds, folder.path);
      await sendRare(server);
      filled = await fill(bench, server, count);
      await recordMemory(notebook, 'after they came in', server);
    }
    for (let round = 1; round <= bench.rounds; round++) {
      const startedAtMs = performance.now();
      await using server = await startPrixfixe(bench, usualNeeds, folder.path);
      const startMs = performance.now() - startedAtMs;
      notebook.at({ row: 'start with this store' }).less('p50, ms', startMs);
      await searchUnderWatch(bench, notebook, { server, paths: searchPaths(filled, count) });
      await recordCalls(bench, notebook, { server, filled, count });
      if (round === 1) await recordMemory(notebook, 'after searching and listing', server);
      if (round === bench.rounds) await removeAll(notebook, server);
    }
    notebook.note(
      'Calls one after the other on one connection. The loop is that of the thread that accepts ' +
        `SMTP, of a server just started, while ${searchersAtOnce} clients search without pause and ` +
        'others deliver 100 messages a second.',
    );
  },
};

/** So that there is something of which there is one, whatever the size of the store. */
export async function sendRare(server: Prixfixe): Promise<void> {
  await using sender = await openSender(server.port);
  const message = smallMessage({
    messageId: 'rare@rare.test',
    subject: 'The quick quokka',
    text: 'A single quokka is hidden in this one.',
  });
  await sender.send(rareAddress, message);
}

export const rareSearches = {
  address: `/api/messages?recipient=${encodeURIComponent(rareAddress)}`,
  word: '/api/messages?query=quokka',
};

function searchPaths({ source }: Filled, count: number): Readonly<Record<string, string>> {
  const { rare, phrase } = pickWords(source);
  const search = (query: string) => `/api/messages?query=${encodeURIComponent(query)}`;
  return {
    'word in one message': rareSearches.word,
    'address of one message': rareSearches.address,
    'rare word': search(rare),
    'word in every message': search(frequentWord),
    phrase: search(`"${phrase}"`),
    'address of 1 in 50': `/api/messages?recipient=${encodeURIComponent('inbox-07@load.test')}`,
    'two words': search(`${rare} ${frequentWord}`),
    'subject of one message': search(`subject:${String(count - 3).padStart(8, '0')}`),
  };
}

/** One of the rarest words of a message, and the words around it. */
function pickWords(source: MessageSource) {
  const bodies = Array.from({ length: storedMessage.bodies ?? 1 }, (_, index) => {
    const body = source.stored(index).toString('latin1').split('\r\n\r\n')[1] ?? '';
    return body.split('\r\n').map((line) => line.split(' '));
  });
  const frequency = new Map<string, number>();
  for (const lines of bodies) {
    for (const word of new Set(lines.flat())) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  let rarest = { rare: '', phrase: '', count: Number.POSITIVE_INFINITY };
  // Not the last line, which may be cut.
  for (const words of bodies[7]?.slice(1, -3) ?? []) {
    for (let at = 1; at < words.length - 2; at++) {
      const rare = words[at] ?? '';
      const count = frequency.get(rare) ?? 0;
      if (count < rarest.count)
        rarest = { rare, phrase: words.slice(at - 1, at + 3).join(' '), count };
    }
  }
  return rarest;
}

async function recordCalls(
  bench: Bench,
  notebook: Notebook,
  run: { readonly server: Prixfixe; readonly filled: Filled; readonly count: number },
): Promise<void> {
  const { server, filled, count } = run;
  await using api = new ApiClient(server.url);
  const paths = {
    'first page of the list': '/api/messages',
    'page in the middle': `/api/messages?skip=${Math.round(count / 2)}`,
    'last page': `/api/messages?skip=${count - 50}`,
    ...searchPaths(filled, count),
    'open a message': '/api/messages/latest',
    'counts by inbox': '/api/overview',
  };
  for (const [row, path] of Object.entries(paths)) {
    const times = new Float64Array(Math.max(10, Math.round(callsPerRound * bench.scale)));
    let matched: number | undefined;
    for (let number = 0; number < times.length; number++) {
      const { ms, body } = await api.get(path);
      times[number] = ms;
      if (number === 0) ({ matched } = JSON.parse(body.toString()) as { matched?: number });
    }
    times.sort();
    bench.say(`  ${row}: ${quantile(times, 0.5)?.toFixed(1)} ms`);
    const put = notebook.at({ row });
    put.less('p50, ms', quantile(times, 0.5));
    put.less('p95, ms', quantile(times, 0.95));
    put.less('max, ms', quantile(times, 1));
    put.neither('matched', matched);
  }
}

async function searchUnderWatch(
  bench: Bench,
  notebook: Notebook,
  run: { readonly server: Prixfixe; readonly paths: Readonly<Record<string, string>> },
): Promise<void> {
  const { server, paths } = run;
  const generator = await bench.generator();
  const load = generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: server.port,
    shape: { kind: 'rate', messagesPerSecond: 100, seconds: searchingMs / 1000, connections: 20 },
  });
  let isOver = false;
  const searchers = Array.from({ length: searchersAtOnce }, async () => {
    await using api = new ApiClient(server.url);
    let searches = 0;
    while (!isOver) {
      for (const path of Object.values(paths)) await api.get(path);
      searches += Object.keys(paths).length;
    }
    return searches;
  });
  const { latency, failedCount } = await load;
  isOver = true;
  const counts = await Promise.all(searchers);
  const loop = (await readSettledMetrics(server.url))?.event_loop;
  const put = notebook.at({ row: 'while searching' });
  put.less('loop delay p99, ms', loop?.delay_p99);
  put.less('greeting p99, ms', latency.greeting.p99);
  put.less('due to 250 p99, ms', latency.message.p99);
  put.more('searches/s', counts.reduce((sum, each) => sum + each, 0) / (searchingMs / 1000));
  notebook.check('while searching: mail is taken', failedCount === 0, `${failedCount} failed`);
}

async function removeAll(notebook: Notebook, server: Prixfixe): Promise<void> {
  await using api = new ApiClient(server.url);
  const { ms, status } = await api.call('DELETE', '/api/messages', { all: true });
  const { total } = await api.json<{ readonly total: number }>('/api/messages');
  notebook.at({ row: 'delete all' }).less('p50, ms', ms);
  notebook.check(
    'delete all: nothing is left',
    status === 200 && total === 0,
    `answered ${status}, ${total} left`,
  );
}

async function recordMemory(notebook: Notebook, row: string, server: Prixfixe): Promise<void> {
  const [resident, peak] = [await residentMemoryOf(server.pid), await peakMemoryOf(server.pid)];
  const put = notebook.at({ row });
  put.less('resident memory, MB', resident === null ? null : resident / 1024 ** 2);
  put.less('peak memory, MB', peak === null ? null : peak / 1024 ** 2);
}
