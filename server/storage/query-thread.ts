/** The thread that answers lists and searches: the program of a Worker, see `open-storage.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { openForReading } from '../../db/open.ts';
import { Query } from './query.ts';
import { serve } from './thread-channel.ts';

export interface QueryOptions {
  readonly location: string;
}

if (parentPort !== null) {
  serve<Query, never>(parentPort, () => {
    const { location }: QueryOptions = workerData;
    const query = new Query(() => openForReading(location));
    return { service: query, close: () => query.close(), buffersOf };
  });
}

/** The octets in `raw`, `part` and `exportPage`; memory shared with other values stays here. */
function buffersOf(result: unknown): readonly ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Array.isArray(result) ? result : [result]) {
    for (const octets of [value, value?.octets, value?.raw]) {
      if (!(octets instanceof Uint8Array) || !(octets.buffer instanceof ArrayBuffer)) continue;
      if (octets.byteLength === octets.buffer.byteLength) buffers.add(octets.buffer);
    }
  }
  return [...buffers];
}
