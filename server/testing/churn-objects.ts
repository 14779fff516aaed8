/** A program that keeps some objects alive for a while, as V8 grows its heap for, and says how far. */
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { limitHeap } from '../limit-heap.ts';

if (process.argv[2] === 'limited') limitHeap();
const kept: unknown[][] = [];
let mostBytes = 0;
const endAtMs = performance.now() + 4_000;
while (performance.now() < endAtMs) {
  kept.push(Array.from({ length: 10_000 }, (_, number) => ({ number, text: `object ${number}` })));
  if (kept.length > 5) kept.shift();
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  mostBytes = Math.max(mostBytes, young?.space_size ?? 0);
  await turn();
}
process.stdout.write(`${mostBytes / 1024 ** 2}\n`);
