/**
 * Records every SMTP session, also those that deliver nothing: open ones in memory, ended ones in
 * the store. What is asked is answered from both.
 *
 * A session counts as ended with the last word of the protocol; the socket may linger a moment
 * longer for the client to take it.
 */
import type {
  RecordedOutcome,
  SessionFilter,
  SessionRecord,
  SessionSummary,
} from '../../db/session-types.ts';
import type { EventBus } from '../events.ts';
import type { SessionFacts, SmtpObserver } from '../smtp/types.ts';
import type { SessionStorage } from '../storage/types.ts';
import { clearTimeout, epochMs, queueMicrotask, setTimeout } from '../timers.ts';
import { Announcer } from './announcer.ts';
import { type QuietOptions, untilQuiet } from './quiescence.ts';
import { RecordedSession } from './recorded-session.ts';
import { matches } from './session-filter.ts';
import { SessionWriter } from './session-writer.ts';
import type { SessionCursor, SessionPage, SessionSource } from './types.ts';

export interface SessionRecorderOptions {
  readonly storage: SessionStorage;
  readonly events: EventBus;
  /** The clock of the SMTP server; `null` when it has none, and steps are not timed. */
  readonly clockMs: (() => number) | null;
  readonly onError: (error: Error) => void;
  /** Tests write sooner or later. */
  readonly writeEveryMs?: number;
}

export interface SessionRecorder extends SessionSource {
  readonly observer: SmtpObserver;
  /** After the SMTP server, before the store. */
  close(): Promise<void>;
}

/** Open, or not yet taken by the store. */
interface InMemory {
  readonly number: number;
  readonly id: string;
  readonly outcome: RecordedOutcome;
  summary(): SessionSummary;
  record(): SessionRecord;
}

const writeEveryMs = 250;
/** As long as a list waits for the store to take what has ended before it. */
const catchUpMs = 2_000;

export function createSessionRecorder(options: SessionRecorderOptions): SessionRecorder {
  return new Recorder(options);
}

class Recorder implements SessionRecorder {
  readonly observer: SmtpObserver;
  readonly #storage: SessionStorage;
  readonly #clockMs: () => number;
  readonly #announcer: Announcer;
  readonly #writer: SessionWriter;
  /** In order of opening. */
  readonly #open = new Map<SessionFacts, RecordedSession>();
  #number = 0;
  #observedCount = 0;
  readonly #onObserved = new Set<() => void>();

