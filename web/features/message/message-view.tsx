import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { ApiError } from '../../lib/api.ts';
import { MessageContent } from './message-content.tsx';
import { LoadingMessage, MessageGone } from './message-states.tsx';
import { MessageToolbar } from './message-toolbar.tsx';
import styles from './message-view.module.css';
import { openMessageQuery } from './requests.ts';

export interface MessageViewProps {
  readonly messageId: string;
  readonly onClose: () => void;
  /** `null` at either end of the list. */
  readonly onNewer: (() => void) | null;
  readonly onOlder: (() => void) | null;
  readonly onDelete: () => void;
  readonly onSetRead: (isRead: boolean) => void;
}

export function MessageView({ messageId, onClose, ...actions }: MessageViewProps) {
  const query = useQuery(openMessageQuery(messageId));
  const root = useRef<HTMLElement>(null);

  // The pane outlives the message in it: the next one is read from its top.
  useEffect(() => {
    if (messageId !== '') root.current?.scrollTo({ top: 0 });
  }, [messageId]);

  const isGone = query.error instanceof ApiError && query.error.status === 404;
  const message = isGone ? null : (query.data ?? null);
  return (
    <article className={styles.view} ref={root} aria-busy={query.isPending}>
      <MessageToolbar message={message} onClose={onClose} {...actions} />
      {isGone ? (
        <MessageGone onClose={onClose} />
      ) : message !== null ? (
        <ErrorBoundary resetKey={message.id}>
          <MessageContent message={message} />
        </ErrorBoundary>
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingMessage />
      )}
    </article>
  );
}
