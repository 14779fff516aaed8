import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { formatCount } from '../lib/format.ts';
import { overviewQuery } from '../lib/queries.ts';

/** The tab says how much is unread, in its title and on its icon. */
export function PageTitle() {
  const unread = useQuery({ ...overviewQuery(), select: (overview) => overview.unread }).data ?? 0;

  useEffect(() => {
    document.title = unread > 0 ? `(${formatCount(unread)}) prixfixe` : 'prixfixe';
  }, [unread]);

  const someUnread = unread > 0;
  useEffect(() => {
    const icon = document.getElementById('favicon');
    icon?.setAttribute('href', someUnread ? '/assets/favicon-unread.svg' : '/assets/favicon.svg');
  }, [someUnread]);

  return null;
}
