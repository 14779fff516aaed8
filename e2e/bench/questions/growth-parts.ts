import { checkGrowth } from '../growth.ts';
import type { Question } from '../question.ts';
import { compareThroughput } from '../throughput.ts';

const bytesOfPart = 256;
const loads = [
  { parts: 1, messages: 4_000 },
  { parts: 10, messages: 3_000 },
  { parts: 100, messages: 1_000 },
  { parts: 1_000, messages: 100 },
];

export const growthParts: Question = {
  name: 'growth-parts',
  group: 'growth',
  title: 'How does cost grow with the parts of a message?',
  async ask(bench, notebook) {
    for (const { parts, messages } of loads) {
      await compareThroughput(bench, notebook, {
        row: parts === 1 ? '1 part' : `${parts} parts`,
        x: parts,
        contenders: ['prixfixe-dev'],
        driver: 'generator',
        connections: 10,
        messages,
        session: 'persistent',
        message: { sizeBytes: 512 + parts * bytesOfPart, body: 'parts', parts },
      });
    }
    checkGrowth(notebook, { measure: 'CPU, ms/message', mayBe: 'linear', negligible: 0 });
    notebook.note(`Each part is a short text; with its header it has ${bytesOfPart} octets.`);
  },
};
