/**
 * Puts the store together. On a file the writer, the indexer and the queries run in a thread each,
 * with a connection each. In memory, or without threads, all run in the calling thread over one
 * connection, through the same code.
 */
import { memoryLocation, type OpenDatabase, openForWriting } from '../../db/open.ts';
import { PendingMessages } from '../../db/pending-messages.ts';
import { openSearch } from '../../db/search-file.ts';
import { SearchIndex } from '../../db/search-index.ts';
import { sqliteCode, toStoreError } from '../../db/store-error.ts';
import type { EventBus } from '../events.ts';
import type { IndexerOptions } from './index-thread.ts';
import { Indexer, type IndexerNotice, paceOfCaller } from './indexer.ts';
import { createLogMover } from './move-log.ts';
import { packBatch, toAppendItems, unpackOutcomes } from './packed-batch.ts';
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
  openSearchOf(open, options.location);
  const notices = new Mailbox();
  const writer = startWriter(open, options, (notice) => notices.deliver(notice));
  const channel = callDirectly(writer, () => writer.close());
  const indexer = new Indexer(
    () => ({
      location: options.location,
      messages: new PendingMessages(open.database),
      index: new SearchIndex(open.database),
      // The writer closes the one connection.
      close() {},
    }),
    { pace: paceOfCaller, timed: options.timed ?? true },
    (notice) => notices.deliver(notice),
  );
  const storage = new SqliteStorage(
    {
      location: options.location,
      writer: channel,
      indexer: callDirectly(indexer, () => indexer.close()),
      query: callDirectly(new Query(() => open.database), () => {}),
      commit: (batch) => channel.call('append', toAppendItems(batch)),
      log: null,
      timed: options.timed ?? true,
      events,
      onError: options.onError ?? ignoreError,
      onRead: options.onRead,
      queuedBytesMax: options.queuedBytesMax,
    },
    writer.progress(),
  );
  notices.connect((notice) => storage.receive(notice));
  indexer.start();
  return storage;
}

function openSearchOf(open: OpenDatabase, location: string): void {
  if (open.database.memory) return;
  try {
    openSearch(open.database);
  } catch (error) {
    open.close();
    throw toStoreError(error, location);
  }
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
  // All at once, for starting a thread takes longer than anything it then does.
  const starting = restartOnce(
    (onEnd) =>
      startThread<ThreadWriter, WriterNotice>({
        entry: threadEntry('writer-thread'),
        name: 'writer',
        workerData: { location, durability, retention, timed } satisfies WriterOptions,
        onNotice: (notice) => notices.deliver(notice),
        onEnd,
      }),
    onError,
  );
  const startingQuery = startQuery(location, onError);
  const startingIndexer = startIndexer(
    { location, timed, after: starting, notify: (notice) => notices.deliver(notice) },
    onError,
  );
  try {
    const writer = await starting;
    const [query, indexer] = await Promise.all([startingQuery, startingIndexer]);
    const log = createLogMover(location, onError);
    const storage = new SqliteStorage(
      {
        location,
        writer,
        indexer,
        query,
        async commit(batch) {
          const packed = packBatch(batch);
          const bytes = packed.octets.byteLength;
          const outcomes = await writer.call('appendPacked', packed, [packed.octets]);
          log.committed(bytes);
          return unpackOutcomes(batch, outcomes);
        },
        log,
        timed,
        events,
        onError,
        onRead: options.onRead,
        queuedBytesMax: options.queuedBytesMax,
      },
      await writer.call('progress', undefined),
    );
    notices.connect((notice) => storage.receive(notice));
    return storage;
  } catch (error) {
    // The last connection to a file tidies up its log, and one that only reads cannot.
    for (const thread of [startingQuery, startingIndexer, starting]) {
      await thread.then((channel) => channel.close()).catch(() => {});
    }
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

/** It opens the store once `after` has: there may be none before. */
function startIndexer(
  about: {
    readonly location: string;
    readonly timed: boolean;
    readonly after: Promise<unknown>;
    readonly notify: (notice: IndexerNotice) => void;
  },
  onError: (error: Error) => void,
): Promise<Channel<Indexer>> {
  const { location, timed, after, notify } = about;
  const started = restartOnce(async (onEnd) => {
    const indexer = await startThread<Indexer, IndexerNotice>({
      entry: threadEntry('index-thread'),
      name: 'index',
      workerData: { location, timed } satisfies IndexerOptions,
      onNotice: notify,
      onEnd,
    });
    try {
      await after;
      await indexer.call('start', undefined);
      return indexer;
    } catch (error) {
      await indexer.close();
      throw error;
    }
  }, onError);
  started.catch(() => {});
  return started;
}

type Notice = WriterNotice | IndexerNotice;

/** Keeps the notices of those that are at work before anybody can listen. */
class Mailbox {
  #waiting: Notice[] = [];
  #receive: ((notice: Notice) => void) | null = null;

  deliver(notice: Notice): void {
    if (this.#receive === null) this.#waiting.push(notice);
    else this.#receive(notice);
  }

  connect(receive: (notice: Notice) => void): void {
    this.#receive = receive;
    for (const notice of this.#waiting) receive(notice);
    this.#waiting = [];
  }
}

/** Whoever gives no `onError` has said that nobody is to be told. */
function ignoreError(): void {}
