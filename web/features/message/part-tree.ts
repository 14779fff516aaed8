import type { PartShape } from '../../../server/http/shapes.ts';

export interface PartRow {
  readonly part: PartShape;
  readonly depth: number;
}

/** Depth first, as the parts stand in the message. */
export function flattenParts(root: PartShape): readonly PartRow[] {
  const rows: PartRow[] = [];
  const walk = (part: PartShape, depth: number) => {
    rows.push({ part, depth });
    for (const child of part.children) walk(child, depth + 1);
  };
  walk(root, 0);
  return rows;
}

export function attachmentsOf(root: PartShape): readonly PartShape[] {
  return flattenParts(root)
    .map((row) => row.part)
    .filter((part) => part.role === 'attachment');
}

/** The path to ask for: IMAP calls the body of a message without parts `1` (RFC 9051 §6.4.5). */
export function bodyPath({ path }: Pick<PartShape, 'path'>): string {
  return path === '' ? '1' : path;
}

/** Nothing in these runs, links or loads anything; SVG is not among them. */
const inertImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

export function isInertImage({ mediaType }: Pick<PartShape, 'mediaType'>): boolean {
  return inertImages.has(mediaType);
}

/** What is left of base64 after decoding, roughly; other encodings keep their size. */
export function decodedBytes({ encodedBytes, transferEncoding }: PartShape): number {
  // RFC 2045 §6.8: lines of 76 characters and a line end carry 57 octets.
  return transferEncoding === 'base64' ? Math.floor((encodedBytes * 57) / 78) : encodedBytes;
}
