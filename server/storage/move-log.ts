/**
 * Moves the log into the database while mail pours in, beside the commits.
 *
 * A log is used anew from its start once all of it has been moved, and only a commit can find that
 * so. Were it left to the commits, one of them would have to move 64 MiB, and hundreds of senders
 * would wait for it. Moved from here again and again, there is little left to move when a commit
 * does it. The thread is there only while much mail comes.
 */
import { clearTimeout, setTimeout } from '../timers.ts';
import type { CheckpointOptions, Checkpoints } from './checkpoint-thread.ts';
import { type Channel, startThread } from './thread-channel.ts';
import { threadEntry } from './thread-entry.ts';

export interface LogMover {
  /** So many octets of messages were committed. */
  committed(bytes: number): void;
  close(): Promise<void>;
}

/** Less is left to the quiet moments of the writer. */
const firstBytes = 16 * 1024 * 1024;
/** What has come during one move and is worth another. */
const againBytes = 4 * 1024 * 1024;
const idleMs = 10_000;

export function createLogMover(location: string, onError: (error: Error) => void): LogMover {
  let bytes = 0;
  let moving: Promise<void> | null = null;
  let thread: Channel<Checkpoints> | null = null;
  let idle: NodeJS.Timeout | null = null;
  let isOver = false;

  const end = async (): Promise<void> => {
    if (idle !== null) clearTimeout(idle);
    idle = null;
    const ended = thread;
    thread = null;
    await ended?.close();
  };

  /** Nothing depends on it: what it does not move, commits do. */
  const fail = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    thread = null;
    onError(error instanceof Error ? error : new Error(String(error)));
  };

  const move = async (): Promise<void> => {
    try {
      while (!isOver && bytes >= againBytes) {
        bytes = 0;
        thread ??= await startThread<Checkpoints, never>({
          entry: threadEntry('checkpoint-thread'),
          name: 'checkpoint',
          workerData: { location } satisfies CheckpointOptions,
          onNotice: () => {},
          onEnd: fail,
        });
        await thread.call('run', undefined);
      }
    } catch (error) {
      fail(error);
    }
    moving = null;
    if (isOver) return;
    idle = setTimeout(() => void end(), idleMs);
    idle.unref();
  };

  return {
    committed(added) {
      bytes += added;
      if (isOver || moving !== null || bytes < firstBytes) return;
      if (idle !== null) clearTimeout(idle);
      idle = null;
      moving = move();
    },
    async close() {
      isOver = true;
      await moving;
      await end();
    },
  };
}
