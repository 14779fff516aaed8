import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import {
  connectPath,
  type SessionFilter,
  sessionListPath,
  sessionSearch,
} from '../../lib/links.ts';
import { serverQuery } from '../../lib/queries.ts';
import styles from './session-rows.module.css';

export function EmptySessions({ filter }: { readonly filter: SessionFilter }) {
  const [, navigate] = useLocation();
  const smtp = useQuery(serverQuery()).data?.smtp;
  if (sessionSearch(filter) !== '') {
    return (
      <div className={styles.empty}>
        <EmptyState
          icon="search"
          title="No session matches"
          actions={<Button onClick={() => navigate(sessionListPath())}>Show all sessions</Button>}
        >
          <p>New ones that do will show up here by themselves.</p>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={styles.empty}>
      <EmptyState
        icon="terminal"
        title="No sessions yet"
        actions={
          <Button variant="primary" onClick={() => navigate(connectPath)}>
            Connect an application
          </Button>
        }
      >
        <p>
          Every connection to the SMTP server is listed here while it is open and after, also those
          that delivered nothing: failed logins, failed TLS handshakes, port checks.
        </p>
        {smtp && (
          <p>
            It listens at{' '}
            <code>
              {smtp.host}:{smtp.port}
            </code>
            {smtp.smtpsPort !== null && (
              <>
                {' '}
                and, with TLS, <code>{smtp.smtpsPort}</code>
              </>
            )}
            .
          </p>
        )}
      </EmptyState>
    </div>
  );
}
