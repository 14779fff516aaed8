/**
 * Structured values with parameters: `text/plain; charset=utf-8; name*0*=utf-8''…`
 * (RFC 2045 §5.1, RFC 2231 §3 and §4), with comments, missing quotes and stray semicolons.
 *
 * Input and results are text: the octets of the header are decoded before. Names are lower case;
 * of two parameters of one name the first counts.
 */
import { decodeCharset } from './charsets.ts';
import { decodeEncodedWords } from './encoded-words.ts';
import { hexOctet } from './transfer-encodings.ts';

export interface ParameterizedValue {
  /** What stands before the first semicolon, lower case, without comments. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** One piece of a value as RFC 2231 cuts it up. */
interface Segment {
  readonly text: string;
  /** `name*=` or `name*0*=`: octets written as `%41`, the first with its charset. */
  readonly extended: boolean;
}

const segmentsMax = 1000;

export function parseParameterized(text: string): ParameterizedValue {
  const scanner = new Scanner(text);
  const value = scanner.value().toLowerCase();
  const plain = new Map<string, string>();
  const segmented = new Map<string, Map<number, Segment>>();
  for (let entry = scanner.parameter(); entry !== null; entry = scanner.parameter()) {
    const name = entry.name.toLowerCase();
    const star = name.indexOf('*');
    if (star < 0) {
      if (!plain.has(name)) plain.set(name, entry.text);
      continue;
    }
    const place = segmentPlace(name.slice(star));
    if (place === null) continue;
    const base = name.slice(0, star);
    const segments = segmented.get(base) ?? new Map<number, Segment>();
    segmented.set(base, segments);
    if (!segments.has(place.index)) {
      segments.set(place.index, { text: entry.text, extended: place.extended });
    }
  }
  const parameters = new Map<string, string>();
  for (const [name, raw] of plain) {
    // A boundary is compared as it stands, whatever it looks like.
    parameters.set(name, name === 'boundary' ? raw : decodeEncodedWords(raw));
  }
  for (const [name, segments] of segmented) parameters.set(name, joinSegments(segments));
  return { value, parameters };
}

/** `*`, `*0`, `*0*`; `null` for anything else. `*` alone is one whole extended value. */
function segmentPlace(suffix: string): { index: number; extended: boolean } | null {
  if (suffix === '*') return { index: 0, extended: true };
  const match = /^\*(\d{1,4})(\*?)$/.exec(suffix);
  if (match === null) return null;
  const index = Number(match[1]);
  return index < segmentsMax ? { index, extended: match[2] === '*' } : null;
}

/** Joined in the order of their numbers, whatever order they came in. */
function joinSegments(segments: ReadonlyMap<number, Segment>): string {
  const ordered = [...segments].sort(([a], [b]) => a - b).map(([, segment]) => segment);
  if (!ordered.some((segment) => segment.extended)) {
    return decodeEncodedWords(ordered.map((segment) => segment.text).join(''));
  }
  const [first] = ordered;
  const charset = first?.extended ? /^([^']{0,64})'[^']{0,64}'/.exec(first.text) : null;
  const octets = ordered.map((segment, i) => {
    const text = i === 0 && charset !== null ? segment.text.slice(charset[0].length) : segment.text;
    return segment.extended ? percentDecode(text) : Buffer.from(text, 'utf8');
  });
  return decodeCharset(Buffer.concat(octets), charset?.[1] ?? null);
}

function percentDecode(text: string): Buffer {
  const source = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const octet = source[i] ?? 0;
    const value = octet === 0x25 ? hexOctet(source[i + 1], source[i + 2]) : -1;
    out[length++] = value < 0 ? octet : value;
    if (value >= 0) i += 2;
  }
  return out.subarray(0, length);
}

/** The text without its comments (RFC 5322 §3.2.2); quotes are respected. One pass. */
export function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let out = '';
  let depth = 0;
  let quoted = false;
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '"' && depth === 0) quoted = !quoted;
    else if (quoted) continue;
    else if (char === '(' && depth++ === 0) out += text.slice(copied, i);
    else if (char === ')' && depth > 0 && --depth === 0) copied = i + 1;
  }
  return depth === 0 ? out + text.slice(copied) : out;
}

