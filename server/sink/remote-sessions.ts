/** Sessions of a server elsewhere, and its stream of events, which tells when to look again. */
import type { SessionRecord } from '../../db/session-types.ts';
import type { SessionDetailShape, SessionPageShape } from '../http/session-shapes.ts';
import { clearTimeout, setTimeout } from '../timers.ts';
import type { HttpClient } from './http-client.ts';
import type { SessionFeed } from './local-sessions.ts';
import { askServer } from './remote-source.ts';

const pageMax = 500;
const reconnectMs = 500;

export function createRemoteSessions(http: HttpClient): SessionFeed {
  return {
    async list({ match, limit }) {
      const { outcome, user, text } = match;
      const parameters = new URLSearchParams({
        limit: String(Math.min(pageMax, limit)),
        ...(outcome === undefined ? {} : { outcome }),
        ...(user === undefined ? {} : { user }),
        ...(text === undefined ? {} : { query: text }),
      });
      const page: SessionPageShape = (await askServer(http, `/api/sessions?${parameters}`)).json();
      const records = await Promise.all(page.sessions.map(({ id }) => recordOf(http, id)));
      return records
        .filter((record) => record !== null)
        .sort((a, b) => a.startedAtMs - b.startedAtMs);
    },
    onEnded: (act) => listenTo(http, act),
  };
}

async function recordOf(http: HttpClient, id: string): Promise<SessionRecord | null> {
  const answer = await askServer(http, `/api/sessions/${encodeURIComponent(id)}`);
  if (answer.status === 404) return null;
  const { startedAt, endedAt, ...same } = answer.json<SessionDetailShape>();
  return {
    ...same,
    startedAtMs: Date.parse(startedAt),
    endedAtMs: endedAt === null ? null : Date.parse(endedAt),
    // For searches of the store only.
    replyKinds: [],
  };
}

/** Every session event is a reason to look; so is a connection that was lost and made anew. */
function listenTo(http: HttpClient, act: () => void): () => void {
  let isOver = false;
  let end = () => {};
  let timer: NodeJS.Timeout | undefined;
  const open = () => {
    let rest = '';
    end = http.listen(
      '/api/events',
      (text) => {
        rest += text;
        const events = rest.split('\n\n');
        rest = events.pop() ?? '';
        // The first comment says that the stream has begun: what ended before is to be looked for.
        if (events.some((event) => /^event: (?:session|resync)|^: connected/m.test(event))) act();
      },
      () => {
        if (!isOver) timer = setTimeout(open, reconnectMs);
      },
    );
  };
  open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    end();
  };
}
