import { Link, useRoute } from 'wouter';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { connectPath, listPath } from '../../lib/links.ts';
import { ConnectRoute } from './connect-route.tsx';
import { InboxRoute } from './inbox-route.tsx';

/** The list stays mounted while messages come and go beside it, so both are one route. */
export function Routes() {
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
    <EmptyState icon="help" title="There is no such page">
      <p>
        The address may be mistyped. <Link href={listPath()}>All mail is here.</Link>
      </p>
    </EmptyState>
  );
}
