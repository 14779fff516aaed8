import type { ListFilter } from '../../lib/links.ts';

/** What a list is called, whatever is searched in it. */
export function listTitle(filter: ListFilter): string {
  return filter.recipient ?? filter.user ?? filter.tag ?? (filter.unread ? 'Unread' : 'All mail');
}

/** What kind of list that is, where the title alone does not tell. */
export function listKind(filter: ListFilter): string | null {
  if (filter.recipient) return 'Recipient';
  if (filter.user) return 'SMTP user';
  if (filter.tag) return 'Tag';
  return null;
}
