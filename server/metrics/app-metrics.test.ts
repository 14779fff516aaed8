/** The aim: joined in the application, metrics run, end, and with `--no-metrics` are not there. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, startApp } from '../app.ts';
import { parseConfig } from '../config/parse.ts';
import { createLog } from '../log.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-metrics-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function start(
  argv: readonly string[],
  logged: string[] = [],
  startProgram = startApp,
): Promise<App> {
  const always = ['--smtp-port', '0', '--http-port', '0', '--no-tls', '--data-dir', folder];
  const parsed = parseConfig({
    argv: [...always, ...argv],
    env: {},
    cwd: folder,
    home: folder,
    platform: process.platform,
  });
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed));
  const log = createLog({ level: 'info', write: (line) => logged.push(line) });
  return startProgram(parsed.value, { log });
}

async function deliver(app: App): Promise<void> {
  await using client = await RawSmtpClient.connect({ port: app.smtp.port });
  await client.send('EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n');
  await client.readReplies(5);
  await client.send('Subject: x\r\n\r\nx\r\n.\r\n');
  expect((await client.readReply()).code).toBe(250);
}

describe('the application', () => {
  test('measures from the queue to the reader, and leaves a row of history', async () => {
    const app = await start([]);
    await deliver(app);
    await deliver(app);
    await eventually(() => app.metrics?.document().phases.read.count).toBe(2);
    await eventually(() => app.metrics?.document().connections.active).toBe(0);
    await eventually(() => app.metrics?.document().queues.read_depth).toBe(0);
    const document = app.metrics?.document();
    expect(document?.messages.total_processed).toBe(2);
    expect(document?.queues).toMatchObject({ commit_depth: 0, read_depth: 0 });
    expect(document?.queues.database_bytes).toBeGreaterThan(4_096);
    if (process.platform === 'linux') {
      await eventually(() =>
        app.metrics?.document().accept_queue?.listeners.map(({ name, limit }) => [name, limit]),
      ).toEqual([
        ['smtp', 256],
        ['http', 256],
      ]);
    }
    const scraped = await fetch(`${app.url}/metrics`);
    expect(await scraped.text()).toContain('prixfixe_smtp_messages_total 2\n');
    await app.close();
    const at = app.metrics?.historyRow()?.at ?? 0;
    const again = await start([]);
    const rows = await again.storage.history({ fromS: at - 60, toS: at + 10, stepS: 10 });
    const connections = rows.reduce((sum, row) => sum + row.connectionsPerSecond * 10, 0);
    expect(Math.round(connections)).toBe(2);
    await again.close();
  }, 30_000);

  test('says when an alert begins', async () => {
    const logged: string[] = [];
    const app = await start(['--max-connections', '1'], logged);
    await using client = await RawSmtpClient.connect({ port: app.smtp.port });
    await client.readReply();
    await eventually(() => app.metrics?.document().alerts.map(({ id }) => id)).toEqual([
      'connections',
    ]);
    await eventually(() => logged.join('')).toMatch(
      /warn 100 % of --max-connections .*severity=critical/,
    );
    await app.close();
  }, 30_000);

  test.each([
    { argv: ['--no-metrics'], reads: false },
    { argv: [], reads: true },
  ])(
    'accepting mail with $argv: a clock is read for it: $reads',
    async ({ argv, reads }) => {
      // Clocks are taken when the program is loaded, so it is loaded anew with ones that tell.
      const clocks = [vi.spyOn(performance, 'now'), vi.spyOn(process.hrtime, 'bigint')];
      vi.resetModules();
      const { startApp: startAnew } = await import('../app.ts');
      try {
        const app = await start(argv, [], startAnew);
        for (const clock of clocks) clock.mockClear();
        await deliver(app);
        await deliver(app);
        await eventually(() => app.storage.readDepth).toBe(0);
        expect(clocks.some((clock) => clock.mock.calls.length > 0)).toBe(reads);
        await app.close();
      } finally {
        for (const clock of clocks) clock.mockRestore();
        vi.resetModules();
      }
    },
    30_000,
  );

  test('with --no-metrics there is nothing', async () => {
    const app = await start(['--no-metrics', '--metrics-log', join(folder, 'm.jsonl')]);
    await deliver(app);
    await deliver(app);
    expect(app.metrics).toBeNull();
    const { messages } = await app.storage.list({
      filter: null,
      limit: 1,
      beforeSeq: null,
      skip: 0,
    });
    const stored = await app.storage.get(messages[0]?.id ?? '');
    expect(stored?.timings).toMatchObject({
      sessionAgeMs: null,
      envelopeMs: null,
      dataMs: null,
      commitMs: null,
    });
    expect(new Set(stored?.dialogue.map(({ atMs }) => atMs))).toEqual(new Set([0]));
    expect((await fetch(`${app.url}/api/metrics`)).status).toBe(404);
    await app.close();
    expect(readdirSync(folder)).not.toContain('m.jsonl');
  }, 30_000);
});
