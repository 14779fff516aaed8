/** Writer and indexer: full disks, faults of single messages, and what is left for later. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MessageQueries } from '../../db/message-query.ts';
import { type OpenDatabase, openForWriting } from '../../db/open.ts';
import { PendingMessages } from '../../db/pending-messages.ts';
import { openSearch } from '../../db/search-file.ts';
import { SearchIndex } from '../../db/search-index.ts';
import type { StoreOutcome } from '../../db/types.ts';
import { createEventBus } from '../events.ts';
import { type MessageSpec, newMessage } from '../testing/new-message.ts';
import { Indexer, type IndexerNotice, paceOfCaller } from './indexer.ts';
import { openStorage } from './open-storage.ts';
import { toAppendItems } from './packed-batch.ts';
import { Query } from './query.ts';
import { SqliteStorage } from './sqlite-storage.ts';
import { callDirectly } from './thread-channel.ts';
import { type AppendItem, Writer, type WriterNotice } from './writer.ts';

const noRetention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
const allMessages = { filter: null, limit: 1000, beforeSeq: null, skip: 0 };
const rules = { retention: noRetention, timed: true };
const full = { kind: 'notStored', refusal: 'storageFull' };

let folder: string;
let open: OpenDatabase;
let writer: Writer;
let indexer: Indexer;
let queries: MessageQueries;
let notices: (WriterNotice | IndexerNotice)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-writer-'));
  notices = [];
  start();
});

afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  open = openForWriting({ location: join(folder, 'mail.db'), durability: 'full' });
  openSearch(open.database);
  writer = new Writer(open, rules, hear);
  indexer = new Indexer(
    () => ({
      location: open.database.name,
      messages: new PendingMessages(open.database),
      index: new SearchIndex(open.database),
      close() {},
    }),
    { pace: paceOfCaller, timed: true },
    hear,
  );
  indexer.start();
  queries = new MessageQueries(open.database);
}

function stop(): void {
  indexer.close();
  writer.close();
}

function hear(notice: WriterNotice | IndexerNotice): void {
  notices.push(notice);
  if (notice.kind === 'deleted') indexer.forget(notice.seqs);
  if (notice.kind !== 'filings') return;
  const { batch } = notice;
  let ok = false;
  try {
    ok = writer.file({ batch, isTold: true }) !== null;
  } catch (error) {
    notices.push({ kind: 'error', message: String(error) });
  }
  setImmediate(() => indexer.filed({ upToSeq: batch.upToSeq, ok }));
}

function append(appended: readonly AppendItem[]): readonly StoreOutcome[] {
  const outcomes = writer.append(appended);
  indexer.wake();
  return outcomes;
}

const items = (...specs: readonly MessageSpec[]): readonly AppendItem[] =>
  toAppendItems(specs.map((spec) => ({ message: newMessage(spec), arrivedAtMs: 0 })));

const isRead = () => expect.poll(() => queries.pendingCount()).toBe(0);

describe('a full disk', () => {
  const large = { raw: Buffer.alloc(400_000, 'x') };

  test('refuses with its own reason, loses nothing, and recovers when there is room', async () => {
    expect(append(items({ subject: 'before' }))[0]).toMatchObject({ kind: 'stored' });
    await isRead();
    const pages = Number(open.database.pragma('page_count', { simple: true }));
    open.database.pragma(`max_page_count = ${pages + 10}`);
    expect(append(items(large, { subject: 'together' }))).toEqual([full, full]);
    expect(queries.tally()).toMatchObject({ liveCount: 1, lastSeq: 1 });
    open.database.pragma('max_page_count = 1000000');
    expect(append(items(large, { subject: 'after' }))).toMatchObject([
      { kind: 'stored', seq: 2 },
      { kind: 'stored', seq: 3 },
    ]);
    await isRead();
    expect(queries.list(allMessages).messages.map((message) => message.subject)).toEqual([
      'after',
      '',
      'before',
    ]);
  });

  test('while a message is being read puts the reading off', async () => {
    append(items({ subject: 'unread', text: 'word '.repeat(20_000) }));
    const pages = Number(open.database.pragma('search.page_count', { simple: true }));
    open.database.pragma(`search.max_page_count = ${pages}`);
    await expect.poll(() => notices).toContainEqual(expect.objectContaining({ kind: 'error' }));
    expect(queries.pendingCount()).toBe(1);
    open.database.pragma('search.max_page_count = 1000000');
    await isRead();
    expect(queries.get('latest')).toMatchObject({ subject: 'unread', state: 'ready' });
  });

  test('a list does not wait for ever for the reading: the row shows as pending', async () => {
    const channel = callDirectly(writer, () => {});
    const storage = new SqliteStorage(
      {
        location: open.database.name,
        writer: channel,
        indexer: callDirectly(indexer, () => {}),
        query: callDirectly(new Query(() => open.database), () => {}),
        commit: (batch) => channel.call('append', toAppendItems(batch)),
        timed: true,
        log: null,
        events: createEventBus(),
        onError: () => {},
      },
      writer.progress(),
    );
    await storage.append(newMessage({ text: 'word '.repeat(20_000) }));
    const pages = Number(open.database.pragma('search.page_count', { simple: true }));
    open.database.pragma(`search.max_page_count = ${pages}`);
    const page = await storage.list(allMessages);
    expect(page).toMatchObject({ total: 1, messages: [{ state: 'pending', subject: '' }] });
    expect((await storage.status()).pendingCount).toBe(1);
  });

  const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;
  test.runIf(isLinuxRoot)('a real one, in threads', async ({ skip }) => {
    const mount = join(folder, 'small');
    spawnSync('mkdir', [mount]);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount]);
    if (mounted.status !== 0) skip('this machine does not allow a small file system to be mounted');
    try {
      const storage = await openStorage(
        {
          location: join(mount, 'mail.db'),
          retention: noRetention,
          durability: 'normal',
          threads: true,
        },
        createEventBus(),
      );
      expect(await storage.append(newMessage())).toMatchObject({ kind: 'stored' });
      await storage.list(allMessages);
      const ballast = join(mount, 'ballast');
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
      expect(statSync(ballast).size).toBeGreaterThan(0);
      expect(await storage.append(newMessage(large))).toEqual(full);
      expect(await storage.append(newMessage(large))).toEqual(full);
      rmSync(ballast);
      expect(await storage.append(newMessage(large))).toMatchObject({ kind: 'stored' });
      expect((await storage.list(allMessages)).total).toBe(2);
      await storage.close();
    } finally {
      spawnSync('umount', ['-l', mount]);
    }
  });
});

test('a message that cannot be stored does not take the others of its batch with it', async () => {
  const [first, second, third] = items({ subject: 'a' }, { subject: 'b' }, { subject: 'c' });
  if (first === undefined || second === undefined || third === undefined) throw new Error('items');
  const sameId = { ...second, row: { ...second.row, id: first.row.id } };
  expect(append([first, sameId, third]).map((outcome) => outcome.kind)).toEqual([
    'stored',
    'notStored',
    'stored',
  ]);
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'error' }));
  await isRead();
  expect(queries.list(allMessages).messages.map((message) => message.subject)).toEqual(['c', 'a']);
});

test('a message that cannot be read is marked, kept, and does not hold up the next', async () => {
  const specs = [{ raw: 'Subject: a\r\n\r\n' }, { raw: 'Subject: b\r\n\r\n' }, { subject: 'c' }];
  append(items(...specs));
  // Damage done between commit and reading, of the kind that makes the reader stumble.
  const setTrace = open.database.prepare('UPDATE message_trace SET trace = ? WHERE seq = ?');
  setTrace.run(`${JSON.stringify({ envelope: newMessage().envelope })}\n{}`, 1);
  setTrace.run('not JSON', 2);
  await isRead();
  const { messages } = queries.list(allMessages);
  expect(messages.map((message) => [message.seq, message.state])).toEqual([
    [3, 'ready'],
    [2, 'ready'],
    [1, 'unreadable'],
  ]);
  expect(Buffer.from(queries.raw(messages[2]?.id ?? '') ?? []).toString()).toBe(specs[0]?.raw);
});

test('damage that shows only while running refuses the message and says so', () => {
  open.database.exec('DROP TABLE message_raw');
  expect(append(items({}))).toEqual([{ kind: 'notStored', refusal: 'storageFailed' }]);
  expect(notices).toContainEqual(
    expect.objectContaining({ kind: 'error', message: expect.stringContaining('message_raw') }),
  );
});

test('removed messages are purged when they can no longer be undone, and the log is emptied', async () => {
  append(items(...Array.from({ length: 200 }, () => ({ raw: 'x'.repeat(20_000) }))));
  await isRead();
  writer.remove({ kind: 'all' });
  expect(queries.tally()).toMatchObject({ liveCount: 0, storedCount: 200 });
  // The ten minutes are over at the next start at the latest.
  stop();
  start();
  await expect.poll(() => queries.tally().storedCount).toBe(0);
  const rows = (table: string) =>
    open.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  for (const table of ['message', 'message_raw', 'message_trace', 'message_facet', 'removal']) {
    expect(rows(table), table).toBe(0);
  }
  await expect.poll(() => rows('search.message_fts_docsize')).toBe(0);
  expect(rows('inbox')).toBe(0);
});

test('a tally that does not agree is counted anew at the start', async () => {
  append(items({}, {}));
  await isRead();
  open.database.exec('UPDATE tally SET live_count = 7, unread_count = 9, live_bytes = 1');
  stop();
  start();
  expect(queries.tally()).toMatchObject({ liveCount: 2, unreadCount: 2, storedCount: 2 });
  expect(queries.overview().sizeBytes).toBe(queries.tally().storedBytes);
});