  constructor(options: SessionRecorderOptions) {
    const { storage } = options;
    this.#storage = storage;
    this.#clockMs = options.clockMs ?? epochMs;
    this.#announcer = new Announcer(options.events);
    this.#writer = new SessionWriter({
      save: (sessions) => storage.saveSessions(sessions),
      onError: options.onError,
      writeEveryMs: options.writeEveryMs ?? writeEveryMs,
    });
    this.observer = this.#observer(options.clockMs !== null);
  }

  async list(query: {
    readonly filter: SessionFilter;
    readonly limit: number;
    readonly cursor: SessionCursor | null;
  }): Promise<SessionPage> {
    await this.#caughtUp();
    const { filter, limit, cursor } = query;
    const inMemory = this.#inMemory().filter((session) => matches(session, filter));
    const shown =
      cursor?.kind === 'stored' ? [] : upTo(inMemory, filter.outcome, cursor?.beforeNumber ?? null);
    const page = shown.slice(0, limit);
    const stored = await this.#storage.listSessions({
      filter,
      limit: limit - page.length,
      beforeSeq: cursor?.kind === 'stored' ? cursor.beforeSeq : null,
    });
    const byOutcome = addCounts(inMemory, stored.byOutcome);
    const seen = new Set(inMemory.map(({ id }) => id));
    return {
      sessions: [
        ...page.map((session) => session.summary()),
        ...stored.sessions.filter(({ id }) => !seen.has(id)),
      ],
      next: nextCursor(page.at(-1), shown.length > limit, stored.nextBeforeSeq),
      total:
        filter.outcome === null
          ? Object.values(byOutcome).reduce((sum, count) => sum + count, 0)
          : (byOutcome[filter.outcome] ?? 0),
      byOutcome,
    };
  }

  async get(id: string): Promise<SessionRecord | null> {
    const found = this.#inMemory().find((session) => session.id === id);
    return found?.record() ?? this.#storage.getSession(id);
  }

  async clear(): Promise<number> {
    await this.#caughtUp();
    await this.#writer.drop();
    const count = await this.#storage.clearSessions();
    this.#announcer.cleared();
    return count;
  }

  async quiet(options: QuietOptions): Promise<readonly SessionSummary[]> {
    const recorder = this;
    const awake = await untilQuiet(
      {
        get open() {
          return recorder.#open.values();
        },
        get observedCount() {
          return recorder.#observedCount;
        },
        onObserved(act) {
          recorder.#onObserved.add(act);
          return () => recorder.#onObserved.delete(act);
        },
      },
      options,
    );
    return awake.map((session) => session.summary());
  }

  async close(): Promise<void> {
    this.#announcer.close();
    await this.#writer.flush();
  }

  /** The hot path: everything here runs for every line of every session. */
  #observer(timed: boolean): SmtpObserver {
    return {
      connectionOpened: (facts, traffic) => {
        this.#observed();
        this.#number += 1;
        const session = new RecordedSession(facts, {
          number: this.#number,
          traffic,
          timed,
          start: { atMs: epochMs(), clockMs: this.#clockMs() },
        });
        this.#open.set(facts, session);
        this.#announcer.opened(session);
      },
      observed: (facts, observation, writtenAtMs) => {
        this.#observed();
        const session = this.#open.get(facts);
        // One that was cut off may still be told what became of its message.
        if (session === undefined) return;
        if (observation.kind === 'ended') {
          session.end(observation.outcome, this.#clockMs());
          this.#ended(session);
          return;
        }
        session.observe(observation, writtenAtMs !== null);
        if (observation.kind === 'reply') this.#announcer.changed(session);
      },
      tlsHandshake: (facts, result) => {
        this.#observed();
        this.#open.get(facts)?.handshake(result, this.#clockMs());
      },
      connectionClosed: (facts) => {
        this.#observed();
        const session = this.#open.get(facts);
        if (session === undefined) return;
        session.end(null, this.#clockMs());
        this.#ended(session);
      },
    };
  }

  #observed(): void {
    this.#observedCount += 1;
    if (this.#onObserved.size === 0) return;
    // After what is observed has had its effect here.
    for (const act of this.#onObserved) queueMicrotask(act);
    this.#onObserved.clear();
  }

  #ended(session: RecordedSession): void {
    this.#open.delete(session.facts);
    const packed = this.#storage.packSession(session.record());
    this.#writer.add({ number: session.number, packed });
    this.#announcer.ended(session);
  }

  /** The newest first: open ones, and those that the store has not taken yet. */
  #inMemory(): readonly InMemory[] {
    const waiting = this.#writer.waiting.map(({ number, packed }) => {
      const record = this.#storage.unpackSession(packed);
      const { id, outcome } = record;
      return { number, id, outcome, summary: () => record, record: () => record };
    });
    return [...this.#open.values(), ...waiting].sort((a, b) => b.number - a.number);
  }

  async #caughtUp(): Promise<void> {
    if (this.#writer.waiting.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, catchUpMs);
    });
    await Promise.race([this.#writer.flush(), limit]);
    clearTimeout(timer);
  }
}

function upTo(
  sessions: readonly InMemory[],
  outcome: RecordedOutcome | null,
  beforeNumber: number | null,
): readonly InMemory[] {
  return sessions.filter(
    (session) =>
      (outcome === null || session.outcome === outcome) &&
      (beforeNumber === null || session.number < beforeNumber),
  );
}

function addCounts(
  sessions: readonly InMemory[],
  stored: SessionPage['byOutcome'],
): SessionPage['byOutcome'] {
  const counts: Partial<Record<SessionSummary['outcome'], number>> = { ...stored };
  for (const { outcome } of sessions) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function nextCursor(
  lastShown: InMemory | undefined,
  moreInMemory: boolean,
  nextBeforeSeq: number | null,
): SessionCursor | null {
  if (moreInMemory && lastShown !== undefined) {
    return { kind: 'open', beforeNumber: lastShown.number };
  }
  return nextBeforeSeq === null ? null : { kind: 'stored', beforeSeq: nextBeforeSeq };
}
