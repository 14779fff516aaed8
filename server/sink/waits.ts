/**
 * Waiting on behalf of tests elsewhere, in whatever language: `GET /api/wait` holds the request
 * until the message is there. The same receivers as in a sink, with a bound on how many wait.
 */
import { setMaxListeners } from 'node:events';
import { ClaimBook, Claims } from './claims.ts';
import { SinkError } from './errors.ts';
import { createExplain } from './explain/create-explain.ts';
import { createLocalEngine } from './local-engine.ts';
import { createReceiver } from './receiver.ts';
import { everything, parseInboxKey, printInboxKey, type Scope } from './scope.ts';
import type { MailMatch } from './types.ts';

export interface WaitQuery {
  /** As in `inboxOf`, several with commas between; `null`: whatever inbox. */
  readonly inbox: string | null;
  readonly match: MailMatch;
  /** Only messages accepted after this one count. */
  readonly afterSeq: number;
  readonly timeoutMs: number;
  /** Within one group no message is handed out twice; `null`: nothing is claimed. */
  readonly claim: string | null;
}

export interface MailWaits {
  /** The id of the message. Rejects with a `MailTimeoutError`, a `SinkError`, or as the signal says. */
  message(query: WaitQuery, signal: AbortSignal): Promise<string>;
  /** Rejects with a `NotSettledError`. */
  settle(
    options: { readonly quietMs: number; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<void>;
  /** Who waits now. */
  readonly count: number;
  /** Ends all of them with a `SinkError`. */
  close(): void;
}

/** Groups of claims kept; the one that was made first is forgotten first. */
const groupsMax = 1_000;
const keysMax = 20;

export function createMailWaits(parts: Parameters<typeof createLocalEngine>[0]): MailWaits {
  const { source, evidence } = createLocalEngine(parts);
  const explain = createExplain(evidence);
  const groups = new ClaimBook(groupsMax);
  const ended = new AbortController();
  // As many as wait, which is no leak and nothing to warn of.
  setMaxListeners(0, ended.signal);
  let count = 0;

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    count += 1;
    try {
      return await work();
    } finally {
      count -= 1;
    }
  }

  return {
    message: ({ inbox, match, afterSeq, timeoutMs, claim }, signal) =>
      counted(async () => {
        const receiver = createReceiver({
          // Whoever asks says from where on, and it is not to be looked for twice.
          source: {
            ...source,
            arrivals: (query) =>
              source.arrivals({ ...query, afterSeq: Math.max(query.afterSeq, afterSeq) }),
          },
          scope: scopeOf(inbox),
          claims: claim === null ? new Claims() : groups.of(claim),
          waitMs: timeoutMs,
          ended: ended.signal,
          explain,
        });
        const wait = { timeoutMs, signal };
        const mail = await (claim === null
          ? receiver.peek(match, wait)
          : receiver.next(match, wait));
        return mail.id;
      }),
    settle: (options, signal) => counted(() => source.settle({ ...options, signal })),
    get count() {
      return count;
    },
    close() {
      ended.abort(
        new SinkError('SINK_STOPPED', 'The server is stopping, so nothing can be waited for.'),
      );
    },
  };
}

function scopeOf(inbox: string | null): Scope {
  if (inbox === null) return everything;
  const written = inbox.split(',');
  const keys = written.flatMap((one) => parseInboxKey(one) ?? []);
  if (keys.length === written.length && keys.length <= keysMax) {
    return { keys, name: keys.map(printInboxKey).join(', '), sinceMs: null };
  }
  throw new SinkError(
    'SINK_ARGUMENT',
    `"inbox" has to be an address, a domain (@acme.test) or a user (user:billing), or up to ${keysMax} of them with commas between.`,
  );
}
