/**
 * A picture made small: 180×120 pixels, JPEG. What is larger is scaled until it covers them and
 * then cut at its edges; what is smaller in one direction is fitted in, on white. Decoding is done
 * by the `image` library of Rust in WebAssembly, which no picture can break out of.
 */
import photon from '@silvia-odwyer/photon-node';
import { readOrientation, storedPixel } from './orientation.ts';
import { readPictureSize } from './picture-size.ts';
import { pixelsMax, thumbnailHeight, thumbnailWidth } from './thumbnail.ts';

const quality = 70;
const isTurned = (orientation: number) => orientation >= 5;

/** `null` for what is no picture, or says that it is too large. Throws where it cannot be decoded. */
export function makeThumbnail(octets: Uint8Array): Uint8Array | null {
  const size = readPictureSize(octets);
  if (size === null || size.width * size.height > pixelsMax) return null;
  const picture = photon.PhotonImage.new_from_byteslice(octets);
  try {
    return shrink(picture, readOrientation(octets));
  } finally {
    picture.free();
  }
}

function shrink(picture: photon.PhotonImage, orientation: number): Uint8Array {
  const [stored, across] = [picture.get_width(), picture.get_height()];
  const [width, height] = isTurned(orientation) ? [across, stored] : [stored, across];
  const covers = width >= thumbnailWidth && height >= thumbnailHeight;
  const ratios = [thumbnailWidth / width, thumbnailHeight / height] as const;
  const scale = covers ? Math.max(...ratios) : Math.min(1, ...ratios);
  const target = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const [scaledWidth, scaledHeight] = isTurned(orientation)
    ? [target.height, target.width]
    : [target.width, target.height];
  const scaled = photon.resize(picture, scaledWidth, scaledHeight, photon.SamplingFilter.Lanczos3);
  try {
    const pixels = onWhite(scaled.get_raw_pixels(), scaledWidth, target, orientation);
    const thumbnail = new photon.PhotonImage(pixels, thumbnailWidth, thumbnailHeight);
    try {
      return thumbnail.get_bytes_jpeg(quality);
    } finally {
      thumbnail.free();
    }
  } finally {
    scaled.free();
  }
}

/** In the middle, the right way up, with what shines through in white. RGBA in and out. */
function onWhite(
  rgba: Uint8Array,
  rowPixels: number,
  size: { readonly width: number; readonly height: number },
  orientation: number,
): Uint8Array {
  const out = new Uint8Array(thumbnailWidth * thumbnailHeight * 4).fill(0xff);
  const left = Math.round((thumbnailWidth - size.width) / 2);
  const top = Math.round((thumbnailHeight - size.height) / 2);
  for (let y = Math.max(0, top); y < Math.min(thumbnailHeight, top + size.height); y++) {
    for (let x = Math.max(0, left); x < Math.min(thumbnailWidth, left + size.width); x++) {
      const from = storedPixel(orientation, { x: x - left, y: y - top, ...size });
      const source = (from.y * rowPixels + from.x) * 4;
      const target = (y * thumbnailWidth + x) * 4;
      const alpha = (rgba[source + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel++) {
        out[target + channel] = Math.round(
          (rgba[source + channel] ?? 0) * alpha + 255 * (1 - alpha),
        );
      }
    }
  }
  return out;
}
