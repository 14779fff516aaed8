import { setTimeout as sleep } from 'node:timers/promises';
import { planDefaults } from '../../load/load-generator.ts';
import { residentMemoryOf } from '../../load/server-process.ts';
import { type Prixfixe, startPrixfixe } from '../contenders/prixfixe.ts';
import { openFilesMax, openIdleConnections } from '../drivers/idle-connections.ts';
import { processorUseOf } from '../processor-use.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const wanted = 10_000;
/** Files a process needs for itself. */
const filesBeside = 500;
const watchedMs = 2_000;

export const idle: Question = {
  name: 'idle',
  group: 'latency',
  title: 'What do 10,000 idle connections cost?',
  async ask(bench, notebook) {
    const count = Math.min(wanted, openFilesMax() - filesBeside);
    if (count < wanted) {
      notebook.note(
        `Only ${count} connections: this machine allows a process no more open files ` +
          '(`ulimit -Hn`).',
      );
    }
    const needs = { connectionsMax: count + 200, listenBacklog: 4_096 };
    for (let round = 1; round <= bench.rounds; round++) {
      await using server = await startPrixfixe(bench, needs);
      await measure(bench, null, { server, row: 'warm' });
      await measure(bench, notebook, { server, row: 'none idle' });
      const before = await residentMemoryOf(server.pid);
      await using connections = await openIdleConnections(server.port, count);
      const cpuBefore = await processorUseOf(server.pid);
      await sleep(watchedMs);
      const cpuAfter = await processorUseOf(server.pid);
      const after = await residentMemoryOf(server.pid);
      const row = `${connections.count} idle`;
      const put = notebook.at({ row });
      if (before !== null && after !== null) {
        put.less('memory they take, MB', (after - before) / 1024 ** 2);
        put.less('of one, KB', (after - before) / 1024 / connections.count);
      }
      if (cpuBefore !== null && cpuAfter !== null) {
        put.less('CPU they take, %', ((cpuAfter.totalMs - cpuBefore.totalMs) / watchedMs) * 100);
      }
      await measure(bench, notebook, { server, row });
    }
  },
};

async function measure(
  bench: Bench,
  notebook: Notebook | null,
  { server, row }: { readonly server: Prixfixe; readonly row: string },
): Promise<void> {
  const generator = await bench.generator();
  const { latency, failedCount, failureTexts } = await generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: server.port,
    shape: { kind: 'rate', messagesPerSecond: 300, seconds: 4, connections: 80 },
    message: { sizeBytes: 10 * 1024, body: 'prose' },
  });
  await server.storedCount?.();
  if (notebook === null) return;
  bench.say(`  ${row}: due to 250 p99 ${latency.message.p99?.toFixed(1)} ms`);
  const put = notebook.at({ row });
  put.less('greeting p50, ms', latency.greeting.p50);
  put.less('greeting p99, ms', latency.greeting.p99);
  put.less('due to 250 p50, ms', latency.message.p50);
  put.less('due to 250 p99, ms', latency.message.p99);
  notebook.check(
    `${row}: others are served`,
    failedCount === 0,
    `${failedCount} failed. ${failureTexts.join(' · ')}`,
  );
}
