/**
 * What is inside the parts: octets, text, the bodies a reader sees. Everything is decoded when it
 * is asked for and only as far as it is asked for.
 */
import { asBuffer, decodeCharset } from './charsets.ts';
import { unflow } from './format-flowed.ts';
import { decodeTransfer, transferEncodingOf } from './transfer-encodings.ts';
import type { Part, ReadMessage } from './types.ts';

export interface BodyText {
  /** `null` when there is no such part. Line ends are LF. */
  readonly text: string | null;
  readonly html: string | null;
  readonly textTruncated: boolean;
  readonly htmlTruncated: boolean;
}

/** The part as transferred: its offsets into `raw`, nothing decoded and nothing copied. */
export function encodedPart(raw: Uint8Array, part: Part): Uint8Array {
  return raw.subarray(part.bodyStart, part.bodyEnd);
}

/** Exact octets after transfer decoding. */
export function decodePart(raw: Uint8Array, part: Part): Uint8Array {
  const encoded = encodedPart(raw, part);
  // A container's encoding says nothing about how its parts are written (RFC 2045 §6.4).
  return part.role === 'container' ? encoded : decodeTransfer(encoded, part.transferEncoding);
}

export function charsetOf(part: Part): string | null {
  return part.parameters.charset ?? null;
}

/** The part as text, by its charset; line ends as sent. */
export function partText(raw: Uint8Array, part: Part): string {
  return decodeCharset(decodePart(raw, part), charsetOf(part));
}

/** All parts, parents before children, in order. */
export function allParts(message: ReadMessage): Part[] {
  const parts: Part[] = [];
  const waiting: Part[] = [message.root];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    parts.push(part);
    for (let i = part.children.length - 1; i >= 0; i--) {
      const child = part.children[i];
      if (child !== undefined) waiting.push(child);
    }
  }
  return parts;
}

/** Attachments in order, without the images that the HTML shows inside itself. */
export function attachments(message: ReadMessage): Part[] {
  return allParts(message).filter((part) => part.role === 'attachment');
}

/** Parts that the HTML refers to by Content-ID. */
export function inlineParts(message: ReadMessage): Part[] {
  return allParts(message).filter((part) => part.role === 'inline');
}

/** Whether a part is meant to be shown inside the text, or says so of itself. */
export function hasInline(message: ReadMessage): boolean {
  return allParts(message).some(
    (part) =>
      part.role === 'inline' || (part.disposition === 'inline' && part.role !== 'container'),
  );
}

/** `''` is the message itself; `1` is the body where there is but one, as in IMAP. */
export function findPart(message: ReadMessage, path: string): Part | null {
  const found = allParts(message).find((part) => part.path === path);
  if (found !== undefined) return found;
  return path === '1' && message.root.children.length === 0 ? message.root : null;
}

/** With or without angle brackets, as it stands or as a `cid:` URL has it. */
export function findByContentId(message: ReadMessage, contentId: string): Part | null {
  const wanted = new Set([withoutBrackets(contentId), withoutBrackets(percentDecoded(contentId))]);
  const parts = allParts(message);
  return parts.find((part) => part.contentId !== null && wanted.has(part.contentId)) ?? null;
}

interface BodyOptions {
  readonly maxBytes: number;
  /** Lines may end in CRLF, for who only wants the words; to change them all costs as much as to decode. */
  readonly asSent?: boolean;
}

/**
 * All text/plain and all text/html leaves that are not attachments, in order. Each kind stops at
 * `maxBytes` decoded octets.
 */
export function bodyText(raw: Uint8Array, message: ReadMessage, options: BodyOptions): BodyText {
  const parts = allParts(message);
  const text = joinParts(
    raw,
    parts.filter((part) => part.role === 'text'),
    options,
  );
  const html = joinParts(
    raw,
    parts.filter((part) => part.role === 'html'),
    options,
  );
  return {
    text: text.joined,
    html: html.joined,
    textTruncated: text.truncated,
    htmlTruncated: html.truncated,
  };
}

/** The same, of one kind and as long as it is; `null` when there is no such part. */
export function wholeText(
  raw: Uint8Array,
  message: ReadMessage,
  kind: 'text' | 'html',
): string | null {
  const parts = allParts(message).filter((part) => part.role === kind);
  return joinParts(raw, parts, { maxBytes: Number.POSITIVE_INFINITY }).joined;
}

interface Joined {
  readonly joined: string | null;
  readonly truncated: boolean;
}

function joinParts(
  raw: Uint8Array,
  parts: readonly Part[],
  { maxBytes, asSent = false }: BodyOptions,
): Joined {
  if (parts.length === 0) return { joined: null, truncated: false };
  const texts: string[] = [];
  let left = maxBytes;
  let truncated = false;
  for (const part of parts) {
    if (left <= 0) {
      truncated ||= part.bodyEnd > part.bodyStart;
      break;
    }
    const decoded = decodeBounded(raw, part, left);
    left -= decoded.octets.length;
    truncated ||= decoded.truncated;
    texts.push(readable(part, decoded, asSent));
  }
  const joined = texts.filter((text, i) => text !== '' || i === 0).join('\n');
  return { joined, truncated };
}

interface BoundedOctets {
  readonly octets: Uint8Array;
  readonly truncated: boolean;
}

/** At most `maxBytes` decoded octets, without decoding much more than that. */
function decodeBounded(raw: Uint8Array, part: Part, maxBytes: number): BoundedOctets {
  const encoded = encodedPart(raw, part);
  const growth = transferEncodingOf(part.transferEncoding) === 'identity' ? 1 : 3;
  const encodedMax = maxBytes * growth + 1024;
  const source = encoded.length > encodedMax ? encoded.subarray(0, encodedMax) : encoded;
  const octets = decodeTransfer(source, part.transferEncoding);
  const truncated = octets.length > maxBytes || source.length < encoded.length;
  return { octets: octets.length > maxBytes ? octets.subarray(0, maxBytes) : octets, truncated };
}

function readable(part: Part, { octets, truncated }: BoundedOctets, asSent: boolean): string {
  const decoded = decodeCharset(truncated ? wholeCharacters(octets) : octets, charsetOf(part));
  const isFlowed =
    part.mediaType === 'text/plain' && part.parameters.format?.toLowerCase() === 'flowed';
  if (asSent && !isFlowed) return decoded;
  const text = decoded.includes('\r') ? decoded.replaceAll('\r\n', '\n') : decoded;
  if (!isFlowed) return text;
  return unflow(text, part.parameters.delsp?.toLowerCase() === 'yes');
}

/** Without a UTF-8 character that the cut has gone through. */
function wholeCharacters(octets: Uint8Array): Uint8Array {
  const bytes = asBuffer(octets);
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const octet = bytes[bytes.length - back] ?? 0;
    if (octet < 0x80) return bytes;
    if (octet < 0xc0) continue;
    const wanted = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
    return wanted > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function withoutBrackets(contentId: string): string {
  return contentId.replace(/^cid:/i, '').trim().replace(/^<|>$/g, '');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not every Content-ID is a well-formed URL; then it stands for itself.
    return text;
  }
}
