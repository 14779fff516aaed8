/**
 * Header blocks: octets to fields, and fields to text.
 *
 * A line ends with LF or CRLF. Lines that are neither field nor continuation are passed over, so
 * that one broken line does not hide the Content-Type behind it; when no empty line ends the block,
 * such lines at its end are taken for the body.
 */
import { decodeBinaryString } from './charsets.ts';
import { decodeEncodedWords } from './encoded-words.ts';
import { limits } from './limits.ts';
import { oneLine } from './one-line.ts';

/** A field as it stands, one character per octet. */
export interface Field {
  /** As written. */
  readonly name: string;
  readonly lowerName: string;
  /** Unfolded, without the blanks round it. */
  readonly octets: string;
  readonly start: number;
}

export interface HeaderBlock {
  readonly fields: readonly Field[];
  /** After the empty line. */
  readonly bodyStart: number;
  /** Offset of the first line that is no field, or -1. */
  readonly brokenLineStart: number;
  /** True when fields were left out because of a limit. */
  readonly truncated: boolean;
  /** True when a delimiter line or the end came before the empty line. */
  readonly unterminated: boolean;
}

/** Says whether the line from `start` on is one of the open delimiters, which end any header. */
export type DelimiterTest = (start: number, end: number) => boolean;

const lf = 0x0a;

export function readHeaderBlock(
  bytes: Buffer,
  start: number,
  isDelimiter: DelimiterTest,
): HeaderBlock {
  const limit = Math.min(bytes.length, start + limits.headerBytesMax);
  const fields: Field[] = [];
  let brokenLineStart = -1;
  let lastBrokenStart = -1;
  let open: { start: number; end: number } | null = null;
  let truncated = false;
  let at = start;
  const close = () => {
    if (open === null) return;
    const field = fieldOf(bytes, open.start, open.end);
    if (field === null) {
      if (brokenLineStart < 0) brokenLineStart = open.start;
      if (lastBrokenStart < 0) lastBrokenStart = open.start;
    } else {
      lastBrokenStart = -1;
      if (fields.length < limits.headerFieldsMax) fields.push(field);
      else truncated = true;
    }
    open = null;
  };
  const block = (bodyStart: number, unterminated: boolean): HeaderBlock => ({
    fields,
    bodyStart,
    brokenLineStart,
    truncated,
    unterminated,
  });

  while (at < limit) {
    const newline = bytes.indexOf(lf, at);
    const next = newline < 0 ? bytes.length : newline + 1;
    const first = bytes[at];
    if (first === lf || (first === 0x0d && at + 1 === newline)) {
      close();
      return block(next, false);
    }
    if (first === 0x2d && bytes[at + 1] === 0x2d && isDelimiter(at, next)) break;
    if (open !== null && (first === 0x20 || first === 0x09)) open.end = next;
    else {
      close();
      // Blanks before the very first name: there is nothing they could continue.
      open = { start: at === start ? pastBlanks(bytes, at, next) : at, end: next };
    }
    at = next;
  }
  close();
  if (at >= limit && limit < bytes.length) {
    truncated = true;
    return block(endOfHeader(bytes, at), false);
  }
  return block(lastBrokenStart < 0 ? at : lastBrokenStart, true);
}

/** Where the body starts after a header too long to read. */
function endOfHeader(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    const newline = bytes.indexOf(lf, at);
    if (newline < 0) return bytes.length;
    if (bytes[newline + 1] === lf) return newline + 2;
    if (bytes[newline + 1] === 0x0d && bytes[newline + 2] === lf) return newline + 3;
    at = newline + 1;
  }
}

function pastBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at;
}

/** `null` when the line has no name of printable ASCII before a colon (RFC 5322 §2.2). */
function fieldOf(bytes: Buffer, start: number, end: number): Field | null {
  let colon = start;
  while (colon < end && isNameOctet(bytes[colon])) colon++;
  let nameEnd = colon;
  // Blanks before the colon: obsolete, RFC 5322 §4.5.
  while (colon < end && (bytes[colon] === 0x20 || bytes[colon] === 0x09)) colon++;
  if (nameEnd === start || colon >= end || bytes[colon] !== 0x3a) return null;
  if (nameEnd - start > 998) nameEnd = start + 998;
  const name = bytes.toString('latin1', start, nameEnd);
  const value = bytes.toString('latin1', colon + 1, end);
  return { name, lowerName: name.toLowerCase(), octets: unfold(value), start };
}

function isNameOctet(octet: number | undefined): boolean {
  return octet !== undefined && octet > 0x20 && octet < 0x7f && octet !== 0x3a;
}

/** RFC 5322 §2.2.3: only the line break goes, the blank after it stays. */
function unfold(value: string): string {
  const trimmed = trimBlanks(value);
  return trimmed.includes('\n') ? trimmed.replace(/\r?\n/g, '') : trimmed;
}

/** `trim` would take a no-break space, which is half of a UTF-8 character here. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankCode(text.charCodeAt(start))) start++;
  while (end > start && isBlankCode(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** The first field of a name: of duplicates the first counts. */
export function firstField(fields: readonly Field[], lowerName: string): Field | undefined {
  return fields.find((field) => field.lowerName === lowerName);
}

/** Still encoded, as text. */
export function fieldText(field: Field | undefined): string {
  return field === undefined ? '' : decodeBinaryString(field.octets);
}

/** Decoded, on one line, for people. */
export function displayText(rawValue: string): string {
  return oneLine(decodeEncodedWords(rawValue)).trim();
}
