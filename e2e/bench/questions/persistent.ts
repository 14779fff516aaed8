import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const persistent: Question = {
  name: 'persistent',
  group: 'throughput',
  title: 'How many messages a second in sessions that stay?',
  ask: (bench, notebook) =>
    compareThroughput(bench, notebook, {
      row: '10 KB',
      contenders: ['smtp-sink', 'prixfixe-dev', 'MailDev'],
      driver: 'smtp-source',
      connections: 50,
      messages: 20_000,
      messagesOfSlow: 3_000,
      session: 'persistent',
      message: { sizeBytes: 10 * 1024, body: 'prose' },
    }),
};
