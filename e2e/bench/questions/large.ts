import { planDefaults } from '../../load/load-generator.ts';
import { MessageSource } from '../../load/message-source.ts';
import { peakMemoryOf } from '../../load/server-process.ts';
import type { MessagePlan } from '../../load/types.ts';
import { readSettledMetrics } from '../../stress/metrics-document.ts';
import { ApiClient } from '../api-client.ts';
import { startPrixfixe } from '../contenders/prixfixe.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const MB = 1_000_000;

export const large: Question = {
  name: 'large',
  group: 'store',
  title: 'What do large messages do to everybody else, and how fast do they open?',
  async ask(bench, notebook) {
    for (let round = 1; round <= bench.rounds; round++) {
      await receiveMany(bench, notebook);
      await openOne(bench, notebook, { row: '10 MB attachment', body: 'base64' });
      await openOne(bench, notebook, { row: '10 MB of text', body: 'prose' });
    }
    notebook.note(
      'The loop is that of the thread that accepts, of a server just started, while ten clients ' +
        'send 100 messages of 5 MB. Opening is `GET /api/messages/{id}`, the first time.',
    );
  },
};

async function receiveMany(bench: Bench, notebook: Notebook): Promise<void> {
  await using server = await startPrixfixe(bench);
  const generator = await bench.generator();
  const result = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: server.port,
    shape: { kind: 'closed', connections: 10, messages: Math.max(10, 100 * bench.scale) },
    message: { sizeBytes: 5 * MB, body: 'base64' },
  });
  const loop = (await readSettledMetrics(server.url))?.event_loop;
  const peak = await peakMemoryOf(server.pid);
  bench.say(`  100 × 5 MB: loop delay p99 ${loop?.delay_p99?.toFixed(1)} ms`);
  const put = notebook.at({ row: 'while 5 MB messages arrive' });
  put.less('loop delay p99, ms', loop?.delay_p99);
  put.more('messages/s', result.messagesPerSecond);
  put.less('peak memory, MB', peak === null ? null : peak / 1024 ** 2);
  notebook.check('5 MB: nothing failed', result.failedCount === 0, `${result.failedCount} failed`);
}

async function openOne(
  bench: Bench,
  notebook: Notebook,
  kind: { readonly row: string; readonly body: MessagePlan['body'] },
): Promise<void> {
  await using server = await startPrixfixe(bench);
  const generator = await bench.generator();
  const message = { sizeBytes: 10 * MB, body: kind.body, bodies: 1 };
  const { latency, plan } = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: server.port,
    shape: { kind: 'closed', connections: 1, messages: 1 },
    message,
  });
  const acknowledgedAtMs = performance.now();
  await server.storedCount?.();
  const readMs = performance.now() - acknowledgedAtMs;
  await using api = new ApiClient(server.url);
  const opened = await api.get('/api/messages/latest');
  const { id } = JSON.parse(opened.body.toString()) as { readonly id: string };
  const raw = await api.get(`/api/messages/${id}/raw`);
  bench.say(`  ${kind.row}: opened in ${opened.ms.toFixed(1)} ms`);
  const put = notebook.at({ row: kind.row });
  put.less('MAIL to 250, ms', latency.transaction.p50);
  put.less('250 to searchable, ms', readMs);
  put.less('open, ms', opened.ms);
  put.less('raw, ms', raw.ms);
  put.neither('answer, KB', opened.body.length / 1024);
  notebook.check(
    `${kind.row}: stored octet for octet`,
    raw.body.equals(new MessageSource(plan.name, message).stored(0)),
    `${raw.body.length} octets`,
  );
}
