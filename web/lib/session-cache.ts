/** What `session` events do to everything that is cached about sessions. */
import type { QueryClient } from '@tanstack/react-query';
import type { SessionSummary } from './api.ts';
import { parseSessionFilter } from './links.ts';
import { keys } from './queries.ts';
import { type SessionList, withSessions } from './session-list.ts';

/** Nobody looks: what is cached is old from now on, and no event needs to be read. */
export function sessionsAreShown(client: QueryClient): boolean {
  const shown = client.getQueryCache().findAll({ queryKey: keys.sessions, type: 'active' });
  return shown.length > 0;
}

export function staleSessions(client: QueryClient): void {
  for (const query of client.getQueryCache().findAll({ queryKey: keys.sessions })) {
    if (!query.isActive() && !query.state.isInvalidated) query.invalidate();
  }
}

export function applySessions(
  client: QueryClient,
  changed: ReadonlyMap<string, SessionSummary>,
): void {
  const cache = client.getQueryCache();
  for (const query of cache.findAll({ queryKey: keys.sessionLists, type: 'active' })) {
    const list = client.getQueryData<SessionList>(query.queryKey);
    if (!list) continue;
    const merged = withSessions(list, parseSessionFilter(String(query.queryKey[2])), changed);
    client.setQueryData(query.queryKey, merged.list);
    if (merged.uncertain) refreshSoon(client, query.queryKey);
  }
  for (const query of cache.findAll({ queryKey: keys.sessionCounts, type: 'active' })) {
    refreshSoon(client, query.queryKey);
  }
  for (const id of changed.keys()) {
    const key = keys.sessionDetail(id);
    if (cache.find({ queryKey: key })) void client.invalidateQueries({ queryKey: key });
  }
}

/** Much changed, or the connection was lost: all of it is asked for again. */
export function refreshSessions(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.sessions });
}

/** At most about once a second, however many events ask for it. */
function refreshSoon(client: QueryClient, key: readonly unknown[]): void {
  const query = client.getQueryCache().find({ queryKey: key });
  if (!query || query.state.isInvalidated) return;
  query.invalidate();
  setTimeout(() => void client.refetchQueries({ queryKey: key, exact: true }), refreshDelayMs);
}

const refreshDelayMs = 800;
