import { describe, expect, it } from 'vitest';
import type { SessionPage, SessionSummary } from './api.ts';
import { allSessions, parseSessionFilter, sessionListPath, sessionSearch } from './links.ts';
import {
  heldCount,
  paused,
  resumed,
  sessionListFrom,
  waitingCount,
  withFirstPage,
  withOlder,
  withSessions,
  withTop,
} from './session-list.ts';

function session(second: number, part: Partial<SessionSummary> = {}): SessionSummary {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return {
    id: `s${second}`,
    listener: 'smtp',
    peerAddress: '127.0.0.1',
    peerPort: 1,
    startedAt,
    endedAt: startedAt,
    durationMs: 0,
    outcome: 'delivered',
    ehloName: '',
    tls: null,
    authUser: null,
    messageIds: [],
    messageCount: 0,
    bytesReceived: 0,
    errors: [],
    lastReply: null,
    ...part,
  };
}

const open = { outcome: 'open', endedAt: null, durationMs: null } as const;
const page = (sessions: SessionSummary[], more: Partial<SessionPage> = {}): SessionPage => ({
  sessions,
  nextCursor: null,
  total: sessions.length,
  byOutcome: {},
  ...more,
});
const changes = (...sessions: SessionSummary[]) => new Map(sessions.map((one) => [one.id, one]));
const ids = (list: { readonly sessions: readonly SessionSummary[] }) =>
  list.sessions.map(({ id }) => id);

describe('events of sessions', () => {
  const list = sessionListFrom(page([session(2), session(1)]));

  it('a new one comes on top and counts', () => {
    const { list: next, uncertain } = withSessions(list, allSessions, changes(session(3, open)));
    expect(ids(next)).toEqual(['s3', 's2', 's1']);
    expect(next.total).toBe(3);
    expect(uncertain).toBe(false);
  });

  it('one that ends keeps its place', () => {
    const before = sessionListFrom(page([session(1, open), session(3), session(2)]));
    const { list: next } = withSessions(before, allSessions, changes(session(1)));
    expect(ids(next)).toEqual(['s3', 's2', 's1']);
    expect(next.sessions[2]?.outcome).toBe('delivered');
    expect(next.total).toBe(3);
  });

  it('one that no longer matches the filter goes, one that begins to comes', () => {
    const filter = { ...allSessions, outcome: 'open' };
    const before = sessionListFrom(page([session(1, open)]));
    const next = withSessions(before, filter, changes(session(1), session(2, open))).list;
    expect(ids(next)).toEqual(['s2']);
    expect(next.total).toBe(1);
  });

  it.each([
    [{ error: 'timeout' }, { errors: ['timeout'] }],
    [{ user: 'Anna' }, { authUser: 'anna' }],
    [{ peer: '10.0.0.7' }, { peerAddress: '10.0.0.7' }],
  ])('the filter %o lets in only what it means', (filter, part) => {
    const wanted = { ...allSessions, ...filter };
    const { list: next } = withSessions(list, wanted, changes(session(8), session(9, part)));
    expect(ids(next)[0]).toBe('s9');
    expect(ids(next)).not.toContain('s8');
  });

  it('a text or a reply is for the server to find', () => {
    for (const part of [{ query: 'anna' }, { reply: '550' }]) {
      const merged = withSessions(list, { ...allSessions, ...part }, changes(session(3)));
      expect(merged.uncertain).toBe(true);
      expect(ids(merged.list)).toEqual(['s2', 's1']);
    }
  });
});

describe('while paused', () => {
  const list = paused(sessionListFrom(page([session(1, open)])));

  it('nothing moves, and what came is counted once', () => {
    const once = withSessions(list, allSessions, changes(session(2, open), session(1))).list;
    const twice = withSessions(once, allSessions, changes(session(2))).list;
    expect(ids(twice)).toEqual(['s1']);
    expect(twice.sessions[0]?.outcome).toBe('open');
    expect(waitingCount(twice, allSessions)).toBe(1);
    expect(waitingCount(twice, { ...allSessions, outcome: 'timeout' })).toBe(0);
    const { list: after } = resumed(twice, allSessions);
    expect(ids(after)).toEqual(['s2', 's1']);
    expect(after.sessions.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    expect(after.waiting).toBeNull();
  });

  it('an answer of the server does not move it either', () => {
    const next = withFirstPage(list, page([session(3), session(2), session(1)]));
    expect(ids(next)).toEqual(['s1']);
    expect(next.missed).toBe(2);
  });
});

describe('while the reader is further down', () => {
  const list = withTop(
    sessionListFrom(page([session(3), session(2)], { nextCursor: 'c', total: 9 })),
    false,
  );

  it('counts what comes above the row that was on top', () => {
    const { list: next } = withSessions(list, allSessions, changes(session(5), session(4)));
    expect(heldCount(list)).toBe(0);
    expect(heldCount(next)).toBe(2);
    expect(heldCount(withTop(next, true))).toBe(0);
  });

  it('keeps the list where so much came that a page does not reach it', () => {
    const far = page([session(9), session(8)], { nextCursor: 'd', total: 14 });
    const next = withFirstPage(list, far);
    expect(ids(next)).toEqual(['s3', 's2']);
    expect(next.missed).toBe(5);
    expect(ids(withFirstPage(withTop(next, true), far))).toEqual(['s9', 's8']);
  });
});

describe('pages', () => {
  const list = sessionListFrom(page([session(4), session(3)], { nextCursor: 'a', total: 4 }));

  it('an older one follows, each session once', () => {
    const next = withOlder(list, 'a', page([session(3), session(2), session(1)], { total: 4 }));
    expect(ids(next)).toEqual(['s4', 's3', 's2', 's1']);
    expect(next.nextCursor).toBeNull();
  });

  it('one that was asked for before the list began anew is dropped', () => {
    expect(withOlder(list, 'old', page([session(1)]))).toBe(list);
  });

  it('a newer first page keeps what was loaded beyond it', () => {
    const long = withOlder(list, 'a', page([session(2)], { nextCursor: 'b', total: 4 }));
    const next = withFirstPage(long, page([session(5), session(3)], { nextCursor: 'x', total: 4 }));
    expect(ids(next)).toEqual(['s5', 's3', 's2']);
    expect(next.nextCursor).toBe('b');
  });

  it('an empty one after a clearing empties the list', () => {
    expect(ids(withFirstPage(list, page([])))).toEqual([]);
  });
});

it('the filter survives the URL', () => {
  const filter = {
    query: 'a&b',
    outcome: 'tls-failed',
    error: 'timeout',
    reply: 'RCPT 550',
    peer: '::1',
    user: 'anna',
  };
  expect(parseSessionFilter(sessionSearch(filter))).toEqual(filter);
  expect(sessionListPath({ error: 'timeout' })).toBe('/sessions?error=timeout');
  expect(sessionListPath()).toBe('/sessions');
});
