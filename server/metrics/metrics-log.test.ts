import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from '../testing/cli-process.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { createMetrics } from './metrics.ts';
import { appendTo, startMetricsLog } from './metrics-log.ts';

const metrics = () =>
  createMetrics({
    connectionsMax: 1,
    bytesInFlightMax: 1,
    backlog: 1,
    thresholds: {
      acceptP99CriticalMs: 0,
      acceptP99WarningMs: 0,
      errorRate: 0,
      connections: 0,
      throughput: 0,
      tlsFailures: 0,
    },
    onAlert: () => {},
  });

test('a file that cannot be written is reported once, and the program goes on', async () => {
  const measured = metrics();
  const errors: unknown[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'prixfixe-log-'));
  let count = 0;
  const log = startMetricsLog({
    document: () => {
      count += 1;
      return measured.document();
    },
    intervalMs: 5,
    write: appendTo(join(folder, 'missing', 'm.jsonl')),
    onError: (error) => errors.push(error),
  });
  await eventually(() => count > 4).toBe(true);
  await log.close();
  expect(errors).toMatchObject([{ code: 'ENOENT' }]);
  await measured.close();
  rmSync(folder, { recursive: true });
});

async function deliverTo(port: number): Promise<void> {
  await using client = await RawSmtpClient.connect({ port });
  await client.send('EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n');
  await client.readReplies(5);
  await client.send('x\r\n.\r\n');
  expect((await client.readReply()).code).toBe(250);
}

const start = ['--smtp-port', '0', '--http-port', '0', '--db', ':memory:', '--no-tls'];

test('the program writes JSON lines and nothing else, and a last one at the end', async () => {
  await using cli = startCli([...start, '--metrics-log', '-', '--metrics-interval', '1s']);
  const [, port] = await told(() => /SMTP +127\.0\.0\.1:(\d+)/.exec(cli.stderr));
  await deliverTo(Number(port));
  await cli.printed(/\n/);
  cli.child.kill('SIGTERM');
  expect((await cli.ended).code).toBe(0);
  const lines = cli.stdout.trimEnd().split('\n');
  const documents = lines.map((line) => JSON.parse(line));
  expect(documents.every(({ type }) => type === 'smtp_metrics')).toBe(true);
  expect(documents.at(-1)).toMatchObject({
    messages: { total_processed: 1, bytes_transferred: 3 },
    connections: { total_accepted: 1 },
    phases: { read: { count: 1 }, commit: { count: 1 } },
  });
}, 30_000);

test('to a file, together with what was there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prixfixe-log-'));
  const file = join(folder, 'm.jsonl');
  for (const run of [1, 2]) {
    await using cli = startCli([...start, '--metrics-log', file]);
    await cli.printed(/SMTP +127/);
    cli.child.kill('SIGTERM');
    expect((await cli.ended).code, `run ${run}: ${cli.stderr}`).toBe(0);
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(['smtp_metrics', 'smtp_metrics']);
  rmSync(folder, { recursive: true });
}, 30_000);

async function told<T>(look: () => T | null): Promise<T> {
  let found: T | null = null;
  await eventually(() => {
    found = look();
    return found !== null;
  }).toBe(true);
  if (found === null) throw new Error('it was there a moment ago');
  return found;
}
