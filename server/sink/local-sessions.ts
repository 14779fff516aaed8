/** Sessions of the engine in this process, open ones and those that were stored. */
import type { SessionRecord, SessionSummary } from '../../db/session-types.ts';
import type { EventBus } from '../events.ts';
import type { SessionSource } from '../sessions/types.ts';
import type { SessionMatch } from './types.ts';

export interface SessionFeed {
  /** The newest `limit`, the oldest first. */
  list(query: {
    readonly match: SessionMatch;
    readonly limit: number;
  }): Promise<readonly SessionRecord[]>;
  /** Told when one has ended, or that some may have. */
  onEnded(act: () => void): () => void;
}

export function createLocalSessions(parts: {
  readonly sessions: SessionSource;
  readonly events: EventBus;
}): SessionFeed {
  const { sessions, events } = parts;
  return {
    async list({ match, limit }) {
      const page = await sessions.list({
        filter: {
          outcome: match.outcome ?? null,
          error: null,
          peer: null,
          user: match.user ?? null,
          text: match.text ?? null,
          reply: null,
        },
        limit,
        cursor: null,
      });
      const records = await Promise.all(page.sessions.map(({ id }) => sessions.get(id)));
      return records.filter((record) => record !== null).sort(inOrder);
    },
    onEnded: (act) =>
      events.subscribe(
        (event) => {
          if (event.kind === 'sessions-changed') act();
          if (event.kind === 'session' && event.session.endedAtMs !== null) act();
        },
        () => false,
      ),
  };
}

function inOrder(a: SessionSummary, b: SessionSummary): number {
  return a.startedAtMs - b.startedAtMs;
}
