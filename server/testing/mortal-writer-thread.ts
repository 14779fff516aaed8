/** A writer thread that can be told to die, for the tests of what happens then. */
import { parentPort, workerData } from 'node:worker_threads';
import { type OpenDatabase, openForWriting } from '../../db/open.ts';
import { serve } from '../storage/thread-channel.ts';
import { Writer, type WriterNotice, type WriterRules } from '../storage/writer.ts';

type Notify = ConstructorParameters<typeof Writer>[2];

export class MortalWriter extends Writer {
  readonly #notify: Notify;

  constructor(open: OpenDatabase, rules: WriterRules, notify: Notify) {
    super(open, rules, notify);
    this.#notify = notify;
  }

  tell(message: string): void {
    this.#notify({ kind: 'error', message });
  }

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
