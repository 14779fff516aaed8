/** Messages of a server elsewhere: each wait is one request that is held until there is something. */
import type { Mailbox, MessageSummary, StoredMessage } from '../../db/types.ts';
import type { MessageDetailShape, MessagePageShape } from '../http/shapes.ts';
import { monotonicMs } from '../timers.ts';
import { NotSettledError, SinkError } from './errors.ts';
import type { Answer, Asked, HttpClient } from './http-client.ts';
import { CaughtMail } from './mail.ts';
import { printInboxKey, type Scope } from './scope.ts';
import type { Arrivals, ArrivalsQuery, Candidate, CandidatesQuery, MailSource } from './source.ts';

/** A little less than the server allows. */
const heldMsMax = 50_000;
const pageMax = 1_000;

export interface Remote {
  readonly http: HttpClient;
  /** How far the server's clock is ahead of ours. */
  readonly offsetMs: number;
}

/** Rejects with what the server said was wrong. */
export async function askServer(
  http: HttpClient,
  path: string,
  asked: Asked = {},
): Promise<Answer> {
  const answer = await http.ask(path, asked);
  if (answer.status < 400 || answer.status === 404 || answer.status === 408) return answer;
  const { detail = '' } = problemIn(answer);
  throw new SinkError(
    answer.status === 400 ? 'SINK_ARGUMENT' : 'SINK_UNREACHABLE',
    answer.status === 401
      ? `The server at ${http.origin} asks for a user and password: give them in the URL, as http://user:password@host, or as the option auth (PRIXFIXE_HTTP_AUTH).`
      : `The server at ${http.origin} answered ${answer.status}: ${detail}`,
  );
}

function problemIn(answer: Answer): { readonly code?: string; readonly detail?: string } {
  try {
    return answer.json();
  } catch {
    // Something in between that does not speak as we do.
    return { detail: answer.octets.toString('utf8').slice(0, 200) };
  }
}

export function createRemoteSource({ http, offsetMs }: Remote, nowMs: () => number): MailSource {
  const candidate = (summary: MessageSummary, known: MessageDetailShape | null): Candidate => ({
    id: summary.id,
    seq: summary.seq,
    summary,
    open: () => openMail(http, summary.id, known),
  });

  async function list(query: CandidatesQuery & { readonly limit: number }) {
    const search = searchFor(query.scope);
    const found: MessageSummary[] = [];
    for (let cursor: string | null = ''; cursor !== null && found.length < query.limit; ) {
      const parameters = new URLSearchParams({
        limit: String(Math.min(pageMax, query.limit - found.length)),
        ...(search === null ? {} : { query: search }),
        ...(cursor === '' ? {} : { cursor }),
      });
      const page: MessagePageShape = (await askServer(http, `/api/messages?${parameters}`)).json();
      const fresh = page.messages.filter(({ seq }) => seq > query.afterSeq);
      found.push(...fresh.map(toSummary));
      cursor = fresh.length < page.messages.length ? null : page.nextCursor;
    }
    return found.reverse().map((summary) => candidate(summary, null));
  }

  return {
    nowMs: () => nowMs() + offsetMs,
    list,
    arrivals: (query) => new RemoteArrivals(http, query, candidate),
    async lastSeq() {
      const page: MessagePageShape = (await askServer(http, '/api/messages?limit=1')).json();
      return page.messages[0]?.seq ?? 0;
    },
    async seqOf(id) {
      const answer = await askServer(http, `/api/messages/${encodeURIComponent(id)}`);
      return answer.status === 404 ? null : answer.json<MessageDetailShape>().seq;
    },
    async remove(scope) {
      const query = searchFor(scope);
      const body = query === null ? { all: true } : { query };
      const answer = await askServer(http, '/api/messages', { method: 'DELETE', body });
      return answer.json<{ readonly count: number }>().count;
    },
    async settle({ quietMs, timeoutMs, signal }) {
      const path = `/api/wait/settled?quiet=${whole(quietMs)}ms&timeout=${whole(Math.min(timeoutMs, heldMsMax))}ms`;
      const answer = await askServer(http, path, { signal, isHeld: true });
      if (answer.status !== 408) return;
      throw new NotSettledError(problemIn(answer).detail ?? 'A client is still busy.', []);
    },
  };
}

class RemoteArrivals implements Arrivals {
  readonly #http: HttpClient;
  readonly #query: ArrivalsQuery;
  readonly #candidate: (summary: MessageSummary, known: MessageDetailShape) => Candidate;
  readonly #closing = new AbortController();
  readonly #endMs: number;
  #afterSeq: number;

