import type { DialogueLineShape } from '../../server/http/shapes.ts';

export const speakers = {
  client: { sign: 'C', name: 'Client' },
  server: { sign: 'S', name: 'Server' },
  note: { sign: '', name: 'Note' },
  fault: { sign: '!', name: 'Injected fault' },
} as const;

/** As it is copied: `C: EHLO host`. */
export function dialogueText(lines: readonly DialogueLineShape[]): string {
  return lines
    .map(({ from, text }) => (from === 'note' ? `(${text})` : `${speakers[from].sign}: ${text}`))
    .join('\n');
}

/** What the server wrote in the place of a secret, which it never keeps. */
const mask = /(?<=^|\s)\*{4}$/;

export function splitMask(line: DialogueLineShape): { text: string; masked: boolean } {
  if (line.from !== 'client' || !mask.test(line.text)) return { text: line.text, masked: false };
  return { text: line.text.replace(mask, ''), masked: true };
}
