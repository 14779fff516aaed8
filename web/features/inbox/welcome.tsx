import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { connectPath } from '../../lib/links.ts';
import { serverQuery } from '../../lib/queries.ts';
import { useMessageActions } from '../../lib/use-message-actions.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import styles from './inbox.module.css';

/** The first thing that anybody sees: nothing yet, and how to change that. */
export function Welcome() {
  const { sendTest } = useMessageActions();
  const [, navigate] = useLocation();
  const server = useQuery(serverQuery()).data;
  return (
    <div className={styles.welcome}>
      <h1 className="visually-hidden">All mail</h1>
      <ConnectionNotice />
      <div className={styles.welcomeBar}>
        <SidebarToggle />
      </div>
      <EmptyState
        icon="inbox"
        title="Waiting for the first message"
        actions={
          <>
            <Button icon="send" variant="primary" onClick={() => sendTest()}>
              Send a test message
            </Button>
            <Button icon="plug" onClick={() => navigate(connectPath)}>
              Connect an application
            </Button>
          </>
        }
      >
        <p>
          Point your application's SMTP settings here. Whatever it sends is kept and shown, and
          never leaves this machine.
        </p>
        {server && (
          <CopyField label="SMTP server" value={`${server.smtp.host}:${server.smtp.port}`} />
        )}
      </EmptyState>
    </div>
  );
}
