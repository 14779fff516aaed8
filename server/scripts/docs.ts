/**
 * Writes into the documents what the code knows better: the option table into README.md and the
 * diagram of session states into ARCHITECTURE.md, each between its markers. With `--check` it
 * changes nothing and fails when a document is out of step.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderOptionTable } from '../config/render.ts';
import { renderStateDiagram } from '../smtp/protocol/transitions.ts';

const documents = [
  { name: 'README.md', part: 'options', text: renderOptionTable },
  {
    name: 'ARCHITECTURE.md',
    part: 'states',
    text: () => `\`\`\`mermaid\n${renderStateDiagram().trim()}\n\`\`\``,
  },
] as const;

const checkOnly = process.argv.includes('--check');
const outOfStep = documents.filter(({ name, part, text }) => {
  const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const before = readFileSync(file, 'utf8');
  const after = replacePart(before, { name, part, text: text() });
  if (after !== before && !checkOnly) writeFileSync(file, after);
  return after !== before;
});

for (const { name, part } of outOfStep) {
  console.log(
    checkOnly ? `${name} is out of step with the code: ${part}` : `${name}: ${part} written`,
  );
}
if (checkOnly && outOfStep.length > 0) {
  console.log('Run npm run docs, and look at what it changed.');
  process.exitCode = 1;
}

function replacePart(
  document: string,
  { name, part, text }: { readonly name: string; readonly part: string; readonly text: string },
): string {
  const [start, end] = [`<!-- ${part}:start -->`, `<!-- ${part}:end -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${name} has no ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
