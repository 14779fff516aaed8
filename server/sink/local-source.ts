/** Messages of the engine in this process: told of in the very turn in which they are read. */
import type { Filter, MessageSummary } from '../../db/types.ts';
import type { EventBus } from '../events.ts';
import type { Storage } from '../storage/types.ts';
import { clearTimeout, epochMs, setTimeout } from '../timers.ts';
import { CaughtMail } from './mail.ts';
import { narrowing } from './mail-match.ts';
import { type Scope, scopeFilter } from './scope.ts';
import type { Arrivals, ArrivalsQuery, Candidate, CandidatesQuery, MailSource } from './source.ts';

/** Rows of one look into the store, which takes no more at once. */
const pageMax = 1_000;

export type LocalMessages = Omit<MailSource, 'settle'>;

export function createLocalMessages(parts: {
  readonly storage: Storage;
  readonly events: EventBus;
  readonly webUrl: string | null;
}): LocalMessages {
  const { storage, events, webUrl } = parts;

  const candidate = (summary: MessageSummary): Candidate => ({
    id: summary.id,
    seq: summary.seq,
    summary,
    async open() {
      const [facts, raw] = await Promise.all([storage.get(summary.id), storage.raw(summary.id)]);
      return facts === null || raw === null ? null : new CaughtMail(facts, raw, webUrl);
    },
  });

  async function list(query: CandidatesQuery & { readonly limit: number }): Promise<Candidate[]> {
    const filter = filterOf(query);
    const found: MessageSummary[] = [];
    for (let beforeSeq: number | null = null; found.length < query.limit; ) {
      const limit = Math.min(pageMax, query.limit - found.length);
      const page = await storage.list({ filter, limit, beforeSeq, skip: 0 });
      const fresh = page.messages.filter(({ seq }) => seq > query.afterSeq);
      found.push(...fresh);
      beforeSeq = page.nextBeforeSeq;
      if (beforeSeq === null || fresh.length < page.messages.length) break;
    }
    return found.reverse().map(candidate);
  }

  return {
    nowMs: epochMs,
    list,
    arrivals: (query) =>
      new LocalArrivals(
        (listener) =>
          events.subscribe((event) => {
            if (event.kind !== 'message' || event.message.seq <= query.afterSeq) return;
            listener(candidate(event.message));
          }),
        () => list({ ...query, limit: Number.POSITIVE_INFINITY }),
        query,
      ),
    async lastSeq() {
      const page = await storage.list({ filter: null, limit: 1, beforeSeq: null, skip: 0 });
      return page.messages[0]?.seq ?? 0;
    },
    seqOf: async (id) => (await storage.get(id))?.seq ?? null,
    async remove(scope) {
      const filter = scopeFilter(scope);
      const removal = await storage.remove(
        filter === null ? { kind: 'all' } : { kind: 'filter', filter },
      );
      return removal.count;
    },
  };
}

function filterOf({ scope, match }: { scope: Scope; match: CandidatesQuery['match'] }) {
  const own = scopeFilter(scope);
  const all: readonly Filter[] = [...(own === null ? [] : [own]), ...narrowing(match)];
  return all.length === 0 ? null : ({ kind: 'and', all } as const);
}

/** Listens first and looks then, so that nothing falls between the two. */
class LocalArrivals implements Arrivals {
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout | null;
  #queue: Candidate[] = [];
  #lastSeq = 0;
  #looking: Promise<void> | null;
  /** What is there is still given. */
  #isOver = false;
  #wake: () => void = () => {};

  constructor(
    subscribe: (listener: (candidate: Candidate) => void) => () => void,
    look: () => Promise<readonly Candidate[]>,
    { timeoutMs, isBackground = false }: ArrivalsQuery,
  ) {
    this.#unsubscribe = subscribe((candidate) => {
      this.#queue.push(candidate);
      this.#wake();
    });
    this.#timer = timeoutMs === null ? null : setTimeout(() => this.#end(), timeoutMs);
    if (isBackground) this.#timer?.unref();
    this.#looking = this.#look(look);
    // Whoever asks for the next one is told.
    this.#looking.catch(() => {});
  }

  async next(): Promise<Candidate | null> {
    if (this.#looking !== null) await this.#looking;
    for (;;) {
      const candidate = this.#queue.shift();
      if (candidate !== undefined) {
        if (candidate.seq <= this.#lastSeq) continue;
        this.#lastSeq = candidate.seq;
        return candidate;
      }
      if (this.#isOver) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#queue = [];
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#wake();
  }

  async #look(look: () => Promise<readonly Candidate[]>): Promise<void> {
    const found = await look();
    this.#queue = [...found, ...this.#queue];
    this.#looking = null;
  }
}
