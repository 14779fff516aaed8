/**
 * When is nothing under way? A barrier for tests that want to say that no mail came.
 *
 * Two things are made sure of. First, that we have seen all there is: everything that has reached
 * the kernel, a connection in an accept queue or octets in a socket, makes its descriptor readable,
 * and each turn of the event loop takes what is readable. So after turns in which nothing was
 * accepted, read or answered, nothing of before the call is left. Second, that nobody is in the
 * middle of something: no open transaction, no handshake, and no client that was heard of so lately
 * that it may be about to go on.
 *
 * Not made sure of is what a client has not sent yet. Nobody can know that.
 */
import { clearTimeout, monotonicMs, setImmediate, setTimeout } from '../timers.ts';

/** Of an open session, what decides whether it is at rest. */
export interface Activity {
  /** In the middle of a transaction or of a handshake. */
  readonly isBusy: boolean;
  /** Octets so far. */
  readonly bytesReceived: number;
  /** When it last said something, on the clock of `monotonicMs`; `null` when nothing is timed. */
  readonly lastHeardMs: number | null;
}

export interface Watched<Session extends Activity> {
  readonly open: Iterable<Session>;
  /** Changes with everything that is observed. */
  readonly observedCount: number;
  /** Calls once, with the next thing that is observed; returns what takes that back. */
  onObserved(act: () => void): () => void;
}

export interface QuietOptions {
  readonly quietMs: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The poll phase lies between two of these, and one more lets what it brought be finished. */
const turns = 3;

/** Resolves with those that are not at rest when the time is over; with none when all is quiet. */
export async function untilQuiet<Session extends Activity>(
  watched: Watched<Session>,
  { quietMs, timeoutMs, signal }: QuietOptions,
): Promise<readonly Session[]> {
  const startedMs = monotonicMs();
  /** Where nothing is timed, silence counts from when we first saw that many octets. */
  const seen = new Map<Session, { readonly bytesReceived: number; readonly atMs: number }>();
  const silentSinceMs = (session: Session, nowMs: number): number => {
    if (session.lastHeardMs !== null) return session.lastHeardMs;
    const { bytesReceived } = session;
    const known = seen.get(session);
    if (known?.bytesReceived === bytesReceived) return known.atMs;
    seen.set(session, { bytesReceived, atMs: nowMs });
    return nowMs;
  };

  for (;;) {
    const before = markOf(watched);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    const nowMs = monotonicMs();
    const restless = [...watched.open].map((session) => ({
      session,
      restsAtMs: session.isBusy ? Infinity : silentSinceMs(session, nowMs) + quietMs,
    }));
    const awake = restless.filter(({ restsAtMs }) => restsAtMs > nowMs);
    const leftMs = startedMs + timeoutMs - nowMs;
    if (awake.length === 0 && markOf(watched) === before) return [];
    if (leftMs <= 0 || signal?.aborted === true) return awake.map(({ session }) => session);
    if (awake.length === 0) continue;
    const soonestMs = Math.min(...awake.map(({ restsAtMs }) => restsAtMs)) - nowMs;
    await somethingOr(watched, Math.min(soonestMs, leftMs), signal);
  }
}

function markOf(watched: Watched<Activity>): number {
  let mark = watched.observedCount;
  for (const { bytesReceived } of watched.open) mark += bytesReceived;
  return mark;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function somethingOr(
  watched: Watched<Activity>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      forget();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.ceil(timeoutMs));
    const forget = watched.onObserved(done);
    signal?.addEventListener('abort', done);
  });
}
