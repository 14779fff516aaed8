/** Pictures made small, and pictures that lie about their size. */
import photon from '@silvia-odwyer/photon-node';
import { describe, expect, test } from 'vitest';
import { pictures } from './fixtures/pictures.ts';
import { makeThumbnail } from './make-thumbnail.ts';
import { readOrientation } from './orientation.ts';
import { readPictureSize } from './picture-size.ts';
import { blankThumbnail } from './thumbnail.ts';

type Colour = readonly [red: number, green: number, blue: number];
const red: Colour = [255, 0, 0];
const green: Colour = [0, 255, 0];
const blue: Colour = [0, 0, 255];
const white: Colour = [255, 255, 255];

function decode(jpeg: Uint8Array | null) {
  if (jpeg === null) throw new Error('no picture');
  expect(readPictureSize(jpeg)).toEqual({ width: 180, height: 120 });
  const pixels = photon.PhotonImage.new_from_byteslice(jpeg).get_raw_pixels();
  return (x: number, y: number): Colour => {
    const at = (y * 180 + x) * 4;
    return [pixels[at] ?? -1, pixels[at + 1] ?? -1, pixels[at + 2] ?? -1];
  };
}

/** JPEG is not exact. */
function expectColour(found: Colour, wanted: Colour): void {
  const farthest = Math.max(...found.map((value, i) => Math.abs(value - (wanted[i] ?? 0))));
  expect(farthest, `${found} for ${wanted}`).toBeLessThan(24);
}

/** A picture whose pixels are given by their place. */
function paint(width: number, height: number, colour: (x: number, y: number) => Colour) {
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(colour(x, y), (y * width + x) * 4);
  }
  return new photon.PhotonImage(pixels, width, height);
}

describe('a small picture', () => {
  test.each(pictures)('$format stands in the middle, on white', ({ format, base64, ...size }) => {
    const octets = Buffer.from(base64, 'base64');
    expect(readPictureSize(octets)).toEqual(size);
    const at = decode(makeThumbnail(octets));
    const half: Colour = [255, 128, 128];
    expectColour(at(89, 59), format.includes('transparency') ? half : red);
    expectColour(at(50, 60), white);
    expectColour(at(0, 0), white);
  });
});

test('a wide one is cut at its sides, a high one above and below', () => {
  const wide = paint(900, 120, (x) => (x < 360 ? green : x < 540 ? red : blue)).get_bytes();
  const high = paint(180, 600, (_, y) => (y < 240 ? green : y < 360 ? red : blue)).get_bytes();
  for (const octets of [wide, high]) {
    const at = decode(makeThumbnail(octets));
    for (const [x, y] of [
      [90, 60],
      [6, 6],
      [174, 114],
    ] as const) {
      expectColour(at(x, y), red);
    }
  }
});

test('one that is wide and low is fitted in whole', () => {
  const strip = paint(720, 40, (x) => (x < 360 ? green : blue)).get_bytes();
  const at = decode(makeThumbnail(strip));
  expectColour(at(10, 60), green);
  expectColour(at(170, 60), blue);
  expectColour(at(10, 20), white);
  expectColour(at(170, 100), white);
});

describe('a photograph', () => {
  // Top left red, top right green, bottom left blue, bottom right white, when the right way up.
  const corners = [red, green, blue, white] as const;
  const places = [
    [15, 10],
    [165, 10],
    [15, 110],
    [165, 110],
  ] as const;
  /** Which corner lies where in the stored picture, by orientation. */
  const stored: Readonly<Record<number, readonly [number, number, number, number]>> = {
    1: [0, 1, 2, 3],
    2: [1, 0, 3, 2],
    3: [3, 2, 1, 0],
    4: [2, 3, 0, 1],
    5: [0, 2, 1, 3],
    6: [1, 3, 0, 2],
    7: [3, 1, 2, 0],
    8: [2, 0, 3, 1],
  };
  test.each(Object.keys(stored).map(Number))('with orientation %i is turned', (orientation) => {
    const [width, height] = orientation < 5 ? [360, 240] : [240, 360];
    const jpeg = paint(width, height, (x, y) => {
      const quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      return corners[stored[orientation]?.[quarter] ?? 0] ?? white;
    }).get_bytes_jpeg(95);
    const octets = withOrientation(jpeg, orientation);
    expect(readOrientation(octets)).toBe(orientation);
    const at = decode(makeThumbnail(octets));
    places.forEach(([x, y], i) => {
      expectColour(at(x, y), corners[i] ?? white);
    });
  });

  test('that says nothing, or nonsense, stays as it is', () => {
    const jpeg = paint(10, 10, () => red).get_bytes_jpeg(90);
    expect(readOrientation(jpeg)).toBe(1);
    expect(readOrientation(withOrientation(jpeg, 9))).toBe(1);
    expect(readOrientation(withOrientation(jpeg, 6).subarray(0, 30))).toBe(1);
    expect(readOrientation(new Uint8Array())).toBe(1);
  });
});

