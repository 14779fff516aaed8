import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const persistent: Question = {
  name: 'persistent',
  title: 'How many messages a second in sessions that stay?',
  ask: (bench, notebook) =>
    compareThroughput(bench, notebook, {
      contenders: ['smtp-sink', 'prixfixe-dev'],
      connections: 50,
      messages: 20_000,
      messagesOfSlow: 4_000,
      session: 'persistent',
      message: { sizeBytes: 10 * 1024, body: 'prose' },
      row: '10 KB',
    }),
};
