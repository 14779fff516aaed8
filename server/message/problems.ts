/**
 * What a sender should mend in a message, by RFC 5322 and RFC 2045. Every finding is one entry of
 * `problem-catalogue.ts`. Looks at all octets, but decodes only texts, and of each a bounded piece.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Mailbox, WireFacts } from '../../db/types.ts';
import { allParts, charsetOf, encodedPart } from './bodies.ts';
import {
  asBuffer,
  decodeCharset,
  isAsciiLabel,
  isAsciiText,
  isKnownCharset,
  isUtf8Label,
} from './charsets.ts';
import { parseDate } from './dates.ts';
import { type Field, fieldText, firstField, type HeaderBlock, readHeaderBlock } from './header.ts';
import { parseParameterized } from './parameters.ts';
import { readableMediaType } from './part-facts.ts';
import { Findings, type ProblemCode, partPlace } from './problem-catalogue.ts';
import {
  decodeTransfer,
  hexOctet,
  isBase64Octet,
  transferEncodingOf,
} from './transfer-encodings.ts';
import type { Part, Problem, ReadMessage } from './types.ts';

/** Octets of one part whose encoding and charset are checked. */
const checkedBytesMax = 1024 * 1024;

export function findProblems(raw: Uint8Array, message: ReadMessage, wire: WireFacts): Problem[] {
  const findings = new Findings();
  check(raw, { message, wire, findings, lineOctetsShown: 78 });
  return findings.list();
}

/** Errors and warnings; what is merely worth knowing is no reason to mark a message. */
export function countProblems(raw: Uint8Array, message: ReadMessage, wire: WireFacts): number {
  const findings = new Findings();
  check(raw, { message, wire, findings, lineOctetsShown: 998 });
  return findings.seriousCount;
}

interface Checked {
  readonly message: ReadMessage;
  readonly wire: WireFacts;
  readonly findings: Findings;
  /** Lines are looked at from this length on. */
  readonly lineOctetsShown: 78 | 998;
}

function check(raw: Uint8Array, { message, wire, findings, lineOctetsShown }: Checked): void {
  const bytes = asBuffer(raw);
  const parts = allParts(message);
  for (const { code, where } of message.problems) findings.add(code as ProblemCode, where);
  if (wire.bareLfCount > 0) findings.add('bare-lf', occurrences(wire.bareLfCount));
  if (wire.bareCrCount > 0) findings.add('bare-cr', occurrences(wire.bareCrCount));
  checkLines(bytes, lineOctetsShown, findings);
  checkNul(bytes, parts, findings);
  const header = headerOf(bytes, message.root);
  checkMessageHeader(header, message, findings);
  for (const part of parts) checkPart(bytes, part, findings);
  checkStructure(parts, findings);
}

function occurrences(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function headerOf(bytes: Buffer, part: Part): HeaderBlock {
  return readHeaderBlock(bytes.subarray(0, part.bodyStart), part.headerStart, () => false);
}

/** Leaps to the last line end within reach: no line before it is too long. */
function checkLines(bytes: Buffer, octetsMax: 78 | 998, findings: Findings): void {
  let reach: number = octetsMax;
  let line = 1;
  let counted = 0;
  for (let at = 0; at + reach < bytes.length; ) {
    const near = bytes.lastIndexOf(lf, at + reach);
    if (near >= at) {
      at = near + 1;
      continue;
    }
    const newline = bytes.indexOf(lf, at + reach);
    const end = newline < 0 ? bytes.length : newline;
    const octets = end - at - (bytes[end - 1] === 0x0d ? 1 : 0);
    if (octets > reach) {
      line += lineEnds(bytes, counted, at);
      counted = at;
      if (octets > 998) findings.add('line-too-long', `line ${line}`);
      else {
        findings.add('line-over-78', `line ${line}`);
        reach = 998;
      }
    }
    at = end + 1;
  }
}

const lf = 0x0a;

function lineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(lf, from); at >= 0 && at < to; at = bytes.indexOf(lf, at + 1)) {
    count++;
  }
  return count;
}

function checkNul(bytes: Buffer, parts: readonly Part[], findings: Findings): void {
  const offset = bytes.indexOf(0);
  if (offset < 0) return;
  const isInside = (part: Part) => offset >= part.bodyStart && offset < part.bodyEnd;
  const holder = parts.findLast(isInside);
  if (holder?.transferEncoding !== 'binary') findings.add('nul-octet', `octet ${offset}`);
}

