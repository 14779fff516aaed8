/**
 * Encoded words (RFC 2047 §2): `=?charset?B?payload?=`.
 *
 * Read wherever they stand, also inside quotes and next to other text, since senders put them
 * there. Neighbours of one charset are joined as octets before decoding, because senders cut
 * characters in half; charsets with shift states are not, each word starts anew there.
 *
 * One pass: every search for a terminator is remembered, so that megabytes of `=?` cost no more
 * than megabytes of anything else.
 */
import { decodeCharset, encodeCharset, isAsciiText, isStateful } from './charsets.ts';
import { decodeBase64, hexOctet } from './transfer-encodings.ts';

interface EncodedWord {
  readonly charset: string;
  readonly octets: Uint8Array;
  /** Where the text goes on. */
  readonly end: number;
}

const charsetCharactersMax = 64;

/** Text with its encoded words decoded. What is no encoded word stays as it is. */
export function decodeEncodedWords(text: string): string {
  let at = text.indexOf('=?');
  if (at < 0) return text;
  const terminators = new Finder(text, '?=');
  const openings = new Finder(text, '=?');
  let out = '';
  let copied = 0;
  let run: EncodedWord[] = [];
  while (at >= 0) {
    const word = wordAt(text, at, terminators, openings);
    if (word === null) {
      if (terminators.none) break;
      at = text.indexOf('=?', at + 1);
      continue;
    }
    const between = text.slice(copied, at);
    // White space between two encoded words is there for folding only (RFC 2047 §6.2).
    const joined = run.length > 0 && isBlank(between);
    if (!joined || run[0]?.charset !== word.charset) {
      out += decodeRun(run) + (joined ? '' : between);
      run = [];
    }
    run.push(word);
    copied = word.end;
    at = text.indexOf('=?', word.end);
  }
  return out + decodeRun(run) + text.slice(copied);
}

/** The ranges of encoded words, for those who must not look inside. */
export function encodedWordRanges(text: string): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  const terminators = new Finder(text, '?=');
  const openings = new Finder(text, '=?');
  let at = text.indexOf('=?');
  while (at >= 0) {
    const head = headAt(text, at);
    const end = head === null ? -1 : payloadEnd(head.payloadStart, terminators, openings);
    if (end >= 0) ranges.push([at, end + 2]);
    else if (terminators.none) break;
    at = text.indexOf('=?', end >= 0 ? end + 2 : at + 1);
  }
  return ranges;
}

function wordAt(
  text: string,
  at: number,
  terminators: Finder,
  openings: Finder,
): EncodedWord | null {
  const head = headAt(text, at);
  if (head === null) return null;
  const end = payloadEnd(head.payloadStart, terminators, openings);
  if (end < 0) return null;
  const payload = text.slice(head.payloadStart, end);
  const octets =
    head.encoding === 'b'
      ? decodeBase64(Buffer.from(payload, 'latin1'))
      : decodeQ(payload, head.charset);
  return { charset: head.charset, octets, end: end + 2 };
}

/** `=?charset?b?`; the charset may carry a language (RFC 2231 §5), which is dropped. */
function headAt(
  text: string,
  at: number,
): { charset: string; encoding: 'b' | 'q'; payloadStart: number } | null {
  const limit = Math.min(text.length, at + 2 + charsetCharactersMax);
  let mark = at + 2;
  while (mark < limit && isCharsetCode(text.charCodeAt(mark))) mark++;
  if (mark === at + 2 || text[mark] !== '?' || text[mark + 2] !== '?') return null;
  const encoding = text.charAt(mark + 1).toLowerCase();
  if (encoding !== 'b' && encoding !== 'q') return null;
  const label = text.slice(at + 2, mark).toLowerCase();
  const star = label.indexOf('*');
  return { charset: star < 0 ? label : label.slice(0, star), encoding, payloadStart: mark + 3 };
}

function isCharsetCode(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x3f;
}

/** Offset of the `?=` that ends the payload, or -1. Another opening before it: this one is broken. */
function payloadEnd(start: number, terminators: Finder, openings: Finder): number {
  const end = terminators.from(start);
  if (end < 0) return -1;
  const opening = openings.from(start);
  // In `=?=` the equals sign belongs to the payload and the rest ends it.
  return opening >= 0 && opening < end - 1 ? -1 : end;
}

/** RFC 2047 §4.2: `_` is a space, `=41` an octet. */
function decodeQ(payload: string, charset: string): Uint8Array {
  // Characters that should have been encoded were read with the header; they stand for themselves.
  const source = isAsciiText(payload)
    ? Buffer.from(payload, 'latin1')
    : encodeCharset(payload, charset);
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const octet = source[i] ?? 0;
    if (octet === 0x3d) {
      const value = hexOctet(source[i + 1], source[i + 2]);
      if (value >= 0) {
        out[length++] = value;
        i += 2;
        continue;
      }
    }
    out[length++] = octet === 0x5f ? 0x20 : octet;
  }
  return out.subarray(0, length);
}

/** Words of one charset, joined as octets so that a character cut in half comes together again. */
function decodeRun(words: readonly EncodedWord[]): string {
  const [first] = words;
  if (first === undefined) return '';
  if (words.length === 1) return decodeCharset(first.octets, first.charset);
  if (isStateful(first.charset)) {
    return words.map((word) => decodeCharset(word.octets, word.charset)).join('');
  }
  return decodeCharset(Buffer.concat(words.map((word) => word.octets)), first.charset);
}

function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return false;
  }
  return true;
}

/** `indexOf` for ascending offsets that never searches the same stretch twice. */
class Finder {
  readonly #text: string;
  readonly #needle: string;
  #found = -2;

  constructor(text: string, needle: string) {
    this.#text = text;
    this.#needle = needle;
  }

  from(offset: number): number {
    if (this.#found !== -1 && this.#found < offset) {
      this.#found = this.#text.indexOf(this.#needle, offset);
    }
    return this.#found;
  }

  /** True when a search has reached the end without a hit. */
  get none(): boolean {
    return this.#found === -1;
  }
}
