/**
 * Which way up a photograph is: the Exif tag 0x0112 of a JPEG, from 1 (as it is) to 8. Cameras
 * write it instead of turning the picture.
 */
export function readOrientation(octets: Uint8Array): number {
  const view = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  try {
    const tiff = exifStart(view);
    return tiff === null ? 1 : orientationTag(view.subarray(tiff));
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/** Where the TIFF structure starts in the APP1 segment. */
function exifStart(octets: Buffer): number | null {
  if (octets.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; octets.readUInt8(at) === 0xff; at += 2 + octets.readUInt16BE(at + 2)) {
    const marker = octets.readUInt8(at + 1);
    if (marker === 0xe1 && octets.toString('latin1', at + 4, at + 10) === 'Exif\0\0')
      return at + 10;
    if (marker < 0xe0 || marker > 0xef) return null;
  }
  return null;
}

function orientationTag(tiff: Buffer): number {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = long(4);
  const count = short(directory);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12;
    if (short(at) !== 0x0112) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The pixel of the stored picture that is at (x, y) when it is the right way up. */
export function storedPixel(
  orientation: number,
  { x, y, width, height }: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>,
): { readonly x: number; readonly y: number } {
  const [right, bottom] = [width - 1 - x, height - 1 - y];
  switch (orientation) {
    case 2:
      return { x: right, y };
    case 3:
      return { x: right, y: bottom };
    case 4:
      return { x, y: bottom };
    case 5:
      return { x: y, y: x };
    case 6:
      return { x: y, y: right };
    case 7:
      return { x: bottom, y: right };
    case 8:
      return { x: bottom, y: x };
    default:
      return { x, y };
  }
}
