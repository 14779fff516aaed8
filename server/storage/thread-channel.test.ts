/** Threads that answer, refuse, die and come back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MortalWriter } from '../testing/mortal-writer-thread.ts';
import { newMessage } from '../testing/new-message.ts';
import { toAppendItems } from './packed-batch.ts';
import { restartOnce } from './restart-once.ts';
import { type Channel, startThread } from './thread-channel.ts';
import type { WriterNotice } from './writer.ts';

let folder: string;
let location: string;
let errors: Error[];
let notices: WriterNotice[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-threads-'));
  location = join(folder, 'mail.db');
  errors = [];
  notices = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(onEnd: (error: Error) => void): Promise<Channel<MortalWriter>> {
  const program = join(import.meta.dirname, '..', 'testing', 'mortal-writer-thread.ts');
  return startThread<MortalWriter, WriterNotice>({
    entry: {
      file: new URL('./thread-from-source.mjs', import.meta.url),
      argv: [pathToFileURL(program).href],
    },
    name: 'writer',
    workerData: location,
    onNotice: (notice) => notices.push(notice),
    onEnd,
  });
}

const store = (channel: Channel<MortalWriter>) =>
  channel.call('append', toAppendItems([{ message: newMessage(), arrivedAtMs: 0 }]));

test('a thread that cannot start says why', async () => {
  writeFileSync(location, 'not a database');
  const started = start((error) => errors.push(error));
  await expect(started).rejects.toMatchObject({ name: 'StoreError', code: 'notADatabase' });
  expect(errors).toEqual([]);
});

test('results, refusals and notices come back; what closed answers no more', async () => {
  const channel = await start((error) => errors.push(error));
  expect(await store(channel)).toMatchObject([{ kind: 'stored', seq: 1 }]);
  await expect(channel.call('refuse', 'because')).rejects.toThrow('because');
  await channel.call('tell', 'by the way');
  expect(notices).toEqual([{ kind: 'error', message: 'by the way' }]);
  const last = store(channel);
  await channel.close();
  expect(await last).toMatchObject([{ kind: 'stored', seq: 2 }]);
  await expect(store(channel)).rejects.toMatchObject({ code: 'closed' });
  expect(errors).toEqual([]);
});

test('a thread that dies rejects what is in flight, and is started once more', async () => {
  const channel = await restartOnce(start, (error) => errors.push(error));
  expect(await store(channel)).toMatchObject([{ kind: 'stored', seq: 1 }]);
  const dying = channel.call('die', undefined);
  const behind = store(channel);
  await expect(dying).rejects.toMatchObject({ code: 'failed' });
  await expect(behind).rejects.toThrow('ended unexpectedly');
  expect(errors).toHaveLength(1);
  // The new thread has the lock, the file and all that was committed.
  expect(await store(channel)).toMatchObject([{ kind: 'stored', seq: 2 }]);
  await expect(channel.call('die', undefined)).rejects.toThrow('ended unexpectedly');
  await expect(store(channel)).rejects.toThrow('ended unexpectedly');
  expect(errors).toHaveLength(2);
  await channel.close();
});
