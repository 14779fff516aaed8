import { lazy, Suspense, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { Inbox } from '../../features/inbox/inbox.tsx';
import { listPath, parseFilter } from '../../lib/links.ts';
import { useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';

const MessageView = lazy(async () => {
  const { MessageView } = await import('../../features/message/message-view.tsx');
  return { default: MessageView };
});

interface InboxRouteProps {
  readonly messageId: string | null;
}

export function InboxRoute({ messageId }: InboxRouteProps) {
  useLiveTopics('messages');
  const search = useSearch();
  const filter = useMemo(() => parseFilter(search), [search]);
  const [, navigate] = useLocation();

  return (
    <Inbox
      filter={filter}
      messageId={messageId}
      renderMessage={(controls) => (
        <ErrorBoundary resetKey={controls.messageId}>
          <Suspense fallback={<PaneSkeleton />}>
            <MessageView {...controls} onClose={() => navigate(listPath(filter))} />
          </Suspense>
        </ErrorBoundary>
      )}
    />
  );
}
