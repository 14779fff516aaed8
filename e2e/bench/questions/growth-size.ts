import { checkGrowth } from '../growth.ts';
import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

const KiB = 1024;
const sizes = [
  { row: '1 KB', sizeBytes: KiB, messages: 4_000 },
  { row: '10 KB', sizeBytes: 10 * KiB, messages: 4_000 },
  { row: '100 KB', sizeBytes: 100 * KiB, messages: 1_000 },
  { row: '1 MB', sizeBytes: 1_000 * KiB, messages: 100 },
  { row: '10 MB', sizeBytes: 10_000 * KiB, messages: 20 },
];

export const growthSize: Question = {
  name: 'growth-size',
  group: 'growth',
  title: 'How does cost grow with the size of a message?',
  async ask(bench, notebook) {
    for (const { row, sizeBytes, messages } of sizes) {
      await compareThroughput(bench, notebook, {
        row,
        x: sizeBytes / KiB,
        contenders: ['prixfixe-dev'],
        driver: 'generator',
        connections: 10,
        messages,
        session: 'persistent',
        message: { sizeBytes, body: 'prose' },
      });
    }
    checkGrowth(notebook, { measure: 'CPU, ms/message', mayBe: 'linear', negligible: 0 });
    notebook.note('Text all through, which is indexed up to a ceiling; ten sessions that stay.');
  },
};