/** Reads a parameterized value from left to right, never going back. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Up to the first semicolon, or to the space before `name=` where the semicolon is missing. */
  value(): string {
    let out = '';
    let copied = 0;
    this.#skip(false);
    copied = this.#at;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === ';') break;
      if (char === '(') {
        out += this.#text.slice(copied, this.#at);
        this.#comment();
        copied = this.#at;
      } else if (isBlank(char) && this.#parameterFollows()) break;
      else this.#next();
    }
    return stripQuotes((out + this.#text.slice(copied, this.#at)).trim());
  }

  /** The next `name=value`, or `null` at the end. A name without a value is passed over. */
  parameter(): { name: string; text: string } | null {
    while (this.#at < this.#text.length) {
      this.#skip(true);
      const start = this.#at;
      while (this.#at < this.#text.length && isNameCode(this.#text.charCodeAt(this.#at)))
        this.#at++;
      const name = this.#text.slice(start, this.#at);
      this.#skip(false);
      if (this.#text[this.#at] !== '=') {
        if (name === '' && this.#at < this.#text.length) this.#at++;
        continue;
      }
      this.#at++;
      this.#skip(false);
      const text = this.#text[this.#at] === '"' ? this.#quoted() : this.#unquoted();
      if (name !== '') return { name, text };
    }
    return null;
  }

  /** Past blanks and comments, and semicolons too if wanted. */
  #skip(semicolons: boolean): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '(') {
        this.#comment();
        this.#at--;
      } else if (!isBlank(char) && !(semicolons && char === ';')) return;
    }
  }

  /** Past a comment with those inside it; an unclosed one takes the rest. */
  #comment(): void {
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '\\') this.#at++;
      else if (char === '(') depth++;
      else if (char === ')' && --depth === 0) {
        this.#at++;
        return;
      }
    }
    this.#at = this.#text.length;
  }

  #quoted(): string {
    let out = '';
    let copied = ++this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '"') return out + this.#text.slice(copied, this.#at++);
      if (char === '\\') {
        out += this.#text.slice(copied, this.#at++);
        copied = this.#at;
      }
    }
    return out + this.#text.slice(copied);
  }

  /** Up to the semicolon: names with unquoted spaces are common. */
  #unquoted(): string {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === ';') break;
      // `report(1).pdf` is a name, what stands after a blank is a comment.
      if (char === '(' && isBlank(this.#text[this.#at - 1])) break;
      if (isBlank(char) && this.#parameterFollows()) break;
      this.#next();
    }
    return this.#text.slice(start, this.#at).trimEnd();
  }

  /** Past one character, or past all blanks of a run. */
  #next(): void {
    if (!isBlank(this.#text[this.#at++])) return;
    while (isBlank(this.#text[this.#at])) this.#at++;
  }

  /** True when a forgotten semicolon explains better what stands after this blank. */
  #parameterFollows(): boolean {
    let at = this.#at;
    const limit = Math.min(this.#text.length, at + 64);
    while (at < limit && isBlank(this.#text[at])) at++;
    const start = at;
    while (at < limit && isNameCode(this.#text.charCodeAt(at))) at++;
    return knownParameters.has(this.#text.slice(start, at).toLowerCase()) && this.#text[at] === '=';
  }
}

const knownParameters: ReadonlySet<string> = new Set([
  'charset',
  'boundary',
  'name',
  'filename',
  'format',
  'delsp',
  'type',
]);

/** RFC 2045 §5.1 token, a little wider. */
function isNameCode(code: number): boolean {
  // ; = " ( ) , are what ends a name.
  return (
    code > 0x20 &&
    code !== 0x3b &&
    code !== 0x3d &&
    code !== 0x22 &&
    code !== 0x28 &&
    code !== 0x29 &&
    code !== 0x2c
  );
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function stripQuotes(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