function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = Buffer.from(
    'MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0',
    'latin1',
  );
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([head, body, jpeg.subarray(2)]);
}

describe('a picture that says it is huge', () => {
  const big = (base64: string, change: (octets: Buffer) => void) => {
    const octets = Buffer.from(base64, 'base64');
    change(octets);
    return octets;
  };
  const of = (format: string) =>
    pictures.find((picture) => picture.format === format)?.base64 ?? '';
  const jpegFrame = (octets: Buffer) => octets.indexOf(Buffer.from([0xff, 0xc0]));
  test.each([
    [
      'PNG',
      big(of('PNG'), (octets) => {
        octets.writeUInt32BE(60_000, 16);
        octets.writeUInt32BE(60_000, 20);
      }),
    ],
    [
      'JPEG',
      big(of('JPEG'), (octets) => {
        octets.writeUInt16BE(60_000, jpegFrame(octets) + 5);
        octets.writeUInt16BE(60_000, jpegFrame(octets) + 7);
      }),
    ],
    [
      'GIF',
      big(of('GIF'), (octets) => {
        octets.writeUInt16LE(60_000, 6);
        octets.writeUInt16LE(60_000, 8);
      }),
    ],
    [
      'GIF, in its first frame only',
      big(of('GIF'), (octets) => {
        const frame = octets.indexOf(0x2c, 13);
        octets.writeUInt16LE(60_000, frame + 5);
        octets.writeUInt16LE(60_000, frame + 7);
      }),
    ],
    [
      'BMP',
      big(of('BMP'), (octets) => {
        octets.writeInt32LE(60_000, 18);
        octets.writeInt32LE(-60_000, 22);
      }),
    ],
    [
      'WebP',
      big(of('WebP with transparency'), (octets) => {
        octets.writeUIntLE(59_999, 24, 3);
        octets.writeUIntLE(59_999, 27, 3);
      }),
    ],
  ])('%s is not decoded', (_, octets) => {
    const size = readPictureSize(octets);
    expect((size?.width ?? 0) * (size?.height ?? 0)).toBeGreaterThan(3_000_000_000);
    expect(makeThumbnail(octets)).toBeNull();
  });
});

describe('what is no picture', () => {
  test.each([
    ['', ''],
    ['text', 'Hello'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['TIFF', 'II*\0'],
    ['a frame without a size', '\xff\xd8\xff\xd9'],
    ['a scan without a frame', '\xff\xd8\xff\xda\0\x02'],
    ['GIF without a frame', 'GIF89a\x01\0\x01\0\0\0\0;'],
    ['PNG without its header', '\x89PNG\r\n\x1a\n\0\0\0\0IEND'],
    ['a picture without pixels', 'GIF89a\0\0\0\0\0\0\0,\0\0\0\0\0\0\0\0\0'],
  ])('%s has no thumbnail', (_, text) => {
    expect(makeThumbnail(Buffer.from(text, 'latin1'))).toBeNull();
  });

  test('a picture that breaks off anywhere says its size or nothing, and never throws', () => {
    for (const { base64, ...whole } of pictures) {
      const octets = Buffer.from(base64, 'base64');
      for (let length = 0; length <= Math.min(octets.length, 300); length++) {
        const size = readPictureSize(octets.subarray(0, length));
        expect(size === null || (size.width === whole.width && size.height === whole.height)).toBe(
          true,
        );
      }
    }
  });

  test('the blank one is white', () => {
    const at = decode(blankThumbnail());
    for (const place of [0, 59, 119]) expect(at(place, place)).toEqual(white);
  });
});
