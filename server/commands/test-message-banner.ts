/**
 * The picture in the test message: an envelope on a petrol ground, drawn pixel by pixel, so that
 * the package carries no image for it. PNG as ISO/IEC 15948 has it: signature, IHDR, IDAT, IEND.
 */
import { crc32, deflateSync } from 'node:zlib';

const width = 560;
const height = 150;

type Colour = readonly [red: number, green: number, blue: number];
const petrol: Colour = [11, 95, 112];
const deep: Colour = [9, 58, 74];
const paper: Colour = [246, 250, 250];
const fold: Colour = [187, 214, 219];

export function bannerPng(): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y++) {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = colourAt(x, y);
      row[1 + x * 3] = red;
      row[2 + x * 3] = green;
      row[3 + x * 3] = blue;
    }
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, red-green-blue, deflate, no filter, not interlaced.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, checksum]);
}

const halfWidth = 66;
const halfHeight = 44;

/** Four samples a pixel where edges are slanted, so that they are smooth; one on the ground. */
function colourAt(x: number, y: number): Colour {
  const outside =
    Math.abs(x - width / 2) > halfWidth + 1 || Math.abs(y - height / 2) > halfHeight + 1;
  if (outside) return ground(x, y);
  const [a, b] = [sample(x + 0.25, y + 0.25), sample(x + 0.75, y + 0.25)];
  const [c, d] = [sample(x + 0.25, y + 0.75), sample(x + 0.75, y + 0.75)];
  const mean = (channel: 0 | 1 | 2) => (a[channel] + b[channel] + c[channel] + d[channel]) / 4;
  return [mean(0), mean(1), mean(2)];
}

function sample(x: number, y: number): Colour {
  // Coordinates from the middle of the envelope, in half its width and height.
  const u = (x - width / 2) / halfWidth;
  const v = (y - height / 2) / halfHeight;
  if (Math.abs(u) > 1 || Math.abs(v) > 1) return ground(x, y);
  // The flap: two lines from the upper corners to just below the middle.
  const flap = 1.15 * (1 - Math.abs(u)) - 1;
  if (Math.abs(v - flap) < 0.06) return petrol;
  return v < flap ? fold : paper;
}

/** Wide rings that spread from the envelope over a slanted gradient. */
function ground(x: number, y: number): Colour {
  const distance = Math.hypot(x - width / 2, y - height / 2);
  const ring = Math.floor(distance / 46) % 2 === 0 ? 0.1 : 0;
  const slant = Math.min(1, (x / width) * 0.6 + (y / height) * 0.3 + ring);
  const mix = (channel: 0 | 1 | 2) => petrol[channel] + (deep[channel] - petrol[channel]) * slant;
  return [mix(0), mix(1), mix(2)];
}
