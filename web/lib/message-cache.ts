/** What events and answers do to everything that is cached about messages. */
import type { QueryClient } from '@tanstack/react-query';
import type { MessageDetail, MessageSummary } from './api.ts';
import { listMessages } from './api.ts';
import { readInboxId } from './inbox-id.ts';
import { type ListFilter, parseFilter } from './links.ts';
import {
  indexOf,
  listFrom,
  type MessageList,
  pageRows,
  reanchored,
  rebased,
  withArrivals,
  withoutIds,
  withRead,
  withUpdates,
} from './message-list.ts';
import { keys } from './queries.ts';

/** What happened between two frames. */
export interface MessageChanges {
  readonly arrived: readonly MessageSummary[];
  readonly updated: ReadonlyMap<string, MessageSummary>;
  readonly deleted: ReadonlySet<string>;
  readonly pruned: ReadonlySet<string>;
}

export function applyChanges(client: QueryClient, changes: MessageChanges): void {
  for (const [filter, key] of activeLists(client)) {
    const list = client.getQueryData<MessageList>(key);
    if (!list) continue;
    const { arrived, uncertain } = arrivalsFor(filter, changes.arrived);
    let next = arrived.length > 0 ? withArrivals(list, arrived) : list;
    if (changes.updated.size > 0) next = withUpdates(next, changes.updated);
    const deleted = withoutIds(next, { ids: changes.deleted, oldest: false });
    const pruned = withoutIds(deleted.list, {
      ids: changes.pruned,
      oldest: filterIsEmpty(filter),
    });
    if (pruned.list !== list) client.setQueryData(key, pruned.list);
    const moved = movedInOrOut(filter, list, changes.updated);
    if (uncertain || moved || !deleted.certain || !pruned.certain) refreshSoon(client, key);
  }
  staleInactiveLists(client);
  for (const message of changes.updated.values()) updateDetail(client, message);
  // Asked for again when it is open, and then found to be gone.
  for (const ids of [changes.deleted, changes.pruned]) {
    for (const id of ids) void client.invalidateQueries({ queryKey: keys.detail(id) });
  }
}

/** Something changed while no messages are shown. */
export function staleMessages(client: QueryClient): void {
  staleInactiveLists(client);
  void client.invalidateQueries({ queryKey: keys.details, refetchType: 'active' });
}

/** Much changed at once: everything is asked for again, and nothing moves until it is here. */
export function refreshEverything(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.lists });
  void client.invalidateQueries({ queryKey: keys.details, refetchType: 'active' });
  refreshCounts(client);
}

/** Of inboxes that somebody has made, for their searches may have changed. */
export function refreshNamedLists(client: QueryClient): void {
  for (const [{ inbox }, key] of activeLists(client)) {
    if (inbox !== null && readInboxId(inbox).kind === 'named') refreshSoon(client, key);
  }
}

/** Of the whole store and of every inbox. */
export function refreshCounts(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.overview });
  void client.invalidateQueries({ queryKey: keys.inboxes });
}

/** Ahead of the events, which may be late or not come at all. */
export function applyRead(
  client: QueryClient,
  ids: ReadonlySet<string> | null,
  isRead: boolean,
): void {
  for (const [, key] of activeLists(client)) {
    client.setQueryData<MessageList>(key, (list) => list && withRead(list, ids, isRead));
  }
  if (ids === null) return;
  for (const id of ids) {
    client.setQueryData<MessageDetail>(
      keys.detail(id),
      (detail) => detail && { ...detail, isRead },
    );
  }
}

export function updateDetail(client: QueryClient, message: MessageSummary): void {
  client.setQueryData<MessageDetail>(
    keys.detail(message.id),
    (detail) => detail && { ...detail, ...message },
  );
}

/** Reads or sets right a list; the query function of every list. */
export async function readList(
  client: QueryClient,
  filter: ListFilter,
  signal: AbortSignal,
): Promise<MessageList> {
  const key = keys.list(filter);
  for (let attempt = 1; ; attempt++) {
    const before = client.getQueryData<MessageList>(key);
    const limit = Math.min(1_000, Math.max(pageRows, (before?.head.length ?? 0) + pageRows));
    const page = await listMessages(filter, { limit }, signal);
    const now = client.getQueryData<MessageList>(key);
    if (!now) return listFrom(page);
    // A removal overtook the answer, which may still hold what is gone.
    if (before && now.epoch !== before.epoch && attempt < 3) continue;
    return rebased(now, page);
  }
}

