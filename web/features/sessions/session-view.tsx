import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ApiError } from '../../lib/api.ts';
import { sessionQuery } from '../../lib/queries.ts';
import { SessionContent } from './session-content.tsx';
import { SessionToolbar } from './session-toolbar.tsx';
import styles from './session-view.module.css';
import type { SessionsState } from './use-sessions.ts';

interface SessionViewProps {
  readonly sessionId: string;
  readonly sessions: SessionsState;
}

export function SessionView({ sessionId, sessions }: SessionViewProps) {
  const query = useQuery(sessionQuery(sessionId));
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (sessionId !== '') root.current?.scrollTo({ top: 0 });
  }, [sessionId]);

  const isGone = query.error instanceof ApiError && query.error.status === 404;
  const session = isGone ? null : (query.data ?? null);
  return (
    <article className={styles.view} ref={root} aria-busy={query.isPending}>
      <SessionToolbar session={session} sessions={sessions} />
      {isGone ? (
        <SessionGone onClose={sessions.close} />
      ) : session !== null ? (
        <SessionContent session={session} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingSession />
      )}
    </article>
  );
}

function SessionGone({ onClose }: { readonly onClose: () => void }) {
  return (
    <EmptyState
      icon="terminal"
      title="This session is not kept any more"
      actions={
        <Button icon="arrowLeft" onClick={onClose}>
          Back to the list
        </Button>
      }
    >
      <p>
        Sessions were cleared, or older ones made room: the newest 10,000 are kept, up to 64 MB. Its
        messages, if any, are not touched by that.
      </p>
    </EmptyState>
  );
}

/** As high as a usual session, and not seen at all when it comes at once. */
function LoadingSession() {
  return (
    <div className={styles.loading}>
      <p className="visually-hidden" role="status">
        The session is being loaded.
      </p>
      <Skeleton width="45%" height="1.5rem" />
      <Skeleton width="80%" />
      <Skeleton width="65%" />
      <Skeleton height="12rem" />
      <Skeleton height="16rem" />
    </div>
  );
}
