/** A writer thread that can be told to die, for the tests of what happens then. */
import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting } from '../../db/open.ts';
import { serve } from '../storage/thread-channel.ts';
import { Writer, type WriterNotice } from '../storage/writer.ts';

export class MortalWriter extends Writer {
  die(): void {
    process.exit(7);
  }

  refuse(text: string): never {
    throw new Error(text);
  }
}

if (parentPort !== null) {
  serve<MortalWriter, WriterNotice>(parentPort, (notify) => {
    const open = openForWriting({ location: String(workerData), durability: 'normal' });
    const retention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
    const writer = new MortalWriter(open, { retention, timed: true }, notify);
    return { service: writer, close: () => writer.close() };
  });
}
