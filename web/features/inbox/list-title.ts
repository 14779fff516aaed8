import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../lib/api.ts';
import { readInboxId } from '../../lib/inbox-id.ts';
import type { ListFilter } from '../../lib/links.ts';
import { inboxQuery } from '../../lib/queries.ts';

export interface ListTitle {
  /** What a list is called, whatever is searched in it. */
  readonly title: string;
  /** What kind of list that is, where the title alone does not tell. */
  readonly kind: string | null;
}

const inboxKinds = { named: 'Inbox', address: 'Address', domain: 'Domain', user: 'SMTP user' };

/** A link may be older than the inbox it leads to. */
export function useIsMissingInbox({ inbox }: ListFilter): boolean {
  const id = inbox ?? '';
  const isNamed = id !== '' && readInboxId(id).kind === 'named';
  const { error } = useQuery({ ...inboxQuery(id), enabled: isNamed });
  return isNamed && error instanceof ApiError && error.code === 'inbox_not_found';
}

export function useListTitle(filter: ListFilter): ListTitle {
  const id = filter.inbox ?? '';
  const { kind, value } = readInboxId(id);
  const named = useQuery({ ...inboxQuery(id), enabled: id !== '' && kind === 'named' });
  if (id !== '') {
    const title = kind === 'named' ? (named.data?.name ?? (named.error ? 'Inbox' : '…')) : value;
    return { title, kind: inboxKinds[kind] };
  }
  if (filter.recipient) return { title: filter.recipient, kind: 'Recipient' };
  if (filter.user) return { title: filter.user, kind: 'SMTP user' };
  if (filter.tag) return { title: filter.tag, kind: 'Tag' };
  return { title: filter.unread ? 'Unread' : 'All mail', kind: null };
}
