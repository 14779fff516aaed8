import { queryOptions } from '@tanstack/react-query';
import {
  getInbox,
  getMessage,
  getOverview,
  getServer,
  getSession,
  listFaults,
  listInboxes,
  listSessions,
} from './api.ts';
import { filterSearch, type ListFilter, type SessionFilter, sessionSearch } from './links.ts';

export const keys = {
  /** All lists, whatever their filter. */
  lists: ['lists'] as const,
  list: (filter: ListFilter) => ['lists', filterSearch(filter)] as const,
  /** Pages on their way into a list. */
  pages: ['pages'] as const,
  details: ['details'] as const,
  detail: (id: string) => ['details', id] as const,
  overview: ['overview'] as const,
  /** Lists of inboxes and single ones. */
  inboxes: ['inboxes'] as const,
  server: ['server'] as const,
  faults: ['faults'] as const,
  faultScenarios: ['faultScenarios'] as const,
  /** Everything about sessions: lists, counts and details. */
  sessions: ['sessions'] as const,
  sessionLists: ['sessions', 'list'] as const,
  sessionList: (filter: SessionFilter) => ['sessions', 'list', sessionSearch(filter)] as const,
  sessionCounts: ['sessions', 'counts'] as const,
  sessionDetail: (id: string) => ['sessions', 'detail', id] as const,
};

/** Stays as it is until an event says otherwise: a message never changes, its marks seldom. */
export function messageQuery(id: string) {
  return queryOptions({
    queryKey: keys.detail(id),
    queryFn: ({ signal }) => getMessage(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // Details can be large; a few minutes of going to and fro are worth keeping, a day is not.
    gcTime: 120_000,
  });
}

export function overviewQuery() {
  return queryOptions({
    queryKey: keys.overview,
    queryFn: ({ signal }) => getOverview(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Stays as it is until an event says otherwise. */
export function faultsQuery() {
  return queryOptions({
    queryKey: keys.faults,
    queryFn: ({ signal }) => listFaults(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Of them as many as the sidebar has room for; `public/assets/start.js` asks for as many. */
export const inboxesAtFirst = 12;

export function inboxesQuery(text: string, limit: number) {
  return queryOptions({
    queryKey: [...keys.inboxes, 'list', text, limit],
    queryFn: ({ signal }) => listInboxes({ text, limit }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // What was typed on the way to a name is not asked for again.
    gcTime: 30_000,
  });
}

export function inboxQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.inboxes, 'one', id],
    queryFn: ({ signal }) => getInbox(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function serverQuery() {
  return queryOptions({
    queryKey: keys.server,
    queryFn: ({ signal }) => getServer(signal),
    staleTime: 60_000,
  });
}

/** Complete once the session has ended; until then events say when there is more. */
export function sessionQuery(id: string) {
  return queryOptions({
    queryKey: keys.sessionDetail(id),
    queryFn: ({ signal }) => getSession(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
  });
}

/** How many sessions there are of each outcome, whichever outcome is looked at. */
export function sessionCountsQuery(filter: SessionFilter) {
  const others = { ...filter, outcome: null };
  return queryOptions({
    queryKey: [...keys.sessionCounts, sessionSearch(others)],
    queryFn: async ({ signal }) => (await listSessions(others, { limit: 1 }, signal)).byOutcome,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
