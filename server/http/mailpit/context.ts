/** What the calls are given, and how they find a message. */
import type { ContentTokens, RouteDeps } from '../types.ts';
import type { ActivityCounts } from './activity.ts';
import { messageNotFound, notFound } from './answers.ts';
import type { MailpitRequest } from './router.ts';
import { parseSearch } from './search.ts';

export interface MailpitContext
  extends Pick<
    RouteDeps,
    'storage' | 'serverInfo' | 'events' | 'options' | 'relay' | 'checks' | 'tasks' | 'faults'
  > {
  readonly contentTokens: ContentTokens;
  readonly activity: ActivityCounts;
}

/** The id that is meant; `latest` may be narrowed by a search. */
export async function findId(
  { storage }: Pick<MailpitContext, 'storage'>,
  { param, query }: Pick<MailpitRequest, 'param' | 'query'>,
): Promise<string> {
  const id = param('id');
  if (id !== 'latest') {
    if (!/^[0-9A-Za-z]{1,64}$/.test(id)) throw notFound();
    return id;
  }
  const search = query.get('query')?.trim() ?? '';
  const filter = search === '' ? null : parseSearch(search, query.get('tz'));
  const page = await storage.list({ filter, limit: 1, beforeSeq: null, skip: 0 });
  const [latest] = page.messages;
  if (latest === undefined) throw messageNotFound();
  return latest.id;
}

export async function markRead(
  { storage }: Pick<MailpitContext, 'storage'>,
  id: string,
): Promise<void> {
  await storage.markRead({ kind: 'ids', ids: [id] }, true);
}
