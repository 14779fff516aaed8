/** What the header of one part says about it: type, name, encoding, and its role to a reader. */
import { decodeEncodedWords } from './encoded-words.ts';
import { fieldText, firstField, type HeaderBlock } from './header.ts';
import { limits } from './limits.ts';
import { oneLine } from './one-line.ts';
import { type ParameterizedValue, parseParameterized, withoutComments } from './parameters.ts';
import type { Part } from './types.ts';

/** A part while its end is not yet known. */
export interface OpenPart extends Part {
  mediaType: string;
  role: Part['role'];
  bodyEnd: number;
  readonly children: OpenPart[];
}

export interface PartStart {
  readonly header: HeaderBlock;
  readonly start: number;
  readonly parent: OpenPart | null;
  readonly path: string;
}

interface Range {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** type/subtype, RFC 2045 §5.1. */
const mediaTypeForm = /^[^\s/;"(),]+\/[^\s/;"(),]+$/;

/** A part from its header; it ends at `end` until its delimiter is found. */
export function partOf({ header, start, parent, path }: PartStart, end: number): OpenPart {
  const { fields } = header;
  const type = parameterizedField(header, 'content-type');
  const disposition = parameterizedField(header, 'content-disposition');
  const mediaType = mediaTypeOf(type, parent);
  const contentId = fieldText(firstField(fields, 'content-id'));
  const encoding = fieldText(firstField(fields, 'content-transfer-encoding'));
  const part: OpenPart = {
    path,
    mediaType,
    parameters: recordOf(type?.parameters),
    disposition: dispositionOf(disposition),
    fileName: fileNameOf(disposition, type),
    contentId: contentId === '' ? null : bareIdentifier(contentId),
    transferEncoding: encoding === '' ? '7bit' : encodingName(encoding),
    headerStart: start,
    bodyStart: header.bodyStart,
    bodyEnd: end,
    children: [],
    role: 'attachment',
  };
  part.role = roleOf(part, parent);
  return part;
}

/** Octets that nobody looks into, from `start` to `end`. */
export function opaquePart({ path, start, end }: Range): OpenPart {
  return {
    path,
    mediaType: 'application/octet-stream',
    parameters: recordOf(undefined),
    disposition: 'attachment',
    fileName: null,
    contentId: null,
    transferEncoding: '7bit',
    headerStart: start,
    bodyStart: start,
    bodyEnd: end,
    children: [],
    role: 'attachment',
  };
}

function parameterizedField(header: HeaderBlock, name: string): ParameterizedValue | null {
  const text = fieldText(firstField(header.fields, name));
  return text === '' ? null : parseParameterized(text);
}

/**
 * RFC 2045 §5.2: without a readable type it is plain text, in a digest a message. A file whose type
 * cannot be read is not put into the body.
 */
function mediaTypeOf(type: ParameterizedValue | null, parent: OpenPart | null): string {
  const readable = type === null ? null : readableMediaType(type.value);
  if (readable !== null) return readable;
  if (type?.parameters.has('name')) return 'application/octet-stream';
  return parent?.mediaType === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
}

/** `null` when the value is no media type at all. */
export function readableMediaType(value: string): string | null {
  const bare = value.includes('/') ? value.replace(/\s+/g, '') : value;
  return mediaTypeForm.test(bare) ? bare : null;
}

/** RFC 2183 §2.8: what is not known is treated as an attachment. */
function dispositionOf(disposition: ParameterizedValue | null): Part['disposition'] {
  if (disposition === null || disposition.value === '') return null;
  return disposition.value === 'inline' ? 'inline' : 'attachment';
}

function fileNameOf(
  disposition: ParameterizedValue | null,
  type: ParameterizedValue | null,
): string | null {
  const name = disposition?.parameters.get('filename') || type?.parameters.get('name') || '';
  return name === '' ? null : oneLine(name);
}

function roleOf(part: Part, parent: Part | null): Part['role'] {
  if (part.disposition !== 'attachment') {
    if (part.mediaType === 'text/plain') return 'text';
    if (part.mediaType === 'text/html') return 'html';
    if (part.mediaType.startsWith('multipart/')) return 'text';
    const related = parent?.mediaType === 'multipart/related';
    if (part.contentId !== null && (related || part.disposition === 'inline')) return 'inline';
  }
  return 'attachment';
}

/** `''` when there is none that could be looked for. */
export function boundaryOf(part: Part): string {
  const boundary = (part.parameters.boundary ?? '').trim();
  // As octets, since that is how the lines are compared.
  const octets = Buffer.from(boundary, 'utf8').toString('latin1');
  return octets.length > limits.boundaryBytesMax ? '' : octets;
}

/** A name such as `__proto__` is an ordinary key here. */
function recordOf(parameters: ReadonlyMap<string, string> | undefined): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of parameters ?? []) record[name] = value;
  return record;
}

/** `<id>` → `id`; without angle brackets what is there. */
export function bareIdentifier(text: string): string {
  const open = text.indexOf('<');
  const close = open < 0 ? -1 : text.indexOf('>', open);
  const bare = close < 0 ? text.replace(/^</, '') : text.slice(open + 1, close);
  return oneLine(decodeEncodedWords(bare)).trim();
}

/** Lower case, without comments, quotes and what follows. */
function encodingName(text: string): string {
  const [word = ''] = withoutComments(text)
    .trim()
    .split(/[\s;,]/, 1);
  return word.replaceAll('"', '').toLowerCase() || '7bit';
}
