/**
 * The answer to REPORT: a status line, header fields, and a text for people whose table of rules
 * is the only place where their scores stand. The text quotes the message, and a sender can write a
 * table too; the real one is the last.
 */
import { SpamCheckError, type SpamReport, type SpamRule } from './types.ts';

const rulesMax = 500;
const descriptionCharactersMax = 1_000;

/** Throws `SpamCheckError` for what is no such answer. */
export function readReport(answer: string): SpamReport {
  const gap = /\r?\n\r?\n/.exec(answer);
  const head = gap === null ? answer : answer.slice(0, gap.index);
  const body = gap === null ? '' : answer.slice(gap.index + gap[0].length);
  const [, code, text = ''] = /^SPAMD\/[\d.]+ +(\d+) +([^\r\n]*)/.exec(head) ?? [];
  if (code === undefined) {
    throw new SpamCheckError('The server at the address of spamd does not speak its protocol.');
  }
  if (code !== '0') {
    throw new SpamCheckError(`spamd could not check the message: ${printable(text)} (${code}).`);
  }
  const [, verdict = '', score, threshold] =
    /^Spam: *(\w+) *; *(-?[\d.]+) *\/ *(-?[\d.]+)/im.exec(head) ?? [];
  const numbers = { score: Number(score), threshold: Number(threshold) };
  if (Number.isNaN(numbers.score) || Number.isNaN(numbers.threshold)) {
    throw new SpamCheckError('The answer of spamd names no score.');
  }
  return { isSpam: /^(?:true|yes)$/i.test(verdict), ...numbers, rules: readRules(body) };
}

function readRules(report: string): readonly SpamRule[] {
  const lines = report.split(/\r?\n/);
  const heading = lines.findLastIndex((line) => /^ *pts +rule name +description *$/.test(line));
  if (heading === -1) return [];
  const rules: { name: string; score: number; description: string }[] = [];
  // The next line is a ruler.
  for (const line of lines.slice(heading + 2)) {
    const [, score, name, description = ''] =
      /^ *(-?\d+(?:\.\d+)?) +(\w{1,100})(?: +(.*))?$/.exec(line) ?? [];
    const last = rules.at(-1);
    if (score !== undefined && name !== undefined) {
      if (rules.length === rulesMax) break;
      rules.push({ name, score: Number(score), description: printable(description) });
    } else if (last !== undefined && /^ {20,}\S/.test(line)) {
      last.description = printable(`${last.description} ${line.trim()}`);
    } else break;
  }
  return rules;
}

function printable(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, descriptionCharactersMax);
}
