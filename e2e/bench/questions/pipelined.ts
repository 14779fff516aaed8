import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

export const pipelined: Question = {
  name: 'pipelined',
  group: 'throughput',
  title: 'And with MAIL, RCPT and DATA in one write (RFC 2920)?',
  ask: (bench, notebook) =>
    compareThroughput(bench, notebook, {
      row: '10 KB',
      contenders: ['smtp-sink', 'prixfixe-dev'],
      driver: 'generator',
      connections: 50,
      messages: 20_000,
      session: 'persistent',
      pipelined: true,
      message: { sizeBytes: 10 * 1024, body: 'prose' },
    }),
};
