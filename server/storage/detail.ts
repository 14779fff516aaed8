/** One message as the page shows it, and its parts, read anew from the octets. */
import type { StoredMessage } from '../../db/types.ts';
import { bodyText, charsetOf, decodePart, findByContentId, findPart } from '../message/bodies.ts';
import { findCodesAndLinks } from '../message/codes-and-links.ts';
import { findProblems } from '../message/problems.ts';
import { readMessage } from '../message/read-message.ts';
import type { HeaderField, Part } from '../message/types.ts';
import type { DecodedPart, MessageDetail, PartSummary } from './types.ts';

const textBytesMax = 1024 * 1024;
/** Of the values of all header fields together. */
const headerCharactersMax = 1024 * 1024;
const contentIdPrefix = 'cid:';

export function messageDetail(message: StoredMessage, raw: Uint8Array): MessageDetail {
  const read = readMessage(raw);
  const bodies = bodyText(raw, read, { maxBytes: textBytesMax });
  return {
    ...message,
    headerFields: boundedFields(read.headerFields),
    ...bodies,
    root: summarizePart(read.root),
    problems: findProblems(raw, read, message.wire),
    ...findCodesAndLinks({ subject: read.subject, text: bodies.text, html: bodies.html }),
  };
}

/** All fields by name and in order; of their values as much as has room, the rest is in the octets. */
function boundedFields(fields: readonly HeaderField[]): readonly HeaderField[] {
  let left = headerCharactersMax;
  const cut = (value: string): string => {
    const shown = value.length <= left ? value : `${value.slice(0, left)}…`;
    left -= Math.min(left, value.length);
    return shown;
  };
  return fields.map(({ name, value, rawValue }) => ({
    name,
    value: cut(value),
    rawValue: cut(rawValue),
  }));
}

/** `path` as in `PartSummary`, or `cid:<content-id>`. */
export function decodedPart(raw: Uint8Array, path: string): DecodedPart | null {
  const read = readMessage(raw);
  const part = path.startsWith(contentIdPrefix)
    ? findByContentId(read, path.slice(contentIdPrefix.length))
    : findPart(read, path);
  if (part === null) return null;
  return {
    mediaType: part.mediaType,
    charset: charsetOf(part),
    fileName: part.fileName,
    octets: decodePart(raw, part),
  };
}

function summarizePart(part: Part): PartSummary {
  return {
    path: part.path,
    mediaType: part.mediaType,
    charset: charsetOf(part),
    disposition: part.disposition,
    fileName: part.fileName,
    contentId: part.contentId,
    transferEncoding: part.transferEncoding,
    encodedBytes: part.bodyEnd - part.bodyStart,
    role: part.role,
    children: part.children.map(summarizePart),
  };
}
