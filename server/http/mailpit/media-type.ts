/** What octets are by how they begin, for attachments that come without a type. */
const signatures: readonly (readonly [mediaType: string, start: string])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a'],
  ['image/bmp', 'BM'],
  ['application/pdf', '%PDF-'],
  ['application/zip', 'PK\x03\x04'],
  ['application/x-gzip', '\x1f\x8b\x08'],
  ['audio/mpeg', 'ID3'],
];

const sniffedBytes = 512;

export function detectMediaType(octets: Uint8Array): string {
  const start = Buffer.from(octets.subarray(0, sniffedBytes)).toString('latin1');
  const known = signatures.find(([, signature]) => start.startsWith(signature));
  if (known !== undefined) return known[0];
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'image/webp';
  if (/^\s*<(?:!doctype html|html|head|body)\b/i.test(start)) return 'text/html; charset=utf-8';
  if (/^\s*<\?xml/.test(start)) return 'text/xml; charset=utf-8';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no text has
  const isBinary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(start);
  return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
