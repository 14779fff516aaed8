/** The thread that reads and indexes: the program of a Worker, see `open-storage.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint, openForIndexing } from '../../db/open.ts';
import { PendingMessages } from '../../db/pending-messages.ts';
import { SearchIndex } from '../../db/search-index.ts';
import { Indexer, type IndexerNotice, type IndexerParts, paceOfThread } from './indexer.ts';
import { serve } from './thread-channel.ts';

export interface IndexerOptions {
  readonly location: string;
  readonly timed: boolean;
}

if (parentPort !== null) {
  serve<Indexer, IndexerNotice>(parentPort, (notify) => {
    const { location, timed }: IndexerOptions = workerData;
    const indexer = new Indexer(() => open(location), { pace: paceOfThread, timed }, notify);
    return { service: indexer, close: () => indexer.close() };
  });
}

function open(location: string): IndexerParts {
  const database = openForIndexing(location);
  try {
    return {
      location,
      messages: new PendingMessages(database),
      index: new SearchIndex(database),
      checkpoint: () => void checkpoint(database),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
