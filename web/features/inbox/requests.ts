import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { listMessages } from '../../lib/api.ts';
import type { ListFilter } from '../../lib/links.ts';
import { readList, reanchorList } from '../../lib/message-cache.ts';
import { type MessageList, pageRows, pagesNeeded, withPage } from '../../lib/message-list.ts';
import { keys } from '../../lib/queries.ts';

export function messageListQuery(filter: ListFilter) {
  return queryOptions({
    queryKey: keys.list(filter),
    queryFn: ({ client, signal }) => readList(client, filter, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 300_000,
  });
}

/** A pause that fast scrolling does not survive, so that pages flown over are not asked for. */
const settleMs = 40;
const retryMs = 2_000;

interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Loads what is missing of the rows in sight. */
export function useRowLoader(filter: ListFilter, list: MessageList | undefined, range: RowRange) {
  const client = useQueryClient();
  const [retries, setRetries] = useState(0);
  const needed = list ? pagesNeeded(list, range.start, range.end).join() : '';
  const cursor = list?.cursor ?? null;
  const epoch = list?.epoch ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry is the same once more.
  useEffect(() => {
    if (needed === '' || cursor === null) return;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const settle = setTimeout(() => {
      const pages = needed.split(',').map(Number);
      const loads = pages.map((page) => loadPage(client, filter, { cursor, epoch, page }));
      Promise.all(loads).catch(() => {
        retry = setTimeout(() => setRetries((count) => count + 1), retryMs);
      });
    }, settleMs);
    return () => {
      clearTimeout(settle);
      clearTimeout(retry);
    };
  }, [client, filter, needed, cursor, epoch, retries]);
}

/** Loads rows that a selection or a jump is about to use, and answers with the list then. */
export function useEnsureRows(filter: ListFilter) {
  const client = useQueryClient();
  return async (range: RowRange): Promise<MessageList | undefined> => {
    const current = () => client.getQueryData<MessageList>(keys.list(filter));
    const list = current();
    if (!list || list.cursor === null) return list;
    const { cursor, epoch } = list;
    const pages = pagesNeeded(list, range.start, range.end);
    await Promise.all(pages.map((page) => loadPage(client, filter, { cursor, epoch, page })));
    return current();
  };
}

export function useReanchor(filter: ListFilter) {
  const client = useQueryClient();
  return useCallback(
    // A failure shows as the connection's status; the list is read again with the connection.
    () => reanchorList(client, filter).catch(() => undefined),
    [client, filter],
  );
}

async function loadPage(
  client: ReturnType<typeof useQueryClient>,
  filter: ListFilter,
  question: { readonly cursor: string; readonly epoch: number; readonly page: number },
): Promise<void> {
  const key = keys.list(filter);
  const { cursor, epoch, page } = question;
  const answer = await client.fetchQuery({
    queryKey: [...keys.pages, ...key, cursor, epoch, page],
    queryFn: ({ signal }) =>
      listMessages(filter, { limit: pageRows, cursor, skip: page * pageRows }, signal),
    gcTime: 0,
  });
  client.setQueryData<MessageList>(key, (list) => list && withPage(list, question, answer));
}
