import { planDefaults } from '../load/load-generator.ts';
import { cpuCells, cpuColumns, phaseTable, sideBySide, whole } from './figures.ts';
import { measure, type Step } from './stress-run.ts';

export const burstStep: Step = {
  name: 'burst',
  title: 'Burst: 50 workers, a connection per message',
  async run(run, notebook) {
    const messages = run.quick ? 500 : 5_000;
    const measured = await measure(run, notebook, {
      name: `burst of ${messages} messages by 50 workers`,
      plan: ({ smtpPort }) => ({
        ...planDefaults,
        name: 'burst',
        port: smtpPort,
        shape: { kind: 'closed', connections: 50, messages },
      }),
    });
    const { load, counters } = measured;
    notebook.tables.push(
      {
        title: `${messages} messages of 10 KB`,
        columns: ['messages/s', 'failed', 'time-outs', ...cpuColumns],
        rows: [
          [
            whole(load.messagesPerSecond),
            String(load.failedCount),
            String(load.failures.timeout),
            ...cpuCells(measured),
          ],
        ],
      },
      sideBySide('Both ends of the wire', measured),
      phaseTable(measured),
      {
        title: 'Counters',
        columns: ['', 'generator', 'server'],
        rows: counters
          .filter(({ generator, server }) => generator + server > 0)
          .map(({ name, generator, server }) => [name, String(generator), String(server)]),
      },
    );
  },
};
