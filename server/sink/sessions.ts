/** What tests ask about sessions, over whatever feed there is. */
import { clearTimeout, setTimeout } from '../timers.ts';
import { callerOf, thrownAt } from './caller.ts';
import { SessionTimeoutError } from './errors.ts';
import type { SessionFeed } from './local-sessions.ts';
import { show } from './mail-match.ts';
import { presentSession } from './session.ts';
import type { Session, SessionMatch, Sessions, Wait } from './types.ts';

const listedMax = 1_000;

export function createSessions(
  feed: SessionFeed,
  settings: {
    readonly waitMs: number;
    readonly ended: AbortSignal;
    readonly webUrl: string | null;
  },
): Sessions & { forget(): void } {
  const claimed = new Set<string>();
  const listed = async (match: SessionMatch) => {
    const records = await feed.list({ match, limit: listedMax });
    return records.map((record) => presentSession(record, settings.webUrl));
  };

  async function find(match: SessionMatch): Promise<Session | null> {
    const found = await listed(match);
    const fitting = found.find(
      (session) =>
        session.endedAt !== null &&
        !claimed.has(session.id) &&
        (match.where === undefined || match.where(session)),
    );
    return fitting ?? null;
  }

  const sessions = {
    async all(match: SessionMatch = {}) {
      const found = await listed(match);
      return found.filter((session) => match.where === undefined || match.where(session));
    },
    async next(match: SessionMatch = {}, wait: Wait = {}) {
      const caller = callerOf(sessions.next);
      const { timeoutMs = settings.waitMs, signal } =
        typeof wait === 'number' ? { timeoutMs: wait } : wait;
      const hint = new Changes(feed, timeoutMs, [settings.ended, signal]);
      try {
        for (;;) {
          hint.changed = false;
          const session = await find(match);
          if (session !== null && !claimed.has(session.id)) {
            claimed.add(session.id);
            return session;
          }
          if (settings.ended.aborted) throw settings.ended.reason;
          if (signal?.aborted === true) throw signal.reason;
          if (hint.isOver) break;
          await hint.next();
        }
      } finally {
        hint.close();
      }
      throw thrownAt(
        new SessionTimeoutError(
          `No session that matches ended within ${timeoutMs} ms. Looked for: ${showMatch(match)}`,
          timeoutMs,
        ),
        caller,
      );
    },
    forget: () => claimed.clear(),
  };
  return sessions;
}

/** Told by the feed when to look again; the end of the time counts as one more reason. */
class Changes {
  changed = false;
  isOver = false;
  readonly #forget: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signals: readonly AbortSignal[];
  #wake: () => void = () => {};

  constructor(feed: SessionFeed, timeoutMs: number, signals: readonly (AbortSignal | undefined)[]) {
    this.#forget = feed.onEnded(() => {
      this.changed = true;
      this.#wake();
    });
    this.#timer = setTimeout(this.#end, timeoutMs);
    this.#signals = signals.filter((signal) => signal !== undefined);
    for (const signal of this.#signals) signal.addEventListener('abort', this.#end);
  }

  async next(): Promise<void> {
    if (this.changed || this.isOver) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#forget();
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#end);
  }

  readonly #end = (): void => {
    this.isOver = true;
    this.#wake();
  };
}

function showMatch(match: SessionMatch): string {
  const conditions = Object.entries(match).map(([name, wanted]) => `${name} ${show(wanted)}`);
  return conditions.length === 0 ? 'any session' : conditions.join(', ');
}
