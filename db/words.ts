/**
 * Words as the index has them. SQLite's tokenizer takes a run of letters for one word, which is
 * a whole sentence in scripts that write without spaces; setting each such character apart makes
 * any part of the sentence findable as a phrase.
 */

/** Thai, Lao, Khmer, kana, Han and Hangul. */
const unspaced =
  /[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]|[\ud840-\ud88f][\udc00-\udfff]/g;

export function toIndexWords(text: string): string {
  return text.replace(unspaced, ' $& ');
}

/** Columns of the index, in its order. */
export const indexColumnNames = [
  'subject',
  'sender',
  'recipient',
  'cc',
  'bcc',
  'reply_to',
  'envelope',
  'body',
] as const;

/** FTS5 columns by the field of a filter; `null` is all of them. */
const columns = {
  any: null,
  subject: 'subject',
  from: 'sender',
  to: 'recipient',
  cc: 'cc',
  bcc: 'bcc',
  replyTo: 'reply_to',
  envelope: 'envelope',
  body: 'body',
} as const;

/** The column of the index, `null` for all. */
export function columnOfField(field: keyof typeof columns): string | null {
  return columns[field];
}

export interface WordsCondition {
  readonly field: keyof typeof columns;
  readonly phrase: string;
  readonly prefix: boolean;
}

/** An FTS5 query that takes every character of the phrase literally. */
export function matchExpression(words: WordsCondition): string {
  const phrase = toIndexWords(words.phrase).replaceAll('\0', ' ').trim().replaceAll('"', '""');
  const column = columns[words.field];
  const scope = column === null ? '' : `${column} : `;
  return `${scope}"${phrase}"${words.prefix ? ' *' : ''}`;
}
