/**
 * A program for the crash test: stores numbered messages in the given file, many at once, and
 * prints the number and id of each as soon as it is acknowledged. It never ends by itself.
 */
import { writeSync } from 'node:fs';
import type { NewMessage } from '../../db/types.ts';
import { createEventBus } from '../events.ts';
import { openStorage } from '../storage/open-storage.ts';
import { newMessage } from './new-message.ts';

const concurrency = 16;

/** Always the same octets for the same number, of every kind and of many sizes. */
export function numberedMessage(number: number): NewMessage {
  const octets = Uint8Array.from({ length: (number * 977) % 20_000 }, (_, index) => {
    return (index * 31 + number) % 256;
  });
  const header = `Subject: number ${number}\r\nFrom: <a@example.test>\r\n\r\n`;
  return newMessage({ raw: Buffer.concat([Buffer.from(header), octets]) });
}

async function run(location: string, threads: boolean): Promise<void> {
  const retention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
  const options = { location, retention, durability: 'normal', threads } as const;
  const storage = await openStorage(options, createEventBus());
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (;;) {
        const number = next++;
        const outcome = await storage.append(numberedMessage(number));
        if (outcome.kind === 'stored') writeSync(1, `${number} ${outcome.id}\n`);
      }
    }),
  );
}

const [, program, location, mode] = process.argv;
if (program === import.meta.filename && location !== undefined) {
  await run(location, mode === 'threads');
}
