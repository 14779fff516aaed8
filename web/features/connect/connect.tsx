import { useQuery } from '@tanstack/react-query';
import { Column, Lead } from '../../components/column.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { serverQuery } from '../../lib/queries.ts';
import { Certificate } from './certificate.tsx';
import { Settings } from './settings.tsx';
import { StoreFacts } from './store-facts.tsx';
import { TestMessage } from './test-message.tsx';

/** How an application sends its mail here, and proof that it arrives. */
export function Connect() {
  const server = useQuery({ ...serverQuery(), refetchInterval: 30_000 });
  if (server.data === undefined) {
    return server.isError ? (
      <ErrorState error={server.error} onRetry={() => void server.refetch()} />
    ) : (
      <LoadingConnect />
    );
  }
  const { smtp, store, caAvailable } = server.data;
  return (
    <Column>
      <Lead>
        Point an application at this address. Every message is caught and shown here; nothing is
        sent on.
      </Lead>
      <Settings smtp={smtp} />
      <TestMessage />
      {smtp.tls !== 'off' && <Certificate caAvailable={caAvailable} />}
      <StoreFacts store={store} smtp={smtp} />
    </Column>
  );
}

function LoadingConnect() {
  return (
    <Column busy>
      <Skeleton width="30rem" height="1rem" />
      <Skeleton height="6rem" />
      <Skeleton height="18rem" />
    </Column>
  );
}
