import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { MetricsHistory } from '../../lib/api.ts';
import { connectPath } from '../../lib/links.ts';
import { useMessageActions } from '../../lib/use-message-actions.ts';
import { useDocumentText } from './dashboard-context.ts';

interface NothingYetProps {
  readonly history: MetricsHistory | undefined;
  readonly children: ReactNode;
}

/** Before the first connection: empty charts say less than how to fill them. */
export function NothingYet({ history, children }: NothingYetProps) {
  const { sendTest } = useMessageActions();
  const [, navigate] = useLocation();
  const [wanted, setWanted] = useState(false);
  const quiet = useDocumentText(({ connections }) =>
    connections.total_accepted + connections.active === 0 ? 'quiet' : '',
  );
  const past = history?.columns.connectionsPerSecond.some((rate) => rate !== null && rate > 0);
  if (wanted || quiet === '' || past !== false) return children;
  return (
    <EmptyState
      actions={
        <>
          <Button icon="send" variant="primary" onClick={() => sendTest()}>
            Send a test message
          </Button>
          <Button icon="plug" onClick={() => navigate(connectPath)}>
            Connect an application
          </Button>
          <Button variant="quiet" onClick={() => setWanted(true)}>
            Show the empty charts
          </Button>
        </>
      }
      icon="pulse"
      title="Nothing to measure yet"
    >
      <p>
        With the first connection, throughput, latencies, errors and queues are drawn here, once a
        second.
      </p>
    </EmptyState>
  );
}
