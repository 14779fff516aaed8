import { ApiError, ConnectionError } from '../lib/api.ts';
import { Button } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

interface ErrorStateProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

/** What happened, why, what to do. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  return (
    <div role="alert" style={{ height: '100%' }}>
      <EmptyState
        icon={error instanceof ConnectionError ? 'plug' : 'warning'}
        title={titleOf(error)}
        actions={
          onRetry && (
            <Button icon="refresh" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        <p>{error.message}</p>
      </EmptyState>
    </div>
  );
}

function titleOf(error: Error): string {
  if (error instanceof ConnectionError) return 'The server does not answer';
  if (error instanceof ApiError) return error.title;
  return 'This part of the page failed';
}
