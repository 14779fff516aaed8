/**
 * As much of a message's header as delivering it takes: where it ends, and the octets of each
 * field, so that one can be left out or put before the others without touching the rest.
 */
import { parseMailboxes } from './addresses.ts';

export interface RawField {
  readonly lowerName: string;
  /** Unfolded, as text. */
  readonly value: string;
  readonly start: number;
  /** After its line end. */
  readonly end: number;
}

export interface RawHeader {
  readonly fields: readonly RawField[];
  /** Where the line that ends the header starts; the body when there is no header at all. */
  readonly end: number;
  /** False when the first line is not a field: the message is all body. */
  readonly present: boolean;
}

const fieldStart = /^([!-9;-~]+)[ \t]*:/;

export function readRawHeader(octets: Buffer): RawHeader {
  const fields: RawField[] = [];
  let at = 0;
  while (at < octets.length) {
    const end = fieldEnd(octets, at);
    const text = octets.toString('utf8', at, end);
    const [whole, name] = fieldStart.exec(text) ?? [];
    if (whole === undefined || name === undefined) break;
    const value = text.slice(whole.length).replaceAll(/\r?\n/g, '').trim();
    fields.push({ lowerName: name.toLowerCase(), value, start: at, end });
    at = end;
  }
  const isEmptyLine = /^\r?\n/.test(octets.toString('latin1', at, at + 2));
  return { fields, end: at, present: fields.length > 0 || isEmptyLine };
}

/** A field goes on over lines that start with a blank (RFC 5322 §2.2.3). */
function fieldEnd(octets: Buffer, start: number): number {
  let at = start;
  do {
    const lineEnd = octets.indexOf('\n', at);
    at = lineEnd === -1 ? octets.length : lineEnd + 1;
  } while (octets[at] === 0x20 || octets[at] === 0x09);
  return at;
}

export function addressesOf(header: RawHeader, ...lowerNames: readonly string[]): string[] {
  return header.fields
    .filter((field) => lowerNames.includes(field.lowerName))
    .flatMap((field) => parseMailboxes(field.value))
    .map(({ address }) => address)
    .filter((address) => address.includes('@') || /^[\w.+-]+$/.test(address));
}
