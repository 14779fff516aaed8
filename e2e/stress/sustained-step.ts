import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../../server/testing/temporary-directory.ts';
import { planDefaults } from '../load/load-generator.ts';
import { cpuCells, cpuColumns, ms, pair, whole } from './figures.ts';
import { readMetricsLines } from './metrics-lines.ts';
import { measure, type Notebook, type Step, type StressRun } from './stress-run.ts';

const intervalMs = 1_000;

export const sustainedStep: Step = {
  name: 'sustained',
  title: 'Sustained rates, and the metrics log',
  async run(run, notebook) {
    const seconds = run.quick ? 3 : 30;
    const rates = run.quick ? [50, 200] : [50, 1_000];
    const rows: string[][] = [];
    for (const messagesPerSecond of rates) {
      rows.push(await sustain(run, notebook, { messagesPerSecond, seconds }));
    }
    notebook.tables.push({
      title: `${seconds} s, a connection per message of 10 KB, each sent when it is due`,
      columns: [
        'messages/s wanted',
        'got',
        'failed',
        'due to 250: p50 / p99',
        'p99.9',
        'generator late p50 / p99',
        'greeting p50 / p99',
        'MAIL to 250: p50 / p99',
        'server: processing p50 / p99',
        'log lines',
        'longest gap ms',
        ...cpuColumns,
      ],
      rows,
    });
    notebook.notes.push(
      'Latency counts from the moment a message was due, so a stall of the server is charged for ' +
        'every message it delayed. "Generator late" is part of it and the fault of its timer.',
    );
  },
};

async function sustain(
  run: StressRun,
  notebook: Notebook,
  { messagesPerSecond, seconds }: { messagesPerSecond: number; seconds: number },
): Promise<string[]> {
  const name = `${messagesPerSecond} messages a second for ${seconds} s`;
  let startedAtMs = 0;
  let stoppedAtMs = 0;
  let log = '';
  await using folder = await temporaryDirectory();
  const logFile = join(folder.path, 'metrics.jsonl');
  const measured = await measure(run, notebook, {
    name,
    flags: [`--metrics-log=${logFile}`, `--metrics-interval=${intervalMs}ms`],
    plan({ smtpPort }) {
      startedAtMs = Date.now();
      return {
        ...planDefaults,
        name: `rate-${messagesPerSecond}`,
        port: smtpPort,
        shape: { kind: 'rate', messagesPerSecond, seconds, connections: 80 },
        // Should the server not keep up, it may take its time.
        runTimeoutMs: seconds * 4_000 + 30_000,
      };
    },
    async afterwards(server) {
      stoppedAtMs = Date.now();
      await server.stop();
      log = await readFile(logFile, 'utf8').catch(() => '');
    },
  });
  const { load, metrics } = measured;
  const lines = readMetricsLines(log, {
    intervalMs,
    startedAtMs,
    stoppedAtMs,
    messages: load.counters.acknowledged,
    bytes: load.counters.acknowledgedBytes,
  });
  notebook.check(
    `${name}: the metrics log is complete`,
    lines.faults.length === 0,
    lines.faults.length === 0
      ? `${lines.lineCount} lines, the last one written at shutdown`
      : lines.faults.slice(0, 5).join(' · '),
  );
  const { message, lateness, greeting, transaction } = load.latency;
  return [
    String(messagesPerSecond),
    whole(load.messagesPerSecond),
    String(load.failedCount),
    pair(message),
    ms(message.p999),
    pair(lateness),
    pair(greeting),
    pair(transaction),
    `${ms(metrics?.messages.processing_latency_p50)} / ${ms(metrics?.messages.processing_latency_p99)}`,
    String(lines.lineCount),
    whole(lines.longestGapMs),
    ...cpuCells(measured),
  ];
}
