import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const connect: Question = {
  name: 'connect',
  group: 'throughput',
  title: 'How many messages a second, each with a connection of its own?',
  ask: (bench, notebook) =>
    compareThroughput(bench, notebook, {
      row: '10 KB',
      contenders: ['smtp-sink', 'prixfixe-dev', 'MailDev'],
      driver: 'smtp-source',
      connections: 50,
      messages: 5_000,
      warmUp: 2,
      messagesOfSlow: 1_000,
      session: 'per-message',
      message: { sizeBytes: 10 * 1024, body: 'prose' },
    }),
};
