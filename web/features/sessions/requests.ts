import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { clearSessions, listSessions } from '../../lib/api.ts';
import type { SessionFilter } from '../../lib/links.ts';
import { keys } from '../../lib/queries.ts';
import {
  paused,
  resumed,
  type SessionList,
  sessionListFrom,
  withFirstPage,
  withOlder,
  withTop,
} from '../../lib/session-list.ts';

const pageRows = 200;

export function sessionListQuery(client: QueryClient, filter: SessionFilter) {
  const queryKey = keys.sessionList(filter);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<SessionList> => {
      const page = await listSessions(filter, { limit: pageRows }, signal);
      return withFirstPage(client.getQueryData<SessionList>(queryKey), page);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

export function useSessionList(filter: SessionFilter) {
  const client = useQueryClient();
  return useQuery({ ...sessionListQuery(client, filter), placeholderData: keepPreviousData });
}

/** Loads the next older page, once however often it is called meanwhile. */
export function useLoadOlder(filter: SessionFilter): () => Promise<SessionList | undefined> {
  const client = useQueryClient();
  const loading = useRef<Promise<SessionList | undefined> | null>(null);
  return useCallback(() => {
    loading.current ??= loadOlder(client, filter).finally(() => {
      loading.current = null;
    });
    return loading.current;
  }, [client, filter]);
}

/** A failure shows as the connection's status; scrolling on asks again. */
async function loadOlder(client: QueryClient, filter: SessionFilter) {
  const key = keys.sessionList(filter);
  const cursor = client.getQueryData<SessionList>(key)?.nextCursor ?? null;
  if (cursor === null) return client.getQueryData<SessionList>(key);
  const page = await listSessions(filter, { limit: pageRows * 2, cursor }).catch(() => null);
  if (page === null) return undefined;
  return client.setQueryData<SessionList>(key, (list) => list && withOlder(list, cursor, page));
}

/** Begins the list anew at its top, so that a long day's arrivals do not pile up in memory. */
export function useStartOver(filter: SessionFilter): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    const page = await listSessions(filter, { limit: pageRows }).catch(() => null);
    const key = keys.sessionList(filter);
    if (page) client.setQueryData<SessionList>(key, sessionListFrom(page));
  }, [client, filter]);
}

export function useSetPaused(filter: SessionFilter): (pause: boolean) => void {
  const client = useQueryClient();
  return useCallback(
    (pause) => {
      const key = keys.sessionList(filter);
      client.setQueryData<SessionList>(key, (list) => {
        if (!list) return list;
        return pause ? paused(list) : resumed(list, filter).list;
      });
      if (!pause) void client.invalidateQueries({ queryKey: key });
    },
    [client, filter],
  );
}

/** Tells the list whether its first row is in sight. */
export function useSetAtTop(filter: SessionFilter): (atTop: boolean) => void {
  const client = useQueryClient();
  return useCallback(
    (atTop) => {
      const key = keys.sessionList(filter);
      client.setQueryData<SessionList>(key, (list) => list && withTop(list, atTop));
    },
    [client, filter],
  );
}

export function useClearSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: clearSessions,
    onSuccess: () => {
      client.removeQueries({ queryKey: [...keys.sessions, 'detail'], type: 'inactive' });
      return client.resetQueries({ queryKey: keys.sessions });
    },
  });
}