/** Fields that a message has at most once (RFC 5322 §3.6, RFC 2045 §3). */
const onceOnly: ReadonlySet<string> = new Set([
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
]);

function checkMessageHeader(header: HeaderBlock, message: ReadMessage, findings: Findings): void {
  const { fields } = header;
  const text = (name: string) => fieldText(firstField(fields, name));
  checkDate(text('date'), findings);
  checkMessageId(text('message-id'), findings);
  if (message.subject === '') findings.add('empty-subject');
  if (text('from') === '') findings.add('missing-from');
  if (message.from.length > 1 && message.sender === null) {
    findings.add('several-from-without-sender');
  }
  checkAddresses(message, fields, findings);
  const hasMime = fields.some((field) => field.lowerName.startsWith('content-'));
  if (hasMime && firstField(fields, 'mime-version') === undefined) {
    findings.add('missing-mime-version');
  }
}

function checkDate(text: string, findings: Findings): void {
  if (text === '') {
    findings.add('missing-date');
    return;
  }
  const date = parseDate(text);
  if (date === null) findings.add('unreadable-date');
  else if (!date.current) findings.add('obsolete-date');
}

function checkMessageId(text: string, findings: Findings): void {
  if (text === '') findings.add('missing-message-id');
  else if (!/^<[^\s<>@]+@[^\s<>@]+>$/.test(text)) findings.add('malformed-message-id');
}

function checkAddresses(message: ReadMessage, fields: readonly Field[], findings: Findings): void {
  const lists: readonly [string, readonly Mailbox[]][] = [
    ['From', message.from],
    ['Sender', message.sender === null ? [] : [message.sender]],
    ['To', message.to],
    ['Cc', message.cc],
    ['Bcc', message.bcc],
    ['Reply-To', message.replyTo],
  ];
  for (const [name, mailboxes] of lists) {
    if (mailboxes.some(({ address }) => !isAddress(address))) {
      findings.add('unreadable-address', name);
    }
    // Of these, only a group may name nobody (RFC 5322 §3.4); an author cannot be a group.
    const field = firstField(fields, name.toLowerCase());
    const needsOne = name === 'From' || name === 'Sender';
    if (needsOne && field !== undefined && field.octets !== '' && mailboxes.length === 0) {
      findings.add('unreadable-address', name);
    }
  }
}

/** Something on both sides of the last @, and no blank outside quotes. */
function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) return false;
  const local = address.slice(0, at);
  const isQuoted = local.length > 2 && local.startsWith('"') && local.endsWith('"');
  return !/[\s,;<>]/.test(address.slice(at)) && (isQuoted || !/[\s,;<>@"]/.test(local));
}

function checkPart(bytes: Buffer, part: Part, findings: Findings): void {
  const place = partPlace(part.path);
  const header = headerOf(bytes, part);
  if (header.brokenLineStart >= 0) findings.add('field-without-colon', place);
  checkOctetsOfHeader(bytes, part, header, findings);
  checkOnceOnly(header, part, findings);
  const type = fieldText(firstField(header.fields, 'content-type'));
  if (type !== '' && readableMediaType(parseParameterized(type).value) === null) {
    findings.add('unreadable-content-type', place);
  }
  checkTransferEncoding(bytes, part, findings);
  if (part.role === 'text' || part.role === 'html') checkCharset(bytes, part, findings);
}

function checkOnceOnly(header: HeaderBlock, part: Part, findings: Findings): void {
  const seen = new Set<string>();
  for (const { name, lowerName } of header.fields) {
    if (!onceOnly.has(lowerName)) continue;
    if (seen.has(lowerName)) {
      findings.add('duplicate-field', part.path === '' ? name : `${name} of part ${part.path}`);
    }
    seen.add(lowerName);
  }
}

function checkOctetsOfHeader(
  bytes: Buffer,
  part: Part,
  header: HeaderBlock,
  findings: Findings,
): void {
  if (isAscii(bytes.subarray(part.headerStart, part.bodyStart))) return;
  for (const field of header.fields) {
    if (isAsciiText(field.octets)) continue;
    const readable = isUtf8(Buffer.from(field.octets, 'latin1'));
    const place = part.path === '' ? field.name : `${field.name} of part ${part.path}`;
    findings.add(readable ? 'header-8bit' : 'header-8bit-unreadable', place);
    const named = field.lowerName === 'content-disposition' || field.lowerName === 'content-type';
    if (named && /name/i.test(field.octets)) findings.add('file-name-8bit', place);
  }
}

function checkTransferEncoding(bytes: Buffer, part: Part, findings: Findings): void {
  const place = partPlace(part.path);
  const encoding = transferEncodingOf(part.transferEncoding);
  if (encoding === null) findings.add('unknown-transfer-encoding', place);
  const isContainer = part.mediaType.startsWith('multipart/');
  if (isContainer || part.mediaType === 'message/rfc822') {
    if (encoding !== null && encoding !== 'identity') findings.add('encoded-container', place);
  }
  if (part.role === 'container') return;
  const encoded = asBuffer(encodedPart(bytes, part));
  if (encoding === 'base64') {
    if (isBrokenBase64(encoded)) findings.add('broken-base64', place);
  } else if (encoding === 'quoted-printable') {
    if (isBrokenQuotedPrintable(encoded)) findings.add('broken-quoted-printable', place);
  } else if (part.transferEncoding === '7bit' && !isAscii(encoded)) {
    findings.add('body-8bit-undeclared', place);
  }
}

/** Foreign octets, padding that is not at the end, or quantums that are not full. */
function isBrokenBase64(encoded: Buffer): boolean {
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < encoded.length; i++) {
    const kind = base64Kinds[encoded[i] ?? 0];
    if (kind === base64Digit) {
      if (padding > 0) return true;
      digits++;
    } else if (kind === base64Padding) padding++;
    else if (kind !== base64Blank) return true;
  }
  return (digits + padding) % 4 !== 0 || padding > 2;
}

