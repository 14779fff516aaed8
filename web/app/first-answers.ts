import type { QueryClient } from '@tanstack/react-query';
import { messageListQuery } from '../features/inbox/requests.ts';
import { dropEarlyAnswers } from '../lib/early-answers.ts';
import { parseFilter } from '../lib/links.ts';
import {
  faultsQuery,
  inboxesAtFirst,
  inboxesQuery,
  messageQuery,
  overviewQuery,
  serverQuery,
} from '../lib/queries.ts';
import { whenIdle } from '../lib/when-idle.ts';

/** An answer that takes longer than this is waited for with a picture of what will be there. */
const patienceMs = 100;

/**
 * Takes what was asked for early into the cache. Resolves when the list is there, so that it is in
 * the first picture and not in a second one: drawing twice takes longer than waiting.
 */
export async function firstAnswers(client: QueryClient): Promise<void> {
  const { pathname, search } = window.location;
  const messageId = /^\/messages\/([\w-]+)$/.exec(pathname)?.[1];
  void client.prefetchQuery(overviewQuery());
  void client.prefetchQuery(inboxesQuery('', inboxesAtFirst));
  void client.prefetchQuery(faultsQuery());
  void client.prefetchQuery(serverQuery());
  if (messageId !== undefined) void client.prefetchQuery(messageQuery(messageId));
  void whenIdle().then(dropEarlyAnswers);
  if (pathname !== '/' && messageId === undefined) return;
  const list = client.prefetchQuery(messageListQuery(parseFilter(search)));
  await Promise.race([list, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}
