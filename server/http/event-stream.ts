/**
 * Server-sent events for many clients from one subscription.
 *
 * Every event of messages gets an id and is kept for replay. Those of sessions and faults do not:
 * there may be thousands a second, so a client that comes back is told to fetch their lists. Metrics
 * are not events but a state: the document is made once a second while somebody listens, and who is
 * late gets the newest one only. A client may choose topics; one that leaves out messages is told at
 * once that some changed, and in a stream of changes every other second. Who listens to one inbox
 * gets what concerns it, of the same events and under the same ids.
 *
 * A client is a pull stream: the connection asks for octets only when its socket takes them, and gets
 * all that has queued up since. Writes come once per interval on average; news of messages, which
 * somebody may be waiting for, may take some in advance and goes at once where it comes alone, so that
 * who sends, waits and sends again is not slowed down, and thousands of messages still share their
 * writes. Queues hold references to
 * the one encoded event.
 * A client that does not read overflows its queue: the queue is dropped and one `resync` takes its
 * place, so it costs bounded memory and is never silently wrong.
 *
 * Ids start at the clock (epoch milliseconds × 1000), so that they go on increasing over a
 * restart and an id of an earlier process is recognised as one that cannot be replayed.
 */
import { unreachable } from '../assert.ts';
import type { AppEvent, EventBus } from '../events.ts';
import {
  clearInterval,
  clearTimeout,
  epochMs,
  monotonicMs,
  queueMicrotask,
  setInterval,
  setTimeout,
} from '../timers.ts';
import { presentFired } from './present-fault.ts';
import { isNamed, presentPlaced } from './present-inbox.ts';
import { presentSession } from './present-session.ts';
import type { HttpLimits } from './types.ts';

export const eventTopics = ['messages', 'sessions', 'faults', 'metrics'] as const;
export type EventTopic = (typeof eventTopics)[number];

export interface EventStream {
  /**
   * `null`: as many clients as there may be. `lastEventId` is what the client has seen; it has a
   * meaning only for those who take messages.
   */
  connect(
    lastEventId: string | null,
    topics?: ReadonlySet<EventTopic>,
    /** Of messages only what happens in this inbox; its id as the store has it. */
    inbox?: string | null,
  ): ReadableStream<Uint8Array> | null;
  readonly clientCount: number;
  /** Octets that wait for clients to read them; each event counts once per client. */
  readonly queuedBytes: number;
  close(): void;
}

type EventLimits = Pick<
  HttpLimits,
  | 'eventClientsMax'
  | 'eventQueueBytesMax'
  | 'eventHistoryMax'
  | 'eventHeartbeatMs'
  | 'eventWriteIntervalMs'
>;

interface Entry {
  readonly id: number;
  readonly event: AppEvent;
  /** Encoded when somebody first wants it. */
  wire: Wire | null;
}

interface Wire {
  readonly text: string;
  readonly bytes: number;
}

const reconnectMs = 1_000;
/** As many as are due in one second. */
const writesInAdvanceMax = 10;
/** So few events, so long after the last write, are no flood and need no turn. */
const aloneMax = 3;
const aloneAfterMs = 10;
const everySecondMs = 1_000;
/** Between two `messages-changed`. */
const changedEverySeconds = 2;
/** So long after the last client left are messages still kept for its return. */
const returnMs = 60_000;
const allTopics: ReadonlySet<EventTopic> = new Set(eventTopics);

