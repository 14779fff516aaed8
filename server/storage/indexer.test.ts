/** Reading and indexing beside the commits: what is lost of it is made up for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { searchLocation } from '../../db/search-file.ts';
import { createEventBus } from '../events.ts';
import { newMessage } from '../testing/new-message.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './types.ts';

let folder: string;
let location: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-indexer-'));
  location = join(folder, 'mail.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([true, false])('in threads: %s', (threads) => {
  const open = () =>
    openStorage(
      {
        location,
        retention: { messagesMax: 0, ageMsMax: 0, bytesMax: 0 },
        durability: 'normal',
        threads,
      },
      createEventBus(),
    );
  const isRead = (storage: Storage) =>
    expect.poll(async () => (await storage.status()).pendingCount, { timeout: 30_000 }).toBe(0);
  async function foundSubjects(storage: Storage, phrase: string): Promise<readonly string[]> {
    const filter = { kind: 'words', field: 'any', phrase, prefix: false } as const;
    const page = await storage.list({ filter, limit: 1000, beforeSeq: null, skip: 0 });
    return page.messages.map(({ subject }) => subject);
  }

  test('words that were deleted are made anew from the messages, and new ones follow', async () => {
    const before = await open();
    for (const n of [1, 2, 3]) await before.append(newMessage({ subject: `order ${n}` }));
    expect(await foundSubjects(before, 'order')).toEqual(['order 3', 'order 2', 'order 1']);
    await before.close();
    rmSync(searchLocation(location));

    const after = await open();
    await after.append(newMessage({ subject: 'order 4' }));
    await isRead(after);
    expect(await foundSubjects(after, 'order')).toEqual([
      'order 4',
      'order 3',
      'order 2',
      'order 1',
    ]);
    await after.close();
  });

  test('everything that pours in is found, and what is removed by its words is gone', async () => {
    const storage = await open();
    const count = 700;
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        storage.append(newMessage({ subject: `order ${n}` })),
      ),
    );
    // A machine that is very busy may need longer than a search waits.
    await isRead(storage);
    expect(await foundSubjects(storage, 'order')).toHaveLength(count);
    await storage.remove({
      kind: 'filter',
      filter: { kind: 'words', field: 'any', phrase: '7', prefix: false },
    });
    expect(await foundSubjects(storage, '7')).toEqual([]);
    await storage.close();
  });
});
