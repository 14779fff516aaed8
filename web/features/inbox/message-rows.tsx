import { ErrorState } from '../../components/error-state.tsx';
import { ApiError } from '../../lib/api.ts';
import { rowCount } from '../../lib/message-list.ts';
import { EmptyList } from './empty-list.tsx';
import { MessageGrid } from './message-grid.tsx';
import { SearchRefused } from './search-refused.tsx';
import type { InboxState } from './use-inbox.ts';
import { useInboxShortcuts } from './use-inbox-shortcuts.ts';

/** The rows of a list, or why there are none. */
export function MessageRows({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, error } = inbox;
  useInboxShortcuts(inbox);

  if (error instanceof ApiError && error.status === 400 && filter.query !== '') {
    return <SearchRefused error={error} filter={filter} />;
  }
  if (error && !list) return <ErrorState error={error} onRetry={inbox.retry} />;
  if (list && rowCount(list) === 0) return <EmptyList filter={filter} />;
  return <MessageGrid inbox={inbox} />;
}
