/** The thread that reads and indexes: the program of a Worker, see `open-storage.ts`. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openForIndexing } from '../../db/open.ts';
import { PendingMessages } from '../../db/pending-messages.ts';
import { SearchIndex } from '../../db/search-index.ts';
import { Indexer, type IndexerNotice, type IndexerParts, paceOfThread } from './indexer.ts';
import { serve } from './thread-channel.ts';

export interface IndexerOptions {
  readonly location: string;
  readonly timed: boolean;
}

/** A tenth of the weight of the others where all want to run (sched(7)). */
const niceness = 10;

if (parentPort !== null) {
  serve<Indexer, IndexerNotice>(parentPort, (notify) => {
    const { location, timed }: IndexerOptions = workerData;
    giveWay();
    const indexer = new Indexer(() => open(location), { pace: paceOfThread, timed }, notify);
    return { service: indexer, close: () => indexer.close() };
  });
}

/**
 * Whoever waits for a commit has the processor first. Linux gives each thread a priority of its own,
 * 0 meaning the calling one (setpriority(2)); elsewhere this would slow down the whole process.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, niceness);
  } catch {
    // Where that is forbidden it is only less polite.
  }
}

function open(location: string): IndexerParts {
  const database = openForIndexing(location);
  try {
    return {
      location,
      messages: new PendingMessages(database),
      index: new SearchIndex(database),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
