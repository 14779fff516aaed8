/** The thread that moves the log into the database: the program of a Worker, see `move-log.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint, openForCheckpoints } from '../../db/open.ts';
import { serve } from './thread-channel.ts';

export interface CheckpointOptions {
  readonly location: string;
}

export interface Checkpoints {
  /** Whether all of the log went, as it was when this began. */
  run(): boolean;
}

if (parentPort !== null) {
  serve<Checkpoints, never>(parentPort, () => {
    const { location }: CheckpointOptions = workerData;
    const database = openForCheckpoints(location);
    return { service: { run: () => checkpoint(database) }, close: () => database.close() };
  });
}
