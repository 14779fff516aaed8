/**
 * Chance that can be repeated: a number from 0 to below 1 that depends on the seed and the place in
 * the order of things, and on nothing else. Each place has its own number, so that what one
 * connection does takes nothing from the next. Mixing as in MurmurHash3.
 */
export function draw(seed: number, place: readonly number[]): number {
  let hash = seed >>> 0;
  for (const number of place) {
    let mixed = Math.imul(number | 0, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash ^= mixed;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