/** Begins a list anew at its top, so that a long day's arrivals do not pile up in memory. */
export async function reanchorList(
  client: QueryClient,
  filter: ListFilter,
): Promise<MessageList | undefined> {
  const key = keys.list(filter);
  const page = await client.fetchQuery({
    queryKey: [...keys.pages, 'first', ...key],
    queryFn: ({ signal }) => listMessages(filter, { limit: pageRows }, signal),
    gcTime: 0,
  });
  return client.setQueryData<MessageList>(key, (list) => reanchored(list, page));
}

/** `null`: only the server can tell. */
export function matchesFilter(filter: ListFilter, message: MessageSummary): boolean | null {
  const inInbox = filter.inbox ? matchesInbox(filter.inbox, message) : true;
  if (inInbox === false) return false;
  if (filter.user && message.authUser?.toLowerCase() !== filter.user.toLowerCase()) return false;
  if (filter.tag && !includesText(message.tags, filter.tag)) return false;
  if (filter.unread && message.isRead) return false;
  if (filter.recipient && !includesText(message.forwardPaths, filter.recipient)) {
    return message.recipientCount > message.forwardPaths.length ? null : false;
  }
  return filter.query || inInbox === null ? null : true;
}

function matchesInbox(id: string, message: MessageSummary): boolean | null {
  const { kind, value } = readInboxId(id);
  const wanted = value.toLowerCase();
  if (kind === 'named') return message.inboxes ? message.inboxes.includes(id) : null;
  if (kind === 'user') return message.authUser?.toLowerCase() === wanted;
  const end = kind === 'domain' ? `@${wanted}` : wanted;
  const found = message.forwardPaths.some((path) => {
    const address = path.toLowerCase();
    return kind === 'domain' ? address.endsWith(end) : address === end;
  });
  return found || (message.recipientCount > message.forwardPaths.length ? null : false);
}

/** Other tags may have put a message into a named inbox, or taken it out. */
function movedInOrOut(
  filter: ListFilter,
  list: MessageList,
  updated: ReadonlyMap<string, MessageSummary>,
): boolean {
  const { inbox } = filter;
  if (inbox === null || readInboxId(inbox).kind !== 'named') return false;
  return [...updated.values()].some(
    (message) =>
      message.inboxes && message.inboxes.includes(inbox) !== indexOf(list, message.id) >= 0,
  );
}

function includesText(texts: readonly string[], wanted: string): boolean {
  const lower = wanted.toLowerCase();
  return texts.some((text) => text.toLowerCase() === lower);
}

function arrivalsFor(filter: ListFilter, messages: readonly MessageSummary[]) {
  const arrived: MessageSummary[] = [];
  let uncertain = false;
  for (const message of messages) {
    const matches = matchesFilter(filter, message);
    if (matches) arrived.push(message);
    if (matches === null) uncertain = true;
  }
  return { arrived, uncertain };
}

function filterIsEmpty(filter: ListFilter): boolean {
  return !(
    filter.query ||
    filter.inbox ||
    filter.recipient ||
    filter.user ||
    filter.tag ||
    filter.unread
  );
}

function activeLists(client: QueryClient) {
  return client
    .getQueryCache()
    .findAll({ queryKey: keys.lists, type: 'active' })
    .map((query) => [parseFilter(String(query.queryKey[1])), query.queryKey] as const);
}

function staleInactiveLists(client: QueryClient): void {
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists, type: 'inactive' })) {
    if (!query.state.isInvalidated) query.invalidate();
  }
}

/** Answers within a moment, and at most about twice a second however many events ask for it. */
function refreshSoon(client: QueryClient, key: readonly unknown[]): void {
  const query = client.getQueryCache().find({ queryKey: key });
  if (!query || query.state.isInvalidated) return;
  query.invalidate();
  setTimeout(() => void client.refetchQueries({ queryKey: key, exact: true }), refreshDelayMs);
}

const refreshDelayMs = 400;
