/**
 * The header of a message that is passed on. It is a new submission of an old message: it gets the
 * time of now and an id of its own, so that no server takes it for one it has seen; nobody is told
 * the blind recipients (RFC 5322 §3.6.3); and Return-Path belongs to the server that delivers last
 * (RFC 5321 §4.4). Other fields and the body stay octet for octet.
 */
import type { Mailbox } from '../../db/types.ts';
import { parseMailboxes } from '../message/addresses.ts';
import { readRawHeader } from '../message/raw-header.ts';

export interface HeaderChange {
  readonly date: Date;
  /** Without angle brackets; `null` keeps the one that is there. */
  readonly messageId: string | null;
  readonly overrideFrom: string | null;
  /** For a display name that is not ASCII (RFC 2047). */
  encodeWords(text: string): string;
}

export function rewriteHeader(raw: Uint8Array, change: HeaderChange): Buffer {
  const octets = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const header = readRawHeader(octets);
  const fresh = freshFields(header.fields, change);
  const replaced = new Set([...fresh.keys(), 'bcc', 'resent-bcc', 'return-path']);
  const kept = header.fields
    .filter(({ lowerName }) => !replaced.has(lowerName))
    .map(({ start, end }) => octets.subarray(start, end));
  const rest = octets.subarray(header.end);
  return Buffer.concat([
    ...Array.from(fresh.values(), (field) => Buffer.from(field)),
    ...kept,
    // A message that is all body needs a line between its new header and itself.
    ...(header.present ? [] : [Buffer.from('\r\n')]),
    rest,
  ]);
}

/** As the client of SMTP names it: Sender speaks for several in From (RFC 5322 §3.6.2). */
export function senderOf(raw: Uint8Array): string | null {
  const { fields } = readRawHeader(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
  for (const name of ['sender', 'from']) {
    const field = fields.find(({ lowerName }) => lowerName === name);
    const [mailbox] = field === undefined ? [] : parseMailboxes(field.value);
    if (mailbox?.address.includes('@') === true) return mailbox.address;
  }
  return null;
}

function freshFields(
  fields: readonly { readonly lowerName: string; readonly value: string }[],
  { date, messageId, overrideFrom, encodeWords }: HeaderChange,
): ReadonlyMap<string, string> {
  const fresh = new Map<string, string>();
  if (overrideFrom !== null) {
    const given = fields.find(({ lowerName }) => lowerName === 'from')?.value ?? '';
    const [original] = parseMailboxes(given);
    const from: Mailbox = { name: original?.name ?? '', address: overrideFrom };
    fresh.set('from', `From: ${writeMailbox(from, encodeWords)}\r\n`);
    if (original !== undefined && /^[\x21-\x7e]+$/.test(original.address)) {
      fresh.set('x-original-from', `X-Original-From: ${original.address}\r\n`);
    }
  }
  const written = date.toUTCString().replace('GMT', '+0000');
  fresh.set('date', `Date: ${written}\r\n`);
  if (messageId !== null) fresh.set('message-id', `Message-ID: <${messageId}>\r\n`);
  return fresh;
}

function writeMailbox({ name, address }: Mailbox, encodeWords: (text: string) => string): string {
  if (name === '') return address;
  const phrase = /^[\x20-\x7e]*$/.test(name)
    ? `"${name.replaceAll(/["\\]/g, '\\$&')}"`
    : encodeWords(name);
  return `${phrase}\r\n <${address}>`;
}
