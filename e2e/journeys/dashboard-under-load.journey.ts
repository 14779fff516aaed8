/** The dashboard while mail pours in, and its counters afterwards. */

import { expect, test } from '../fixtures/server.ts';
import { type LoadGenerator, planDefaults, startLoadGenerator } from '../load/load-generator.ts';
import type { LoadResult } from '../load/types.ts';
import { compareCounters } from '../stress/counters.ts';
import { type MetricsDocument, readMetrics } from '../stress/metrics-document.ts';

const connections = 60;
/** A stop for a page that never shows what is waited for. */
const burstsMax = 400;

// 60 connections at one instant wait longer than a millisecond for each other, on any machine.
test.use({ flags: ['--max-connections=500', '--alert-accept-p99-critical=1ms'] });

test('under load: throughput, percentiles and the alert; then the counters agree', async ({
  page,
  server,
}) => {
  await using generator = await startLoadGenerator(1);
  await page.goto(`${server.url}/metrics`);
  const load = startBursts(generator, server.smtpPort);

  const strip = page.getByText('Connections wait too long to be accepted').first();
  await expect(strip).toBeVisible({ timeout: 30_000 });
  const tile = (name: string) =>
    page.getByRole('list', { name: 'The last minute' }).getByRole('listitem').filter({
      hasText: name,
    });
  await expect(tile('Throughput')).toContainText(/[1-9][\d,.]* ?msg\/s|0\.\d*[1-9]\d* ?msg\/s/);
  for (const name of ['Accept p99', 'Processing p99']) {
    await expect(tile(name)).toContainText(/[1-9][\d,.]* ?m?s.*p50 [\d,.]+ m?s · max [\d,.]+ m?s/);
  }
  expect(load.isRunning(), 'the load should outlast the look at the page').toBe(true);

  const results = await load.stop();
  expect(results.length).toBeGreaterThan(0);
  expect(results.flatMap(({ failureTexts }) => failureTexts)).toEqual([]);
  const sent = addUp(results);
  expect(sent.counters.acknowledged).toBe(results.length * connections);
  // The end of the last connection reaches the counters a moment after it reached the client.
  await expect
    .poll(async () => disagreements(sent, await readMetrics(server.url)), { timeout: 10_000 })
    .toEqual([]);

  // What the page shows is the same number, to the message.
  const total = new Intl.NumberFormat('en').format(sent.counters.acknowledged);
  await expect(tile('Throughput')).toContainText(
    new RegExp(`(?:${total}|${sent.counters.acknowledged}) since start`),
  );
});

/** Burst after burst until told to stop, so that the page is looked at while mail comes in. */
function startBursts(generator: LoadGenerator, port: number) {
  let wanted = true;
  let running = true;
  const done = (async () => {
    const results: LoadResult[] = [];
    while (wanted && results.length < burstsMax) {
      results.push(
        await generator.run({
          ...planDefaults,
          name: `burst-${results.length}`,
          port,
          message: { sizeBytes: 4096, body: 'text' },
          shape: { kind: 'closed', connections, messages: connections },
        }),
      );
    }
    running = false;
    return results;
  })();
  return {
    isRunning: () => running,
    stop() {
      wanted = false;
      return done;
    },
  };
}

function addUp(
  results: readonly LoadResult[],
): Pick<LoadResult, 'counters' | 'replies' | 'tlsProtocols'> {
  const sum = (parts: readonly Readonly<Record<string, number>>[]) => {
    const total: Record<string, number> = {};
    for (const [name, count] of parts.flatMap((part) => Object.entries(part))) {
      total[name] = (total[name] ?? 0) + count;
    }
    return total;
  };
  const counters = sum(results.map(({ counters }) => ({ ...counters })));
  return {
    counters: counters as unknown as LoadResult['counters'],
    replies: sum(results.map(({ replies }) => replies)),
    tlsProtocols: sum(results.map(({ tlsProtocols }) => tlsProtocols)),
  };
}

function disagreements(
  sent: Parameters<typeof compareCounters>[0],
  metrics: MetricsDocument | null,
): readonly string[] {
  if (metrics === null) return ['GET /api/metrics gives no metrics'];
  return compareCounters(sent, metrics)
    .filter(({ isEqual }) => !isEqual)
    .map(({ name, generator, server }) => `${name}: ${generator} sent, ${server} counted`);
}