  constructor(
    http: HttpClient,
    query: ArrivalsQuery,
    candidate: (summary: MessageSummary, known: MessageDetailShape) => Candidate,
  ) {
    this.#http = http;
    this.#query = query;
    this.#candidate = candidate;
    this.#afterSeq = query.afterSeq;
    this.#endMs = query.timeoutMs === null ? Infinity : monotonicMs() + query.timeoutMs;
  }

  async next(): Promise<Candidate | null> {
    while (!this.#closing.signal.aborted) {
      const leftMs = Math.max(0, this.#endMs - monotonicMs());
      const answer = await this.#ask(Math.min(leftMs, heldMsMax));
      if (answer === null) return null;
      if (answer.status === 408) {
        if (leftMs <= heldMsMax) return null;
        continue;
      }
      // Deleted as soon as it came.
      if (answer.status === 404) continue;
      const detail: MessageDetailShape = answer.json();
      this.#afterSeq = detail.seq;
      return this.#candidate(toSummary(detail), detail);
    }
    return null;
  }

  close(): void {
    this.#closing.abort(new SinkError('SINK_STOPPED', 'Nobody waits for it any more.'));
  }

  async #ask(timeoutMs: number): Promise<Answer | null> {
    const { scope, match, isBackground = false } = this.#query;
    const { signal } = this.#closing;
    const parameters = new URLSearchParams({
      timeout: `${whole(timeoutMs)}ms`,
      afterSeq: String(this.#afterSeq),
      ...(scope.keys === null ? {} : { inbox: scope.keys.map(printInboxKey).join(',') }),
      // Only to hear of fewer: everything is looked at again here.
      ...narrowed(match),
    });
    try {
      return await askServer(this.#http, `/api/wait?${parameters}`, {
        signal,
        isBackground,
        isHeld: true,
      });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}

function narrowed(match: ArrivalsQuery['match']): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['to', 'from', 'sender', 'user', 'subject'] as const) {
    const wanted = match[name];
    if (typeof wanted === 'string' && wanted !== '' && wanted.length <= 255) found[name] = wanted;
  }
  return found;
}

async function openMail(
  http: HttpClient,
  id: string,
  known: MessageDetailShape | null,
): Promise<CaughtMail | null> {
  const [detail, raw] = await Promise.all([
    known ?? detailOf(http, id),
    askServer(http, `/api/messages/${encodeURIComponent(id)}/raw`),
  ]);
  if (detail === null || raw.status === 404) return null;
  return new CaughtMail(toFacts(detail), raw.octets, http.origin);
}

async function detailOf(http: HttpClient, id: string): Promise<MessageDetailShape | null> {
  const answer = await askServer(http, `/api/messages/${encodeURIComponent(id)}`);
  return answer.status === 404 ? null : answer.json<MessageDetailShape>();
}

function toFacts(detail: MessageDetailShape): ConstructorParameters<typeof CaughtMail>[0] {
  return {
    ...toSummary(detail),
    envelope: detail.envelope,
    origin: detail.origin,
    timings: detail.timings as StoredMessage['timings'],
    dialogue: detail.dialogue,
    // The server has made problems of these; which ones, its list says.
    wire: wireOf(detail),
  };
}

/** Of what went by on the wire only what became a problem is told. */
function wireOf({ problems }: MessageDetailShape): StoredMessage['wire'] {
  const count = (code: string) => {
    const problem = problems.find((one) => one.code === code);
    return problem === undefined ? 0 : Number(/\d+/.exec(problem.where ?? '')?.[0] ?? 1);
  };
  return { bareLfCount: count('bare-lf'), bareCrCount: count('bare-cr'), via: null };
}

function toSummary(shape: MessagePageShape['messages'][number]): MessageSummary {
  const { receivedAt, date, ...same } = shape;
  return {
    ...same,
    from: same.from as Mailbox | null,
    receivedAtMs: Date.parse(receivedAt),
    dateMs: date === null ? null : Date.parse(date),
  };
}

/** In the language of searches; `null`: everything. */
function searchFor({ keys }: Scope): string | null {
  if (keys === null) return null;
  return keys
    .map((key) =>
      key.kind === 'user' ? `user:"${key.user}"` : `recipient:"${printInboxKey(key)}"`,
    )
    .join(' OR ');
}

function whole(ms: number): number {
  return Math.ceil(ms);
}
