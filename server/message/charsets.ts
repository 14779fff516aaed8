/**
 * Octets to text.
 *
 * Labels in mail are often wrong in the same few ways, so each label is read as the superset that
 * senders really use (`iso-8859-1` as windows-1252, `gb2312` as gb18030…). No label, `us-ascii` and
 * unknown labels mean: UTF-8 if the octets are valid UTF-8, else windows-1252.
 *
 * iconv-lite decodes, because Node 20 loses the quotation marks of windows-1252 in `TextDecoder`;
 * `TextDecoder` is used for the two Japanese encodings that iconv-lite does not have. It is loaded
 * with the first octets that need it, for it takes longer than the rest of the reader together.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import type iconvLite from 'iconv-lite';
import { once } from './once.ts';

const require = createRequire(import.meta.url);
const iconv = once((): typeof iconvLite => require('iconv-lite'));

/** How octets of one label are decoded; `guess` stands for "UTF-8 if valid, else windows-1252". */
type Decoding =
  | { readonly kind: 'guess'; readonly known: boolean }
  | { readonly kind: 'utf8' }
  | { readonly kind: 'iconv'; readonly encoding: string }
  | { readonly kind: 'web'; readonly encoding: 'iso-2022-jp' | 'euc-jp' };

const supersets: ReadonlyMap<string, string> = new Map([
  ['iso88591', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['l1', 'windows-1252'],
  ['cp819', 'windows-1252'],
  ['isoir100', 'windows-1252'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['xgbk', 'gb18030'],
  ['cp936', 'gb18030'],
  ['gb231280', 'gb18030'],
  ['euccn', 'gb18030'],
  ['euckr', 'cp949'],
  ['ksc56011987', 'cp949'],
  ['ksc5601', 'cp949'],
  ['ksc56011989', 'cp949'],
  ['big5', 'big5hkscs'],
  ['cnbig5', 'big5hkscs'],
  ['shiftjis', 'cp932'],
  ['sjis', 'cp932'],
  ['xsjis', 'cp932'],
  ['mskanji', 'cp932'],
  ['windows31j', 'cp932'],
  ['tis620', 'windows-874'],
  ['iso88598i', 'iso-8859-8'],
  ['iso88598e', 'iso-8859-8'],
  ['unicode11utf7', 'utf-7'],
]);

const japanese: ReadonlyMap<string, 'iso-2022-jp' | 'euc-jp'> = new Map([
  ['iso2022jp', 'iso-2022-jp'],
  ['iso2022jp1', 'iso-2022-jp'],
  ['iso2022jp2', 'iso-2022-jp'],
  ['iso2022jp3', 'iso-2022-jp'],
  ['iso2022jpms', 'iso-2022-jp'],
  ['csiso2022jp', 'iso-2022-jp'],
  ['cp50220', 'iso-2022-jp'],
  ['cp50221', 'iso-2022-jp'],
  ['eucjp', 'euc-jp'],
  ['xeucjp', 'euc-jp'],
  ['cseucpkdfmtjapanese', 'euc-jp'],
]);

const ascii: ReadonlySet<string> = new Set([
  '',
  'usascii',
  'ascii',
  'ansix341968',
  'iso646us',
  'us',
]);

/** Names iconv-lite knows that are transfer encodings or its own internals, not charsets. */
const notCharsets: ReadonlySet<string> = new Set([
  'base64',
  'hex',
  'binary',
  'internal',
  'sbcs',
  'dbcs',
]);

/**
 * The names iconv-lite knows. Asking it by `encodingExists` makes it throw and catch for a name it
 * does not know, which a header full of made-up names would turn into seconds.
 */
const known = once((): ReadonlySet<string> => {
  // Its table is filled at first use and is not in its types.
  iconv().encodingExists('utf8');
  const { encodings } = iconv() as unknown as { encodings: Readonly<Record<string, unknown>> };
  return new Set(Object.keys(encodings));
});

function canonical(label: string): string {
  return label.toLowerCase().replace(/[^0-9a-z]/g, '');
}

function decodingOf(label: string): Decoding {
  // Longer than any registered name: not worth looking up, and not worth cleaning up.
  if (label.length > 100) return { kind: 'guess', known: false };
  const key = canonical(label);
  if (ascii.has(key)) return { kind: 'guess', known: true };
  if (key === 'utf8' || key === 'unicode11utf8' || key === 'utf8mb4') return { kind: 'utf8' };
  const web = japanese.get(key);
  if (web !== undefined) return { kind: 'web', encoding: web };
  if (notCharsets.has(key)) return { kind: 'guess', known: false };
  // `x-mac-cyrillic`, `x-cp1251`: the prefix says only that nobody registered the name.
  const spellings = [supersets.get(key) ?? key, key.replace(/^x/, '')];
  const encoding = spellings.find((spelling) => known().has(canonical(spelling)));
  if (encoding === undefined) return { kind: 'guess', known: false };
  return { kind: 'iconv', encoding };
}

/** False for a label that no decoder is known for; such octets are guessed. */
export function isKnownCharset(label: string): boolean {
  const decoding = decodingOf(label);
  return decoding.kind !== 'guess' || decoding.known;
}

/** True when the label promises nothing beyond ASCII. */
export function isAsciiLabel(label: string): boolean {
  const decoding = decodingOf(label);
  return decoding.kind === 'guess' && decoding.known;
}

/** True when the label promises UTF-8. */
export function isUtf8Label(label: string): boolean {
  return decodingOf(label).kind === 'utf8';
}

/** True for charsets with shift states, where every encoded word starts anew (RFC 1468, RFC 2152). */
export function isStateful(label: string): boolean {
  return /^(?:iso-?2022-|cs-?iso-?2022|cp5022|utf-?7|unicode-1-1-utf-7|hz-)/i.test(label);
}

/** Never throws: octets that the charset has no character for become U+FFFD. */
export function decodeCharset(octets: Uint8Array, label: string | null): string {
  const bytes = asBuffer(octets);
  const decoding = decodingOf(label ?? '');
  switch (decoding.kind) {
    case 'utf8':
      // Reading ASCII as latin1 is several times as fast, and most mail is ASCII.
      return isAscii(bytes)
        ? bytes.toString('latin1')
        : withoutByteOrderMark(bytes.toString('utf8'));
    case 'guess':
      return decodeUnlabelled(bytes);
    case 'web':
      return new TextDecoder(decoding.encoding).decode(bytes);
    case 'iconv':
      return asciiSupersets.test(decoding.encoding) && isAscii(bytes)
        ? bytes.toString('latin1')
        : iconv().decode(bytes, decoding.encoding);
  }
}

/** Encodings by whose tables ASCII octets stand for themselves: the ones that mail uses. */
const asciiSupersets =
  /^(?:windows-?125\d|windows-?874|iso-?8859|koi8|gb18030|cp949|big5hkscs|cp932)/i;

/** Text back to octets that `decodeCharset` reads as the same text, where the charset has them. */
export function encodeCharset(text: string, label: string): Buffer {
  const decoding = decodingOf(label);
  return decoding.kind === 'iconv'
    ? iconv().encode(text, decoding.encoding)
    : Buffer.from(text, 'utf8');
}

/** UTF-8 if it is valid UTF-8, else windows-1252; also how undeclared octets of a header are read. */
export function decodeUnlabelled(octets: Uint8Array): string {
  const bytes = asBuffer(octets);
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (isUtf8(bytes)) return withoutByteOrderMark(bytes.toString('utf8'));
  return iconv().decode(bytes, 'windows-1252');
}

/** One character per octet, as header blocks are cut up, to text. */
export function decodeBinaryString(octets: string): string {
  return isAsciiText(octets) ? octets : decodeUnlabelled(Buffer.from(octets, 'latin1'));
}

export function isAsciiText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** The same memory as a Buffer. */
export function asBuffer(octets: Uint8Array): Buffer {
  if (Buffer.isBuffer(octets)) return octets;
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