const [base64Digit, base64Blank, base64Padding, base64Foreign] = [0, 1, 2, 3];

/** By octet; a look into a table takes half the time of comparing, and attachments are large. */
const base64Kinds = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === 0x0d || octet === 0x0a || octet === 0x20 || octet === 0x09) return base64Blank;
  if (octet === 0x3d) return base64Padding;
  return isBase64Octet(octet) ? base64Digit : base64Foreign;
});

function isBrokenQuotedPrintable(encoded: Buffer): boolean {
  const bytes = encoded.subarray(0, checkedBytesMax);
  if (!isAscii(bytes)) return true;
  for (let at = bytes.indexOf(0x3d); at >= 0; at = bytes.indexOf(0x3d, at + 1)) {
    // The piece looked at may end in the middle of an escape.
    if (at + 2 >= bytes.length) return false;
    if (hexOctet(bytes[at + 1], bytes[at + 2]) >= 0) continue;
    let next = at + 1;
    while (bytes[next] === 0x20 || bytes[next] === 0x09) next++;
    if (bytes[next] === 0x0d) next++;
    if (next < bytes.length && bytes[next] !== 0x0a) return true;
  }
  return false;
}

function checkCharset(bytes: Buffer, part: Part, findings: Findings): void {
  const label = charsetOf(part);
  const place = partPlace(part.path);
  if (label !== null && !isKnownCharset(label)) {
    findings.add('unknown-charset', place);
    return;
  }
  const whole = encodedPart(bytes, part);
  const encoded = whole.subarray(0, checkedBytesMax);
  if (transferEncodingOf(part.transferEncoding) === 'identity' && isAscii(encoded)) return;
  const octets = decodeTransfer(encoded, part.transferEncoding);
  if (isAscii(octets)) return;
  const isCut = encoded.length < whole.length;
  if (!fits(octets, label, isCut)) findings.add('charset-mismatch', place);
}

function fits(octets: Uint8Array, label: string | null, isCut: boolean): boolean {
  // No label means us-ascii (RFC 2045 §5.2), and these octets are not.
  if (label === null || isAsciiLabel(label)) return false;
  if (!isUtf8Label(label)) {
    const text = decodeCharset(octets, label);
    return !(isCut ? text.slice(0, -1) : text).includes('\ufffd');
  }
  // A piece may end in the middle of a character.
  const cuts = isCut ? [0, 1, 2, 3] : [0];
  return cuts.some((cut) => isUtf8(octets.subarray(0, octets.length - cut)));
}

function checkStructure(parts: readonly Part[], findings: Findings): void {
  const contentIds = new Set<string>();
  for (const part of parts) {
    if (part.contentId === null) continue;
    if (contentIds.has(part.contentId)) findings.add('duplicate-content-id', partPlace(part.path));
    contentIds.add(part.contentId);
  }
  const has = (role: Part['role']) => parts.some((part) => part.role === role);
  if (has('html') && !has('text')) findings.add('html-without-text');
}
