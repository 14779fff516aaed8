/**
 * The size that a picture says it has, read from its first octets: a decoder would take its word
 * and reserve the memory. Formats: PNG, JPEG, GIF, BMP and WebP, those that mail programs show.
 */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** `null` for what is none of these, or says nothing. */
export function readPictureSize(octets: Uint8Array): PictureSize | null {
  const view = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  try {
    const size = reader(view)?.(view) ?? null;
    return size !== null && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    // It ends before it has said.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Reader = (octets: Buffer) => PictureSize | null;

function reader(octets: Buffer): Reader | null {
  const start = octets.toString('latin1', 0, 12);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return pngSize;
  if (start.startsWith('\xff\xd8\xff')) return jpegSize;
  if (/^GIF8[79]a/.test(start)) return gifSize;
  if (start.startsWith('BM')) return bmpSize;
  return /^RIFF....WEBP/s.test(start) ? webpSize : null;
}

/** Its first chunk is IHDR. */
function pngSize(octets: Buffer): PictureSize | null {
  if (octets.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { width: octets.readUInt32BE(16), height: octets.readUInt32BE(20) };
}

/** In the frame header (SOF), behind segments of any length. */
function jpegSize(octets: Buffer): PictureSize | null {
  for (let at = 2; ; ) {
    if (octets.readUInt8(at) !== 0xff) return null;
    const marker = octets.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // Start of scan: there was no frame header.
    if (marker === 0xda || marker === 0xd9) return null;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: octets.readUInt16BE(at + 5), width: octets.readUInt16BE(at + 7) };
    at += 2 + (isBare(marker) ? 0 : octets.readUInt16BE(at + 2));
  }
}

function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** The screen, or the first frame where that reaches beyond it. */
function gifSize(octets: Buffer): PictureSize | null {
  const screen = { width: octets.readUInt16LE(6), height: octets.readUInt16LE(8) };
  const flags = octets.readUInt8(10);
  let at = 13 + colourTableBytes(flags);
  while (octets.readUInt8(at) === 0x21) at = blocksEnd(octets, at + 2);
  if (octets.readUInt8(at) !== 0x2c) return null;
  return {
    width: Math.max(screen.width, octets.readUInt16LE(at + 1) + octets.readUInt16LE(at + 5)),
    height: Math.max(screen.height, octets.readUInt16LE(at + 3) + octets.readUInt16LE(at + 7)),
  };
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

function blocksEnd(octets: Buffer, start: number): number {
  let at = start;
  for (let length = octets.readUInt8(at); length > 0; length = octets.readUInt8(at))
    at += length + 1;
  return at + 1;
}

/** A negative height means that rows come from the top. */
function bmpSize(octets: Buffer): PictureSize | null {
  const headerBytes = octets.readUInt32LE(14);
  if (headerBytes === 12) {
    return { width: octets.readUInt16LE(18), height: octets.readUInt16LE(20) };
  }
  return { width: octets.readInt32LE(18), height: Math.abs(octets.readInt32LE(22)) };
}

/** RFC 9649 §2.4–2.7. */
function webpSize(octets: Buffer): PictureSize | null {
  switch (octets.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: octets.readUIntLE(24, 3) + 1, height: octets.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = octets.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: octets.readUInt16LE(26) & 0x3fff, height: octets.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
}
