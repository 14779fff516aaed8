import { checkGrowth } from '../growth.ts';
import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const growthConnections: Question = {
  name: 'growth-connections',
  group: 'growth',
  title: 'How does cost grow with the number of connections?',
  async ask(bench, notebook) {
    for (const connections of [1, 10, 100, 1_000]) {
      await compareThroughput(bench, notebook, {
        row: connections === 1 ? '1 connection' : `${connections} connections`,
        x: connections,
        contenders: ['prixfixe-dev'],
        needs: { connectionsMax: 2_000, listenBacklog: 4_096 },
        driver: 'generator',
        connections,
        messages: connections === 1 ? 1_000 : 5_000,
        session: 'persistent',
        message: { sizeBytes: 10 * 1024, body: 'prose' },
      });
    }
    checkGrowth(notebook, { measure: 'CPU, ms/message', mayBe: 'flat', negligible: 0 });
    notebook.note('10 KB in sessions that stay. A single one waits for its own commit each time.');
  },
};
