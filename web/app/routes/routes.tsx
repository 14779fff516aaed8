import { useLocation, useRoute } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { connectPath, listPath } from '../../lib/links.ts';
import { ConnectRoute } from './connect-route.tsx';
import { InboxRoute } from './inbox-route.tsx';

/** The list stays mounted while messages come and go beside it, so both are one route. */
export function Routes() {
  const [, navigate] = useLocation();
  const [inList] = useRoute('/');
  const [inMessage, message] = useRoute('/messages/:id');
  const [inConnect] = useRoute(connectPath);

  if (inList || inMessage) {
    return (
      <ErrorBoundary>
        <InboxRoute messageId={message?.id ?? null} />
      </ErrorBoundary>
    );
  }
  if (inConnect) {
    return (
      <ErrorBoundary>
        <ConnectRoute />
      </ErrorBoundary>
    );
  }
  return (
    <EmptyState
      icon="help"
      title="There is no such page"
      actions={<Button onClick={() => navigate(listPath())}>Show all mail</Button>}
    >
      <p>The address may be mistyped.</p>
    </EmptyState>
  );
}
