/**
 * Puts the store together. On a file the writer and the queries run in a thread each, with a
 * connection each. In memory, or without threads, both run in the calling thread over one
 * connection, through the same code.
 */
import { memoryLocation, type OpenDatabase, openForWriting } from '../../db/open.ts';
import { sqliteCode, toStoreError } from '../../db/store-error.ts';
import type { EventBus } from '../events.ts';
import { packBatch, toAppendItems } from './packed-batch.ts';
import { Query } from './query.ts';
import type { QueryOptions } from './query-thread.ts';
import { restartOnce } from './restart-once.ts';
import { SqliteStorage } from './sqlite-storage.ts';
import { type Channel, callDirectly, startThread } from './thread-channel.ts';
import { threadEntry } from './thread-entry.ts';
import type { OpenStorage, Storage, StorageOptions } from './types.ts';
import { Writer, type WriterNotice } from './writer.ts';
import type { ThreadWriter, WriterOptions } from './writer-thread.ts';

/** Opens or creates the store, and goes on reading what a crash left unread. */
export const openStorage: OpenStorage = (options, events) =>
  options.threads && options.location !== memoryLocation
    ? openInThreads(options, events)
    : openHere(options, events);

async function openHere(options: StorageOptions, events: EventBus): Promise<Storage> {
  const open = openForWriting(options);
  const notices = new Mailbox();
  const writer = startWriter(open, options, (notice) => notices.deliver(notice));
  const channel = callDirectly(writer, () => writer.close());
  const storage = new SqliteStorage(
    {
      location: options.location,
      writer: channel,
      // One connection serves both; the writer closes it.
      query: callDirectly(new Query(() => open.database), () => {}),
      commit: (batch) => channel.call('append', toAppendItems(batch)),
      timed: options.timed ?? true,
      batchesMax: 1,
      events,
      onError: options.onError ?? ignoreError,
      onRead: options.onRead,
    },
    writer.progress(),
  );
  notices.connect((notice) => storage.receive(notice));
  return storage;
}

function startWriter(
  open: OpenDatabase,
  { location, retention, timed = true }: StorageOptions,
  notify: (notice: WriterNotice) => void,
): Writer {
  try {
    return new Writer(open, { retention, timed }, notify);
  } catch (error) {
    open.close();
    // Damage that the look at the file did not meet shows at the first reading.
    throw sqliteCode(error) === '' ? error : toStoreError(error, location);
  }
}

async function openInThreads(options: StorageOptions, events: EventBus): Promise<Storage> {
  const { location, durability, retention, timed = true } = options;
  const onError = options.onError ?? ignoreError;
  const notices = new Mailbox();
  // Both at once, for starting a thread takes longer than anything it then does.
  const starting = startQuery(location, onError);
  const writer = await restartOnce(
    (onEnd) =>
      startThread<ThreadWriter, WriterNotice>({
        entry: threadEntry('writer-thread'),
        name: 'writer',
        workerData: { location, durability, retention, timed } satisfies WriterOptions,
        onNotice: (notice) => notices.deliver(notice),
        onEnd,
      }),
    onError,
  ).catch(async (error: unknown) => {
    await starting.then((query) => query.close(), onError);
    throw error;
  });
  try {
    const query = await starting;
    const storage = new SqliteStorage(
      {
        location,
        writer,
        query,
        commit(batch) {
          const packed = packBatch(batch);
          return writer.call('appendPacked', packed, [packed.octets]);
        },
        timed,
        batchesMax: 2,
        events,
        onError,
        onRead: options.onRead,
      },
      await writer.call('progress', undefined),
    );
    notices.connect((notice) => storage.receive(notice));
    return storage;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function startQuery(location: string, onError: (error: Error) => void): Promise<Channel<Query>> {
  const started = restartOnce(
    (onEnd) =>
      startThread<Query, never>({
        entry: threadEntry('query-thread'),
        name: 'query',
        workerData: { location } satisfies QueryOptions,
        onNotice: () => {},
        onEnd,
      }),
    onError,
  );
  // It may fail before anybody waits for it; whoever waits is told.
  started.catch(() => {});
  return started;
}

/** Keeps the notices of a writer that is at work before anybody can listen. */
class Mailbox {
  #waiting: WriterNotice[] = [];
  #receive: ((notice: WriterNotice) => void) | null = null;

  deliver(notice: WriterNotice): void {
    if (this.#receive === null) this.#waiting.push(notice);
    else this.#receive(notice);
  }

  connect(receive: (notice: WriterNotice) => void): void {
    this.#receive = receive;
    for (const notice of this.#waiting) receive(notice);
    this.#waiting = [];
  }
}

/** Whoever gives no `onError` has said that nobody is to be told. */
function ignoreError(): void {}
