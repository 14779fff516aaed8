/** The thread that writes: the program of a Worker, see `open-storage.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting } from '../../db/open.ts';
import { sqliteCode, toStoreError } from '../../db/store-error.ts';
import {
  type PackedBatch,
  type PackedOutcomes,
  packOutcomes,
  unpackBatch,
} from './packed-batch.ts';
import { serve } from './thread-channel.ts';
import type { StorageOptions } from './types.ts';
import { Writer, type WriterNotice } from './writer.ts';

export type WriterOptions = Pick<StorageOptions, 'location' | 'durability' | 'retention'> & {
  readonly timed: boolean;
};

/** A writer that takes a batch in the form in which it crosses threads. */
export class ThreadWriter extends Writer {
  appendPacked(batch: PackedBatch): PackedOutcomes {
    return packOutcomes(this.append(unpackBatch(batch)));
  }
}

if (parentPort !== null) {
  serve<ThreadWriter, WriterNotice>(parentPort, (notify) => {
    const options: WriterOptions = workerData;
    const open = openForWriting(options);
    try {
      const writer = new ThreadWriter(open, options, notify);
      return { service: writer, close: () => writer.close() };
    } catch (error) {
      open.close();
      // Damage that the look at the file did not meet shows at the first reading.
      throw sqliteCode(error) === '' ? error : toStoreError(error, options.location);
    }
  });
}
