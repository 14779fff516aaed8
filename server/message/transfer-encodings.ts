/**
 * Content-Transfer-Encoding (RFC 2045 §6), decoding only. Broken input decodes as far as it can:
 * base64 skips what is not in its alphabet and starts anew after padding, quoted-printable keeps an
 * equals sign that escapes nothing, uuencode ignores lines that are none.
 *
 * Clean base64, which is nearly all of it, goes through Node's native decoder.
 */
import { asBuffer } from './charsets.ts';

export type TransferEncoding = 'base64' | 'quoted-printable' | 'uuencode' | 'identity';

const names: ReadonlyMap<string, TransferEncoding> = new Map([
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
  ['x-uuencode', 'uuencode'],
  ['uuencode', 'uuencode'],
  ['x-uue', 'uuencode'],
  ['uue', 'uuencode'],
  ['7bit', 'identity'],
  ['8bit', 'identity'],
  ['binary', 'identity'],
]);

/** `null` when the name is not known; the octets are then taken as they are. */
export function transferEncodingOf(name: string): TransferEncoding | null {
  return names.get(name) ?? null;
}

export function decodeTransfer(octets: Uint8Array, name: string): Uint8Array {
  switch (transferEncodingOf(name)) {
    case 'base64':
      return decodeBase64(octets);
    case 'quoted-printable':
      return decodeQuotedPrintable(octets);
    case 'uuencode':
      return decodeUuencode(octets);
    case 'identity':
    case null:
      return octets;
  }
}

const padding = 0x3d;

export function decodeBase64(octets: Uint8Array): Buffer {
  const bytes = asBuffer(octets);
  if (isCleanBase64(bytes)) return Buffer.from(bytes.toString('latin1'), 'base64');
  return decodeDirtyBase64(bytes);
}

/** True when Node's decoder can be trusted: padding only at the end, nothing of the URL alphabet. */
function isCleanBase64(bytes: Buffer): boolean {
  // 0x2d and 0x5f: Node would take `-` and `_` for `+` and `/`; here they are garbage.
  if (bytes.includes(0x2d) || bytes.includes(0x5f)) return false;
  let end = bytes.length;
  while (end > 0 && isPaddingOrBlank(bytes[end - 1])) end--;
  const first = bytes.indexOf(padding);
  return first < 0 || first >= end;
}

function isPaddingOrBlank(octet: number | undefined): boolean {
  return octet === padding || octet === 0x0a || octet === 0x0d || octet === 0x20 || octet === 0x09;
}

function decodeDirtyBase64(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i] ?? 0;
    if (octet === padding) {
      bits = 0;
      count = 0;
      continue;
    }
    const value = base64Values[octet] ?? 0xff;
    if (value === 0xff) continue;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[length++] = (bits >> count) & 0xff;
      bits &= (1 << count) - 1;
    }
  }
  return out.subarray(0, length);
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64Values: Uint8Array = (() => {
  const values = new Uint8Array(256).fill(0xff);
  for (let i = 0; i < 64; i++) values[base64Alphabet.charCodeAt(i)] = i;
  return values;
})();

/** True for the 64 octets of the alphabet; padding is none of them. */
export function isBase64Octet(octet: number): boolean {
  return base64Values[octet] !== 0xff;
}

/** RFC 2045 §6.7: blanks at the end of a line, also before a soft break, were added on the way. */
export function decodeQuotedPrintable(octets: Uint8Array): Buffer {
  const source = asBuffer(octets);
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  let at = 0;
  while (at < source.length) {
    const newline = source.indexOf(0x0a, at);
    const next = newline < 0 ? source.length : newline + 1;
    let end = newline < 0 ? source.length : newline;
    if (newline > at && source[newline - 1] === 0x0d) end--;
    const breakStart = end;
    while (end > at && isBlankOctet(source[end - 1])) end--;
    const soft = end > at && source[end - 1] === 0x3d;
    length = decodeLine(source, at, soft ? end - 1 : end, out, length);
    if (!soft) for (let i = breakStart; i < next; i++) out[length++] = source[i] ?? 0;
    at = next;
  }
  return out.subarray(0, length);
}

function decodeLine(source: Buffer, start: number, end: number, out: Buffer, at: number): number {
  let length = at;
  let copied = start;
  for (let i = start; i < end; i++) {
    if (source[i] !== 0x3d || i + 2 >= end) continue;
    const value = hexOctet(source[i + 1], source[i + 2]);
    if (value < 0) continue;
    length += source.copy(out, length, copied, i);
    out[length++] = value;
    i += 2;
    copied = i + 1;
  }
  return length + source.copy(out, length, copied, end);
}

function isBlankOctet(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09;
}

/** The octet that two hexadecimal digits stand for, or -1. */
export function hexOctet(high: number | undefined, low: number | undefined): number {
  const first = hexValues[high ?? 0] ?? 0xff;
  const second = hexValues[low ?? 0] ?? 0xff;
  return first === 0xff || second === 0xff ? -1 : first * 16 + second;
}

const hexValues: Uint8Array = (() => {
  const values = new Uint8Array(256).fill(0xff);
  for (const [i, digit] of [...'0123456789abcdef'].entries()) {
    values[digit.charCodeAt(0)] = i;
    values[digit.toUpperCase().charCodeAt(0)] = i;
  }
  return values;
})();

/** From the `begin` line to the `end` line; each line starts with its count of octets. */
export function decodeUuencode(octets: Uint8Array): Buffer {
  const source = asBuffer(octets);
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  let begun = false;
  for (let at = 0; at < source.length; ) {
    const newline = source.indexOf(0x0a, at);
    const next = newline < 0 ? source.length : newline + 1;
    if (!begun) {
      begun = source.toString('latin1', at, Math.min(next, at + 6)) === 'begin ';
    } else {
      if (isEndLine(source, at, next)) break;
      length = decodeUuLine(source, at, next, out, length);
    }
    at = next;
  }
  return out.subarray(0, length);
}

function isEndLine(source: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && source.toString('latin1', start, end).trimEnd() === 'end';
}

function decodeUuLine(source: Buffer, start: number, end: number, out: Buffer, at: number): number {
  const wanted = uuValue(source[start]);
  let length = at;
  for (let i = start + 1; length - at < wanted && i < end; i += 4) {
    const bits =
      (uuValue(source[i]) << 18) |
      (uuValue(source[i + 1]) << 12) |
      (uuValue(source[i + 2]) << 6) |
      uuValue(source[i + 3]);
    for (let shift = 16; shift >= 0 && length - at < wanted; shift -= 8) {
      out[length++] = (bits >> shift) & 0xff;
    }
  }
  return length;
}

/** Both a space and a grave accent mean zero; trailing spaces may have been lost on the way. */
function uuValue(octet: number | undefined): number {
  return octet === undefined || octet < 0x20 ? 0 : (octet - 0x20) & 0x3f;
}
