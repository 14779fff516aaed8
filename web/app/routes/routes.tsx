import { useLocation, useRoute } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { connectPath, faultsPath, listPath, metricsPath, sessionsPath } from '../../lib/links.ts';
import { ConnectRoute } from './connect-route.tsx';
import { FaultsRoute } from './faults-route.tsx';
import { InboxRoute } from './inbox-route.tsx';
import { MetricsRoute } from './metrics-route.tsx';
import { SessionsRoute } from './sessions-route.tsx';

/** The list stays mounted while messages come and go beside it, so both are one route. */
export function Routes() {
  const [, navigate] = useLocation();
  const [inList] = useRoute('/');
  const [inMessage, message] = useRoute('/messages/:id');
  const [inConnect] = useRoute(connectPath);
  const [inMetrics] = useRoute(metricsPath);
  const [inFaults] = useRoute(faultsPath);
  const [inSessions] = useRoute(sessionsPath);
  const [inSession, session] = useRoute(`${sessionsPath}/:id`);

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
  if (inMetrics) {
    return (
      <ErrorBoundary>
        <MetricsRoute />
      </ErrorBoundary>
    );
  }
  if (inFaults) {
    return (
      <ErrorBoundary>
        <FaultsRoute />
      </ErrorBoundary>
    );
  }
  if (inSessions || inSession) {
    return (
      <ErrorBoundary>
        <SessionsRoute sessionId={session?.id ?? null} />
      </ErrorBoundary>
    );
  }
  return (
    <EmptyState
      icon="help"
      level={1}
      title="There is no such page"
      actions={<Button onClick={() => navigate(listPath())}>Show all mail</Button>}
    >
      <p>The address may be mistyped.</p>
    </EmptyState>
  );
}
