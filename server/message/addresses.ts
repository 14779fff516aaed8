/**
 * Address lists (RFC 5322 §3.4), obsolete forms included: routes, comments as names, empty members.
 *
 * The list is split while its names are still encoded, since a decoded name may hold commas and
 * angle brackets; names are decoded afterwards. nodemailer's `addressparser` does the splitting.
 */
import addressparser from 'nodemailer/lib/addressparser';
import type { Mailbox } from '../../db/types.ts';
import { decodeEncodedWords, encodedWordRanges } from './encoded-words.ts';
import { limits } from './limits.ts';
import { oneLine } from './one-line.ts';

/** Members of groups are listed like the others; a group without members adds none. */
export function parseMailboxes(text: string): Mailbox[] {
  if (text.trim() === '') return [];
  const shield = new Shield();
  const entries = addressparser(shield.cover(text), { flatten: true });
  const mailboxes: Mailbox[] = [];
  for (const entry of entries) {
    if (mailboxes.length >= limits.mailboxesMax) break;
    const name = cleanName(shield.uncover(entry.name));
    const address = oneLine(shield.uncover(entry.address)).trim();
    if (name !== '' || address !== '') mailboxes.push({ name, address });
  }
  return mailboxes;
}

/** Decoded, on one line: a payload may hold line breaks, which must not become structure. */
function cleanName(encoded: string): string {
  return oneLine(decodeEncodedWords(encoded)).trim();
}

/**
 * Covers encoded words that hold characters with a meaning in lists. `=?utf-8?Q?Doe,_Jane?=` is not
 * allowed to (RFC 2047 §5), but is sent, and is one name.
 */
class Shield {
  readonly #words: string[] = [];

  cover(text: string): string {
    if (!text.includes('=?')) return text;
    let out = '';
    let copied = 0;
    for (const [start, end] of encodedWordRanges(text)) {
      const word = text.slice(start, end);
      if (!/[,:;<>()[\]@"\\ ]/.test(word)) continue;
      out += `${text.slice(copied, start)}\u{f0000}${this.#words.length}\u{f0001}`;
      this.#words.push(word);
      copied = end;
    }
    return copied === 0 ? text : out + text.slice(copied);
  }

  uncover(text: string): string {
    if (this.#words.length === 0) return text;
    return text.replace(/\u{f0000}(\d{1,9})\u{f0001}/gu, (all, i) => this.#words[Number(i)] ?? all);
  }
}
