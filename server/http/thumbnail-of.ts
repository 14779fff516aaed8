import type { DecodedPart } from '../storage/types.ts';
import { TaskError, type Tasks } from '../tasks/types.ts';
import { blankThumbnail, pictureBytesMax } from '../thumbnails/thumbnail.ts';

/** A white one for what is no picture, too large, or broken: whoever asks wants to show something. */
export async function thumbnailOf(part: DecodedPart, tasks: Tasks): Promise<Uint8Array> {
  const isPicture = part.mediaType.startsWith('image/');
  if (!isPicture || part.octets.byteLength > pictureBytesMax) return blankThumbnail();
  try {
    return (await tasks.run('makeThumbnail', part.octets)) ?? blankThumbnail();
  } catch (error) {
    const isBroken = error instanceof TaskError && /^(?:failed|tooLong)$/.test(error.code);
    if (isBroken) return blankThumbnail();
    throw error;
  }
}