export function createEventStream(
  events: EventBus,
  limits: EventLimits,
  metrics: { document(): unknown } | null = null,
): EventStream {
  const clients = new Set<Client>();
  let everySecond: NodeJS.Timeout | null = null;
  let messagesChanged = false;
  let secondsSinceChanged = changedEverySeconds;
  const startId = epochMs() * 1_000;
  let lastId = startId;
  let lastTakerLeftAtMs = Number.NEGATIVE_INFINITY;
  /** The newest, in order of id. Trimmed only when it has twice its size: cheap on average. */
  let history: Entry[] = [];

  const unsubscribe = events.subscribe((event) => {
    const topic = fleeting[event.kind];
    if (topic !== undefined) {
      const takers = takersOf(topic);
      if (takers.length === 0) return;
      const wire = withoutId(event.kind, payload(event));
      for (const client of takers) client.offer(wire);
      return;
    }
    messagesChanged = true;
    tellChanged();
    lastId += 1;
    if (event.kind === 'messages-untold') {
      // Nobody was there; who came meanwhile, or comes back, is told to fetch again.
      history = [];
      for (const client of takersOf('messages')) client.lose();
      return;
    }
    const entry: Entry = { id: lastId, event, wire: null };
    history.push(entry);
    if (history.length >= limits.eventHistoryMax * 2) {
      history = history.slice(-limits.eventHistoryMax);
    }
    for (const client of takersOf('messages')) offerEntry(client, entry);
  }, isHeard);
  const heartbeat = setInterval(() => {
    for (const client of clients) client.beat();
  }, limits.eventHeartbeatMs);
  heartbeat.unref();

  function offerEntry(client: Client, entry: Entry): void {
    const wire = client.inbox === null ? wireForm(entry) : wireInInbox(entry, client.inbox);
    if (wire !== null) client.offer(wire, 'urgent');
  }

  /** What was missed since `id`; `null` when that cannot be told. */
  function missedSince(id: string): readonly Entry[] | null {
    const seen = /^\d{1,16}$/.test(id) ? Number(id) : Number.NaN;
    const kept = history.slice(-limits.eventHistoryMax);
    const oldest = kept[0]?.id ?? lastId + 1;
    if (!(seen >= oldest - 1 && seen <= lastId)) return null;
    return kept.slice(seen - oldest + 1);
  }

  /** Somebody listens, or did a moment ago and may come back for what was missed. */
  function isHeard(): boolean {
    if (takersOf('messages').length > 0) return true;
    // While nobody has ever been there, no clock is read.
    return (
      lastTakerLeftAtMs > Number.NEGATIVE_INFINITY && monotonicMs() - lastTakerLeftAtMs < returnMs
    );
  }

  function takersOf(topic: EventTopic): readonly Client[] {
    return [...clients].filter(({ topics }) => topics.has(topic));
  }

  function tellChanged(): void {
    if (!messagesChanged || secondsSinceChanged < changedEverySeconds) return;
    messagesChanged = false;
    secondsSinceChanged = 0;
    for (const client of clients) {
      if (!client.topics.has('messages')) client.offer(messagesChangedWire);
    }
  }

  function startSeconds(): void {
    everySecond ??= setInterval(() => {
      secondsSinceChanged += 1;
      tellChanged();
      const takers = takersOf('metrics');
      if (metrics === null || takers.length === 0) return;
      const wire = withoutId('metrics', metrics.document());
      for (const client of takers) client.offerMetrics(wire);
    }, everySecondMs).unref();
  }

  function stopSeconds(): void {
    if (everySecond !== null) clearInterval(everySecond);
    everySecond = null;
  }

  return {
    connect(lastEventId, topics = allTopics, inbox = null) {
      if (clients.size >= limits.eventClientsMax) return null;
      const seen = topics.has('messages') ? lastEventId : null;
      const opened = opening(seen === null && topics.has('messages') ? lastId : null);
      const client = new Client({ limits, topics, inbox, opening: opened, lastId: () => lastId });
      if (seen !== null) {
        const missed = missedSince(seen);
        if (missed === null) client.lose();
        else for (const entry of missed) offerEntry(client, entry);
      }
      if (lastEventId !== null && topics.has('sessions')) {
        client.offer(withoutId('sessions-changed', {}));
      }
      if (lastEventId !== null && topics.has('faults')) {
        client.offer(withoutId('faults-changed', {}));
      }
      clients.add(client);
      startSeconds();
      return client.stream(() => {
        clients.delete(client);
        if (client.topics.has('messages')) lastTakerLeftAtMs = monotonicMs();
        if (clients.size === 0) stopSeconds();
      });
    },
    get clientCount() {
      return clients.size;
    },
    get queuedBytes() {
      let bytes = 0;
      for (const client of clients) bytes += client.queuedBytes;
      return bytes;
    },
    close() {
      clearInterval(heartbeat);
      stopSeconds();
      unsubscribe();
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}

class Client {
  readonly topics: ReadonlySet<EventTopic>;
  readonly inbox: string | null;
  readonly #limits: EventLimits;
  readonly #lastId: () => number;
  /** Precedes the first write; never dropped. */
  #opening: string;
  #queue: string[] = [];
  #queuedBytes = 0;
  /** Not in the queue: a newer one takes its place. */
  #metrics = '';
  /** Something was dropped: the next write is a `resync`, which covers all up to then. */
  #lost = false;
  #ended = false;
  #wanted: { readonly give: (octets: Uint8Array | null) => void } | null = null;
  #flushPlanned = false;
  /** Something in the queue is news of messages. */
  #urgent = false;
  #timer: NodeJS.Timeout | null = null;
  /** When the next write is due by the average; a write in advance moves it on by as much. */
  #dueAtMs = Number.NEGATIVE_INFINITY;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: {
    readonly limits: EventLimits;
    readonly topics: ReadonlySet<EventTopic>;
    readonly inbox: string | null;
    readonly lastId: () => number;
    readonly opening: string;
  }) {
    this.topics = parts.topics;
    this.inbox = parts.inbox;
    this.#limits = parts.limits;
    this.#lastId = parts.lastId;
    this.#opening = parts.opening;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  stream(onGone: () => void): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) =>
          new Promise<void>((resolve) => {
            this.#wanted = {
              give(octets) {
                if (octets === null) controller.close();
                else controller.enqueue(octets);
                resolve();
              },
            };
            this.#planFlush();
          }),
        cancel: () => {
          this.#stop();
          onGone();
        },
      },
      // Nothing is produced ahead of what the connection asks for.
      { highWaterMark: 0 },
    );
  }

  offer(wire: Wire, urgency: 'urgent' | 'usual' = 'usual'): void {
    // Until the `resync` is written everything is covered by it.
    if (this.#lost) return;
    if (this.#queuedBytes + wire.bytes > this.#limits.eventQueueBytesMax) {
      this.lose();
      return;
    }
    this.#queue.push(wire.text);
    this.#queuedBytes += wire.bytes;
    if (urgency === 'urgent' && !this.#urgent) {
      this.#urgent = true;
      this.#forgetPlan();
    }
    this.#planFlush();
  }

  offerMetrics(wire: Wire): void {
    this.#metrics = wire.text;
    this.#planFlush();
  }

  lose(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#lost = true;
    this.#planFlush();
  }

  /** Only to those who wait with nothing to read; it keeps proxies and idle limits from closing. */
  beat(): void {
    if (this.#wanted === null || !this.#isEmpty || this.#lost) return;
    // Where little happens the id would fall behind what is kept for replay.
    this.offer(this.inbox === null ? heartbeatWire : heartbeatWithId(this.#lastId()));
  }

  end(): void {
    this.#stop();
    this.#wanted?.give(null);
    this.#wanted = null;
  }

  get #isEmpty(): boolean {
    return this.#queue.length === 0 && this.#metrics === '';
  }

  #stop(): void {
    this.#ended = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#metrics = '';
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** A write that waits for its time can come sooner; one that comes in this turn cannot. */
  #forgetPlan(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushPlanned = false;
  }

  #planFlush(): void {
    if (this.#ended) {
      this.#wanted?.give(null);
      this.#wanted = null;
      return;
    }
    if (this.#flushPlanned || this.#wanted === null) return;
    if (this.#isEmpty && !this.#lost && this.#opening === '') return;
    this.#flushPlanned = true;
    const now = monotonicMs();
    const inAdvanceMs = this.#urgent ? writesInAdvanceMax * this.#limits.eventWriteIntervalMs : 0;
    const waitMs = this.#dueAtMs - inAdvanceMs - now;
    const mayGoAlone = this.#urgent && now - this.#writtenAtMs >= aloneAfterMs;
    if (waitMs > 0 && !mayGoAlone) {
      this.#flushAfter(waitMs);
      return;
    }
    // Not now: a commit of many messages publishes them in one turn, and they belong in one write.
    queueMicrotask(() => {
      if (waitMs > 0 && this.#queue.length > aloneMax) this.#flushAfter(waitMs);
      else this.#flush();
    });
  }

  #flushAfter(ms: number): void {
    this.#timer = setTimeout(() => this.#flush(), ms);
  }

  #flush(): void {
    this.#flushPlanned = false;
    this.#timer = null;
    if (this.#ended || this.#wanted === null) return;
    const news = this.#lost ? resyncText(this.#lastId()) : this.#queue.join('');
    const text = this.#opening + news + this.#metrics;
    this.#opening = '';
    this.#metrics = '';
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#lost = false;
    this.#urgent = false;
    this.#writtenAtMs = monotonicMs();
    const { eventWriteIntervalMs: intervalMs } = this.#limits;
    // What went alone is not held against a flood that comes after it.
    const latestMs = this.#writtenAtMs + (writesInAdvanceMax + 1) * intervalMs;
    this.#dueAtMs = Math.min(latestMs, Math.max(this.#dueAtMs, this.#writtenAtMs) + intervalMs);
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted.give(Buffer.from(text));
  }
}

const messagesChangedWire = withoutId('messages-changed', {});
const heartbeatWire: Wire = { text: ':\n\n', bytes: 3 };

function heartbeatWithId(id: number): Wire {
  const text = `id: ${id}\n:\n\n`;
  return { text, bytes: text.length };
}

/**
 * At once, so that the client knows that it is connected. The id alone makes no event, but from
 * then on a reconnect can be answered with what was missed.
 */
function opening(id: number | null): string {
  return `retry: ${reconnectMs}\n${id === null ? '' : `id: ${id}\n`}: connected\n\n`;
}

function resyncText(id: number): string {
  return `id: ${id}\nevent: resync\ndata: {}\n\n`;
}

function wireForm(entry: Entry): Wire {
  entry.wire ??= encode(entry, payload(entry.event));
  return entry.wire;
}

/** What who listens to one inbox is told of an event; `null`: nothing. */
function wireInInbox(entry: Entry, inbox: string): Wire | null {
  const { event } = entry;
  switch (event.kind) {
    case 'message':
    case 'message-updated': {
      if (event.inboxes.includes(inbox)) return wireForm(entry);
      // Other tags may have taken it out of a named inbox; the event says where it is now.
      const mayHaveLeft = event.kind === 'message-updated' && event.changed === 'tags';
      if (isNamed(inbox)) return mayHaveLeft ? wireForm(entry) : null;
      return event.inMoreInboxes ? encode({ ...entry, event: { kind: 'resync' } }, {}) : null;
    }
    case 'messages-removed': {
      if (event.ids === null) return wireForm(entry);
      const ids = event.inboxes.flatMap((members) => (members.inbox === inbox ? members.ids : []));
      return ids.length === 0 ? null : encode(entry, { ids, reason: event.reason });
    }
    default:
      return wireForm(entry);
  }
}

/** JSON has no line breaks of its own, so one `data:` line holds it. */
function encode({ id, event }: Pick<Entry, 'id' | 'event'>, content: unknown): Wire {
  const text = `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(content)}\n\n`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** It leaves the id of the client where it was. */
function withoutId(name: string, content: unknown): Wire {
  const text = `event: ${name}\ndata: ${JSON.stringify(content)}\n\n`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** Not kept for replay: who comes back is told to fetch the list again. */
const fleeting: Readonly<Partial<Record<AppEvent['kind'], EventTopic>>> = {
  session: 'sessions',
  'sessions-changed': 'sessions',
  fault: 'faults',
  'faults-changed': 'faults',
};

function payload(event: AppEvent): unknown {
  switch (event.kind) {
    case 'message':
    case 'message-updated':
      return presentPlaced(event);
    case 'messages-removed':
      return { ids: event.ids, reason: event.reason };
    case 'session':
      return presentSession(event.session);
    case 'fault':
      return presentFired(event.fault, event.hits);
    case 'resync':
    case 'messages-untold':
    case 'inboxes-changed':
    case 'sessions-changed':
    case 'faults-changed':
      return {};
    default:
      return unreachable(event);
  }
}
