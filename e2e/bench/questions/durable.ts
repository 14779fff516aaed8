import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from '../../../server/testing/temporary-directory.ts';
import { planDefaults } from '../../load/load-generator.ts';
import { verifyStored } from '../../load/verify-stored.ts';
import { usualNeeds } from '../contenders/contender.ts';
import { startPrixfixe } from '../contenders/prixfixe.ts';
import type { Bench, Question } from '../question.ts';
import type { Notebook } from '../report.ts';

const killAfterMs = 1_000;
const messages = 40_000;

export const durable: Question = {
  name: 'durable',
  group: 'store',
  title: 'Is each acknowledged message still there after kill -9 under full load?',
  async ask(bench, notebook) {
    for (let round = 1; round <= bench.rounds; round++) await killOnce(bench, notebook, round);
  },
};

async function killOnce(bench: Bench, notebook: Notebook, round: number): Promise<void> {
  await using folder = await temporaryDirectory();
  const generator = await bench.generator();
  const first = await startPrixfixe(bench, usualNeeds, folder.path);
  const run = generator.run({
    ...planDefaults,
    name: bench.uniqueName(),
    port: first.port,
    shape: { kind: 'closed', connections: 50, messages },
    session: 'persistent',
    pipelined: true,
    message: { sizeBytes: 10 * 1024, body: 'prose' },
    // After the kill nobody answers, and every message that is left fails at once.
    stepTimeoutMs: 5_000,
  });
  await sleep(killAfterMs);
  await first.server.kill();
  const result = await run;
  const startedAtMs = performance.now();
  await using second = await startPrixfixe(bench, usualNeeds, folder.path);
  const startMs = performance.now() - startedAtMs;
  await second.storedCount?.();
  const found = await verifyStored(second.url, result, 50);
  const { acknowledged, missing, duplicated, unacknowledged, compared, different } = found;
  bench.say(`  ${acknowledged} acknowledged before the kill, ${missing} missing after it`);
  const put = notebook.at({});
  put.neither('acknowledged before the kill', acknowledged);
  put.less('missing after it', missing);
  put.neither('stored without a 250', unacknowledged);
  put.less('start after it, ms', startMs);
  notebook.check(
    `kill ${round}: nothing acknowledged is missing`,
    acknowledged > 0 && missing + duplicated + different === 0,
    `${acknowledged} acknowledged: ${missing} missing, ${duplicated} twice; ` +
      `${different} of ${compared} compared octet for octet differ`,
  );
}
