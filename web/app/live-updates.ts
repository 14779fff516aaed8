/**
 * Server-sent events → query cache.
 *
 * Events are gathered and applied at the next frame, at most ten times a second. Where more come
 * at once than fit on a screen, nobody can read them as they pass: then, and while the page is
 * hidden, where there are no frames, four times a second. Only what the view shows is listened to: of messages that nobody sees it is enough to
 * know that some changed. A lost connection is tried again after a growing pause that the reader can see and cut short; since the
 * browser's own retry cannot be looked at, each try is a new EventSource, and once it is open
 * everything shown is asked for again instead of being replayed.
 */
import type { QueryClient } from '@tanstack/react-query';
import {
  eventsUrl,
  type Fault,
  type FaultFired,
  type FaultList,
  type MessageSummary,
} from '../lib/api.ts';
import { LiveMetrics } from '../lib/live-metrics.ts';
import type { LiveStatus, LiveStatusSource, LiveTopics } from '../lib/live-status.ts';
import {
  applyChanges,
  refreshCounts,
  refreshEverything,
  refreshNamedLists,
  staleMessages,
} from '../lib/message-cache.ts';
import { keys } from '../lib/queries.ts';
import { whenIdle } from '../lib/when-idle.ts';
import { SessionUpdates } from './session-updates.ts';

/** The server is near and comes back soon, most often because somebody restarts it. */
const pausesMs = [500, 1_000, 2_000, 3_000] as const;
const countsEveryMs = 700;
const flushEveryMs = 100;
const hiddenEveryMs = 250;
const streamEveryMs = 250;
/** More than this many messages at once are a stream. */
const screenful = 20;
/** Beyond this many between two frames the list is asked for instead. */
const batchMax = 2_000;

export class LiveUpdates implements LiveStatusSource {
  /** Kept out of the query cache: one a second, for charts that React does not draw. */
  readonly metrics = new LiveMetrics();
  private readonly client: QueryClient;
  private readonly sessions: SessionUpdates;
  private readonly listeners = new Set<() => void>();
  private topics: LiveTopics = 'messages';
  private started = false;
  private opened = false;
  private source: EventSource | null = null;
  private now: LiveStatus = { kind: 'connecting' };
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private countsTimer: ReturnType<typeof setTimeout> | undefined;
  private flushPlanned = false;
  private flushDueAtMs = Number.NEGATIVE_INFINITY;
  private batch = emptyBatch();

  constructor(client: QueryClient) {
    this.client = client;
    this.sessions = new SessionUpdates(client);
  }

  readonly status = (): LiveStatus => this.now;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  readonly retry = (): void => {
    clearTimeout(this.retryTimer);
    this.connect();
  };

  /** Another view is shown. What was missed meanwhile is asked for once the stream is open. */
  readonly follow = (topics: LiveTopics): void => {
    if (topics === this.topics) return;
    this.topics = topics;
    if (this.started && this.now.kind !== 'reconnecting') this.connect();
  };

  /** Returns the function that ends it. */
  start(): () => void {
    this.started = true;
    const wake = () => {
      if (!document.hidden && this.now.kind === 'reconnecting') this.retry();
    };
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    this.connect();
    return () => {
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      clearTimeout(this.retryTimer);
      clearTimeout(this.countsTimer);
      this.started = false;
      this.sessions.stop();
      this.source?.close();
      this.source = null;
    };
  }

