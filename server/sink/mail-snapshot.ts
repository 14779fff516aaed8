/**
 * A message as text that does not change from run to run. What is masked: times, ids, boundaries,
 * ports, and what looks like a token or a code. The same value gets the same mask, so that a
 * snapshot still shows that the code in the subject is the one in the text.
 */
import { confidentFrom } from '../message/codes-and-links.ts';
import type { Mail } from './types.ts';

const shownFields = ['From', 'To', 'Cc', 'Reply-To', 'Subject', 'List-Unsubscribe'];

/** In this order: what is masked is not looked at again. */
const patterns: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['uuid', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi],
  ['time', /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g],
  [
    'time',
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2}(?: [+-]\d{4}| GMT)?/g,
  ],
  ['port', /(?<=\b(?:localhost|127\.0\.0\.1|\[::1\]):)\d{2,5}\b/g],
  // The random part of an inbox's domain, or of its label.
  ['inbox', /(?<=@)[0-9a-z]{8}(?=\.)/g],
  // Signed tokens, then whatever is long and has digits and letters in it.
  ['token', /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g],
  ['token', /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}(?![\w-])/g],
];

export function snapshotOf(mail: Mail, masks: readonly RegExp[]): string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const maskFor = (name: string, value: string): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    names.set(value, `<${name}${count === 1 ? '' : ` ${count}`}>`);
    return names.get(value) ?? '';
  };
  const masked = (text: string): string => {
    let result = text;
    for (const pattern of masks)
      result = result.replace(everywhere(pattern), (value) => maskFor('masked', value));
    for (const { value, written, confidence } of mail.codes()) {
      if (confidence < confidentFrom) continue;
      result = result.replaceAll(written, () => maskFor('code', value));
    }
    for (const [name, pattern] of patterns) {
      result = result.replace(pattern, (value) => maskFor(name, value));
    }
    return result;
  };
  const fields = shownFields.flatMap((name) =>
    mail.headers.getAll(name).map((value) => `${name}: ${masked(value)}`),
  );
  const files = mail.attachments.map(
    ({ name, type, disposition }) => `${disposition ?? 'attachment'} ${name} ${type}`,
  );
  const html = mail.html;
  return [
    ...fields,
    '',
    masked(tidy(mail.text)),
    ...(html === null ? [] : ['', '--- HTML', masked(tidy(html.replaceAll(/></g, '>\n<')))]),
    ...(files.length === 0 ? [] : ['', '--- Attachments', ...files.map(masked)]),
    '',
  ].join('\n');
}

function tidy(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function everywhere(pattern: RegExp): RegExp {
  return pattern.flags.includes('g') ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
}
