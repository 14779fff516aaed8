import { queryOptions } from '@tanstack/react-query';
import { getMessage, getOverview, getServer } from './api.ts';
import { filterSearch, type ListFilter } from './links.ts';

export const keys = {
  /** All lists, whatever their filter. */
  lists: ['lists'] as const,
  list: (filter: ListFilter) => ['lists', filterSearch(filter)] as const,
  /** Pages on their way into a list. */
  pages: ['pages'] as const,
  details: ['details'] as const,
  detail: (id: string) => ['details', id] as const,
  overview: ['overview'] as const,
  server: ['server'] as const,
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

export function serverQuery() {
  return queryOptions({
    queryKey: keys.server,
    queryFn: ({ signal }) => getServer(signal),
    staleTime: 60_000,
  });
}
