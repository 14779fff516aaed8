/**
 * The list of sessions as it is cached, the last to start first, so that a row keeps its place when
 * its session ends. The API lists those that are open and then the last to end, so a page that
 * comes later may hold a long session that belongs further up. Events put new ones on top and change others in place; an event that only the server can
 * judge marks the list as uncertain, and it is asked for again. While it is paused, events wait
 * and nothing moves.
 */
import type { SessionPage, SessionSummary } from './api.ts';
import type { SessionFilter } from './links.ts';

export interface SessionList {
  readonly sessions: readonly SessionSummary[];
  readonly nextCursor: string | null;
  readonly total: number;
  /** What came while paused, each session once as it is now; `null` while not paused. */
  readonly waiting: ReadonlyMap<string, SessionSummary> | null;
  /** The first row when the reader left the top; `null` while it is in sight. */
  readonly topId: string | null;
  /** At least so many came above the list that were not loaded, so as not to move the reader. */
  readonly missed: number;
}

/** More than this is asked for again instead of being kept. */
export const waitingMax = 5_000;

export function sessionListFrom(page: SessionPage): SessionList {
  const { nextCursor, total } = page;
  return {
    sessions: inOrder(page.sessions),
    nextCursor,
    total,
    waiting: null,
    topId: null,
    missed: 0,
  };
}

function inOrder(sessions: readonly SessionSummary[]): readonly SessionSummary[] {
  return [...sessions].sort(compareSessions);
}

/** `null`: only the server can tell, because it looks at what the page does not have. */
export function sessionMatches(filter: SessionFilter, session: SessionSummary): boolean | null {
  if (filter.outcome && session.outcome !== filter.outcome) return false;
  if (filter.error && !session.errors.includes(filter.error)) return false;
  if (filter.peer && session.peerAddress !== filter.peer) return false;
  if (filter.user && session.authUser?.toLowerCase() !== filter.user.toLowerCase()) return false;
  return filter.query || filter.reply ? null : true;
}

export interface Merged {
  readonly list: SessionList;
  /** The list has to be asked for again to be right. */
  readonly uncertain: boolean;
}

export function withSessions(
  list: SessionList,
  filter: SessionFilter,
  changed: ReadonlyMap<string, SessionSummary>,
): Merged {
  if (list.waiting !== null) {
    if (list.waiting.size >= waitingMax) return { list, uncertain: false };
    return { list: { ...list, waiting: new Map([...list.waiting, ...changed]) }, uncertain: false };
  }
  const left = new Map(changed);
  let uncertain = false;
  const kept = list.sessions.flatMap((session) => {
    const now = left.get(session.id);
    if (!now) return [session];
    left.delete(session.id);
    const matches = sessionMatches(filter, now);
    // What was found once stays found: sessions only gain words and replies.
    return matches === false ? [] : [now];
  });
  const arrived: SessionSummary[] = [];
  for (const session of left.values()) {
    const matches = sessionMatches(filter, session);
    if (matches === null) uncertain = true;
    else if (matches) arrived.push(session);
  }
  const removed = list.sessions.length - kept.length;
  const sessions = arrived.length > 0 ? inOrder([...arrived, ...kept]) : kept;
  const total = Math.max(sessions.length, list.total + arrived.length - removed);
  return { list: { ...list, sessions, total }, uncertain };
}

/** The last to start comes first. */
export function compareSessions(a: SessionSummary, b: SessionSummary): number {
  // ISO 8601 of one form: their order as text is their order in time.
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** The next older page. Its cursor belongs to the list as it was when the page was asked for. */
export function withOlder(list: SessionList, cursor: string, page: SessionPage): SessionList {
  if (list.nextCursor !== cursor) return list;
  const known = new Set(list.sessions.map(({ id }) => id));
  const older = page.sessions.filter(({ id }) => !known.has(id));
  const sessions = inOrder([...list.sessions, ...older]);
  const total = Math.max(sessions.length, page.total);
  return { ...list, sessions, nextCursor: page.nextCursor, total };
}

/**
 * A newer first page; what was loaded beyond it stays. Where so much came that there is a gap
 * between them, the page takes the place of the list, unless somebody is reading further down.
 */
export function withFirstPage(list: SessionList | undefined, page: SessionPage): SessionList {
  const fresh = sessionListFrom(page);
  const last = page.sessions.at(-1);
  if (list?.waiting) {
    return { ...list, missed: Math.max(0, page.total - list.total - list.waiting.size) };
  }
  if (!list || page.nextCursor === null || !last?.endedAt) return fresh;
  if (!list.sessions.some(({ id }) => id === last.id)) {
    return list.topId === null ? fresh : { ...list, missed: missedBy(list, page) };
  }
  const { endedAt } = last;
  const inPage = new Set(page.sessions.map(({ id }) => id));
  const beyond = list.sessions.filter(
    (session) => !inPage.has(session.id) && session.endedAt !== null && session.endedAt <= endedAt,
  );
  const { topId } = list;
  if (beyond.length === 0) return { ...fresh, topId };
  const sessions = inOrder([...page.sessions, ...beyond]);
  return { ...fresh, sessions, nextCursor: list.nextCursor, topId };
}

function missedBy(list: SessionList, page: SessionPage): number {
  const known = new Set(list.sessions.map(({ id }) => id));
  const unknown = page.sessions.filter(({ id }) => !known.has(id)).length;
  return Math.max(unknown, page.total - list.total);
}

export function withTop(list: SessionList, atTop: boolean): SessionList {
  return { ...list, topId: atTop ? null : (list.sessions[0]?.id ?? null) };
}

export function paused(list: SessionList): SessionList {
  return list.waiting === null ? { ...list, waiting: new Map() } : list;
}

export function resumed(list: SessionList, filter: SessionFilter): Merged {
  if (list.waiting === null) return { list, uncertain: false };
  const merged = withSessions({ ...list, waiting: null }, filter, list.waiting);
  return { ...merged, uncertain: merged.uncertain || list.waiting.size >= waitingMax };
}

/** New ones among those that wait. Those that only the server can judge do not count. */
export function waitingCount(list: SessionList, filter: SessionFilter): number {
  if (list.waiting === null || list.waiting.size === 0) return 0;
  const known = new Set(list.sessions.map(({ id }) => id));
  let count = 0;
  for (const session of list.waiting.values()) {
    if (!known.has(session.id) && sessionMatches(filter, session)) count += 1;
  }
  return count;
}

/** Rows above the one that was on top when the reader went down. */
export function heldCount({ sessions, topId }: SessionList): number {
  if (topId === null) return 0;
  return Math.max(
    0,
    sessions.findIndex(({ id }) => id === topId),
  );
}
