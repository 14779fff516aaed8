import type { Question } from '../question.ts';
import { compareThroughput, type ThroughputLoad } from '../throughput.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const common = {
  driver: 'smtp-source',
  connections: 50,
  contenders: ['smtp-sink', 'prixfixe-dev'],
} as const;

const loads: readonly ThroughputLoad[] = [
  {
    ...common,
    row: '1 KB, a connection each',
    messages: 5_000,
    warmUp: 2,
    session: 'per-message',
    message: { sizeBytes: KiB, body: 'prose' },
  },
  {
    ...common,
    row: '1 KB, sessions that stay',
    messages: 20_000,
    session: 'persistent',
    message: { sizeBytes: KiB, body: 'prose' },
  },
  {
    ...common,
    row: '100 KB, a connection each',
    contenders: ['smtp-sink', 'prixfixe-dev', 'MailDev'],
    messages: 2_000,
    warmUp: 2,
    messagesOfSlow: 300,
    session: 'per-message',
    message: { sizeBytes: 100 * KiB, body: 'base64' },
  },
  {
    ...common,
    row: '5 MB, a connection each',
    contenders: ['smtp-sink', 'prixfixe-dev', 'MailDev'],
    connections: 10,
    messages: 100,
    messagesOfSlow: 40,
    session: 'per-message',
    message: { sizeBytes: 5 * MiB, body: 'base64' },
  },
];

export const sizes: Question = {
  name: 'sizes',
  group: 'throughput',
  title: 'And with other sizes?',
  async ask(bench, notebook) {
    for (const load of loads) await compareThroughput(bench, notebook, load);
  },
};
