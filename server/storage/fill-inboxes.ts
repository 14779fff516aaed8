/**
 * Looks through the messages that were there before a named inbox, from the newest down. What
 * belongs in it is found where lists are read, a range of messages at a time, and written by the
 * writer in slices between which commits and sockets get their turn. It goes on where it stopped
 * when the process was killed.
 */
import type { InboxFilling, Unfilled } from '../../db/named-inboxes.ts';
import { setImmediate } from '../timers.ts';
import type { Query } from './query.ts';
import type { Channel } from './thread-channel.ts';
import type { Writer } from './writer.ts';

/** Messages looked at in one question; the numbers of those found fit into one answer. */
const rangeMax = 5_000;
/** Messages put into an inbox in one transaction. */
const sliceMax = 256;

export interface InboxFiller {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

export function createInboxFiller(options: {
  readonly writer: Channel<Writer>;
  readonly query: Channel<Query>;
  /** After each range: lists and counts have grown. */
  readonly onProgress: () => void;
  readonly onError: (error: Error) => void;
}): InboxFiller {
  const { writer, query, onProgress, onError } = options;
  let closing = false;
  let awake = false;
  let running: Promise<void> = Promise.resolve();

  async function fillRange({ facetKey, uptoSeq }: Unfilled): Promise<void> {
    const aboveSeq = Math.max(0, uptoSeq - rangeMax);
    const seqs = await query.call('inboxMatches', { facetKey, aboveSeq, uptoSeq });
    for (const slice of slices(facetKey, seqs, aboveSeq)) {
      if (closing || !(await writer.call('fillInbox', slice))) return;
      await turn();
    }
    onProgress();
  }

  async function run(): Promise<void> {
    while (awake && !closing) {
      awake = false;
      for (;;) {
        const [next] = await writer.call('unfilledInboxes', undefined);
        if (next === undefined || closing) break;
        await fillRange(next);
      }
    }
  }

  return {
    wake() {
      const wasAwake = awake;
      awake = true;
      if (wasAwake) return;
      running = running.then(run).catch((error: unknown) => {
        // It is tried again with the next change of an inbox, or at the next start.
        if (!closing) onError(error instanceof Error ? error : new Error(String(error)));
      });
    },
    close() {
      closing = true;
      return running;
    },
  };
}

/** At least one, which says how far the looking has come. */
function slices(facetKey: string, seqs: readonly number[], downToSeq: number): InboxFilling[] {
  const found: InboxFilling[] = [];
  for (let start = 0; start === 0 || start < seqs.length; start += sliceMax) {
    const isLast = start + sliceMax >= seqs.length;
    const slice = seqs.slice(start, start + sliceMax);
    found.push({ facetKey, seqs: slice, downToSeq: isLast ? downToSeq : null });
  }
  return found;
}

/** In memory all of this is in one thread, where sockets wait as well. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
