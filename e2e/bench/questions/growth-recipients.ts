import { checkGrowth } from '../growth.ts';
import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

const loads = [
  { recipients: 1, messages: 4_000 },
  { recipients: 10, messages: 3_000 },
  { recipients: 100, messages: 800 },
  { recipients: 1_000, messages: 100 },
];

export const growthRecipients: Question = {
  name: 'growth-recipients',
  group: 'growth',
  title: 'How does cost grow with the recipients of a message?',
  async ask(bench, notebook) {
    for (const { recipients, messages } of loads) {
      await compareThroughput(bench, notebook, {
        row: recipients === 1 ? '1 recipient' : `${recipients} recipients`,
        x: recipients,
        contenders: ['prixfixe-dev'],
        driver: 'smtp-source',
        connections: 10,
        messages,
        recipients,
        session: 'persistent',
        message: { sizeBytes: 10 * 1024, body: 'prose' },
      });
    }
    checkGrowth(notebook, { measure: 'CPU, ms/message', mayBe: 'linear', negligible: 0 });
    notebook.note('10 KB; each recipient is a command and a reply of its own.');
  },
};