  private connect(): void {
    this.source?.close();
    // Of faults every view shows that there are some.
    const source = new EventSource(
      eventsUrl(this.topics === '' ? 'faults' : `${this.topics},faults`),
    );
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.become({ kind: 'connected' });
      void this.catchUp();
    };
    source.onerror = () => this.lost(source);
    source.addEventListener('session', (event: MessageEvent<string>) => {
      this.sessions.take(event.data);
    });
    source.addEventListener('fault', (event: MessageEvent<string>) => {
      const { fault } = JSON.parse(event.data) as FaultFired;
      this.client.setQueryData<FaultList>(keys.faults, (list) => list && withFault(list, fault));
    });
    source.addEventListener('faults-changed', () => {
      void this.client.invalidateQueries({ queryKey: keys.faults });
    });
    source.addEventListener('sessions-changed', () => this.sessions.refresh());
    source.addEventListener('messages-changed', () => {
      staleMessages(this.client);
      refreshCounts(this.client);
    });
    source.addEventListener('metrics', (event: MessageEvent<string>) => {
      this.metrics.take(event.data);
    });
    for (const name of Object.keys(readers) as EventName[]) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        readers[name](this.batch, event.data);
        this.planFlush();
      });
    }
  }

  /** What happened before the stream was open; at the first time the first picture goes before. */
  private async catchUp(): Promise<void> {
    if (!this.opened) {
      this.opened = true;
      // An answer on its way may be older than the stream, and would not be asked for again.
      do await whenIdle();
      while (this.client.isFetching({ queryKey: keys.lists }) > 0);
    }
    refreshEverything(this.client);
    this.sessions.refresh();
    void this.client.invalidateQueries({ queryKey: keys.faults });
    void this.client.invalidateQueries({ queryKey: keys.server });
  }

  private lost(source: EventSource): void {
    source.close();
    if (source !== this.source) return;
    const pause = pausesMs[Math.min(this.failures, pausesMs.length - 1)] ?? 0;
    this.failures += 1;
    this.become({ kind: 'reconnecting', retryAtMs: Date.now() + pause });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), pause);
  }

  private become(status: LiveStatus): void {
    this.now = status;
    for (const listener of this.listeners) listener();
  }

  private planFlush(): void {
    if (this.flushPlanned) return;
    this.flushPlanned = true;
    const flush = () => {
      this.flushPlanned = false;
      const isStream = this.batch.arrived.length > screenful;
      this.flushDueAtMs = performance.now() + (isStream ? streamEveryMs : flushEveryMs);
      this.flush();
    };
    const pause = this.flushDueAtMs - performance.now();
    if (document.hidden) setTimeout(flush, hiddenEveryMs);
    else if (pause > 0) setTimeout(() => requestAnimationFrame(flush), pause);
    else requestAnimationFrame(flush);
  }

  private flush(): void {
    const { batch } = this;
    this.batch = emptyBatch();
    if (batch.resync) {
      refreshEverything(this.client);
      this.sessions.refresh();
    } else applyChanges(this.client, batch);
    if (batch.inboxesChanged) refreshNamedLists(this.client);
    this.planCounts();
  }

  private planCounts(): void {
    if (this.countsTimer !== undefined) return;
    this.countsTimer = setTimeout(() => {
      this.countsTimer = undefined;
      refreshCounts(this.client);
    }, countsEveryMs);
  }
}

function withFault(list: FaultList, changed: Fault): FaultList {
  const put = (fault: Fault) => (fault.id === changed.id ? changed : fault);
  return { faults: list.faults.map(put), magic: put(list.magic) };
}

interface Batch {
  readonly arrived: MessageSummary[];
  readonly updated: Map<string, MessageSummary>;
  readonly deleted: Set<string>;
  readonly pruned: Set<string>;
  resync: boolean;
  /** The messages of a named inbox may be other ones now. */
  inboxesChanged: boolean;
}

function emptyBatch(): Batch {
  return {
    arrived: [],
    updated: new Map(),
    deleted: new Set(),
    pruned: new Set(),
    resync: false,
    inboxesChanged: false,
  };
}

type EventName = keyof typeof readers;

/** The events of `GET /api/events`, each with what it adds to the batch. */
const readers = {
  message(batch: Batch, text: string) {
    if (batch.arrived.length < batchMax) batch.arrived.push(JSON.parse(text) as MessageSummary);
    else batch.resync = true;
  },
  'message-updated'(batch: Batch, text: string) {
    const message = JSON.parse(text) as MessageSummary;
    batch.updated.set(message.id, message);
  },
  'messages-removed'(batch: Batch, text: string) {
    const removed = JSON.parse(text) as RemovedEvent;
    if (removed.ids === null) batch.resync = true;
    const ids = removed.reason === 'retention' ? batch.pruned : batch.deleted;
    for (const id of removed.ids ?? []) ids.add(id);
  },
  resync(batch: Batch) {
    batch.resync = true;
  },
  /** Their counts are asked for anew after every batch. */
  'inboxes-changed'(batch: Batch) {
    batch.inboxesChanged = true;
  },
};

interface RemovedEvent {
  readonly ids: readonly string[] | null;
  readonly reason: 'deleted' | 'retention' | 'inbox-retention';
}
