/**
 * What was said, as it is kept with each message: the opening of the session (greeting, EHLO,
 * STARTTLS, AUTH), then the lines of the transaction. Bounded: of a long transaction the first and
 * the last lines are kept, and a note says how many are missing. Secrets do not come here; the
 * session masks them first.
 */
import type { DialogueLine } from '../../../db/types.ts';
import {
  dialogueLineCharactersMax,
  preambleLinesMax,
  transactionFirstLinesMax,
  transactionLastLinesMax,
} from './limits.ts';

export class Dialogue {
  #preamble: DialogueLine[] = [];
  #first: DialogueLine[] = [];
  #last: DialogueLine[] = [];
  #missing = 0;

  addToPreamble(line: DialogueLine): void {
    if (this.#preamble.length < preambleLinesMax) this.#preamble.push(line);
  }

  addToTransaction(line: DialogueLine): void {
    if (this.#first.length < transactionFirstLinesMax) {
      this.#first.push(line);
      return;
    }
    this.#last.push(line);
    if (this.#last.length > transactionLastLinesMax) {
      this.#last.shift();
      this.#missing++;
    }
  }

  startTransaction(): void {
    this.#first = [];
    this.#last = [];
    this.#missing = 0;
  }

  lines(): readonly DialogueLine[] {
    const gap: DialogueLine[] = [];
    const firstAfterGap = this.#last[0];
    if (this.#missing > 0 && firstAfterGap !== undefined) {
      const text = `… ${this.#missing} lines left out …`;
      gap.push({ atMs: firstAfterGap.atMs, from: 'note', text });
    }
    return [...this.#preamble, ...this.#first, ...gap, ...this.#last];
  }
}

/** Cut to a bounded size, control characters as `\xNN`: safe in a log and on a page. */
export function legible(text: string): string {
  const cut =
    text.length > dialogueLineCharactersMax
      ? `${text.slice(0, dialogueLineCharactersMax - 1)}…`
      : text;
  return /\p{Cc}/u.test(cut)
    ? cut.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    : cut;
}

/** A command line as it may be kept: nothing that could be a secret. */
export function masked(line: string): string {
  const auth = /^\W*auth\s*(plain|login|cram-md5)?/i.exec(line);
  if (auth === null) return line;
  const shown = auth[0].trimEnd();
  return line.trimEnd().length > shown.length ? `${shown} ${mask}` : shown;
}

/** Stands for what is not kept. */
export const mask = '****';

/** 10240 → 10,240 */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
