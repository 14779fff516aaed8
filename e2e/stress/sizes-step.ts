import { planDefaults } from '../load/load-generator.ts';
import type { MessagePlan } from '../load/types.ts';
import { cpuCells, cpuColumns, ms, pair, size, whole } from './figures.ts';
import { measure, type Step } from './stress-run.ts';

const KiB = 1024;

interface SizeCase {
  readonly message: MessagePlan;
  readonly connections: number;
  readonly messages: number;
  readonly quickMessages: number;
}

const cases: readonly SizeCase[] = [
  {
    message: { sizeBytes: KiB, body: 'text' },
    connections: 50,
    messages: 5_000,
    quickMessages: 200,
  },
  {
    message: { sizeBytes: 10 * KiB, body: 'text' },
    connections: 50,
    messages: 5_000,
    quickMessages: 200,
  },
  {
    message: { sizeBytes: 100 * KiB, body: 'base64' },
    connections: 50,
    messages: 2_000,
    quickMessages: 50,
  },
  {
    message: { sizeBytes: 5 * KiB * KiB, body: 'base64' },
    connections: 10,
    messages: 200,
    quickMessages: 10,
  },
];

export const sizesStep: Step = {
  name: 'sizes',
  title: 'Sizes of messages',
  async run(run, notebook) {
    const rows: string[][] = [];
    for (const { message, connections, messages, quickMessages } of cases) {
      const count = run.quick ? quickMessages : messages;
      const measured = await measure(run, notebook, {
        name: `${count} messages of ${size(message.sizeBytes)}`,
        plan: ({ smtpPort }) => ({
          ...planDefaults,
          name: `size-${message.sizeBytes}`,
          port: smtpPort,
          message,
          shape: { kind: 'closed', connections, messages: count },
        }),
      });
      const { load, metrics, serverCpuMsPerMessage, serverPeakBytes } = measured;
      const bytesPerSecond = load.messagesPerSecond * message.sizeBytes;
      rows.push([
        size(message.sizeBytes),
        String(connections),
        String(count),
        whole(load.messagesPerSecond),
        (bytesPerSecond / KiB / KiB).toFixed(1),
        pair(load.latency.transaction),
        ms(load.latency.transaction.p999),
        `${ms(metrics?.messages.processing_latency_p50)} / ${ms(metrics?.messages.processing_latency_p99)}`,
        ms(metrics?.event_loop.delay_p99),
        ms(serverCpuMsPerMessage),
        serverPeakBytes === null ? '–' : (serverPeakBytes / KiB / KiB).toFixed(0),
        ...cpuCells(measured),
      ]);
    }
    notebook.tables.push({
      title: 'A connection per message; text up to 10 KB, an attachment beyond',
      columns: [
        'size',
        'connections',
        'messages',
        'messages/s',
        'MB/s',
        'MAIL to 250: p50 / p99',
        'p99.9',
        'server: processing p50 / p99',
        'event loop delay p99',
        'server CPU ms/message',
        'server peak MB',
        ...cpuColumns,
      ],
      rows,
    });
  },
};
