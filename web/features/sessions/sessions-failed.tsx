import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { ApiError } from '../../lib/api.ts';
import { sessionListPath } from '../../lib/links.ts';

interface SessionsFailedProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** A mistyped filter is not mended by asking again. */
export function SessionsFailed({ error, onRetry }: SessionsFailedProps) {
  const [, navigate] = useLocation();
  if (!(error instanceof ApiError) || error.status !== 400) {
    return <ErrorState error={error} onRetry={onRetry} />;
  }
  return (
    <div role="alert" style={{ height: '100%' }}>
      <EmptyState
        icon="search"
        title="This filter is not understood"
        actions={<Button onClick={() => navigate(sessionListPath())}>Show all sessions</Button>}
      >
        <p>{error.message}</p>
      </EmptyState>
    </div>
  );
}
