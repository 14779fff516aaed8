import { useQuery } from '@tanstack/react-query';
import { classNames } from '../../components/class-names.ts';
import { useLiveStatus } from '../../lib/live-status.ts';
import { serverQuery } from '../../lib/queries.ts';
import { useSecondsUntil } from '../../lib/use-seconds-until.ts';
import styles from './sidebar.module.css';

/** Always in sight: where mail must be sent, and whether the page would hear of it. */
export function ConnectionStatus() {
  const { status, retry } = useLiveStatus();
  const server = useQuery(serverQuery()).data;
  const seconds = useSecondsUntil(status.kind === 'reconnecting' ? status.retryAtMs : null);
  return (
    <div className={styles.status}>
      <span className={classNames(styles.light, styles[status.kind])} />
      {status.kind === 'connected' && (
        <span className={styles.statusText}>
          Live
          {server && (
            <code className={styles.address} title="Send mail here">
              {server.smtp.host}:{server.smtp.port}
            </code>
          )}
        </span>
      )}
      {status.kind === 'connecting' && <span className={styles.statusText}>Connecting…</span>}
      {status.kind === 'reconnecting' && (
        <>
          <span className={styles.statusText}>
            {seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting…'}
          </span>
          <button type="button" className={styles.now} onClick={retry}>
            Now
          </button>
        </>
      )}
      <span className="visually-hidden" role="status">
        {status.kind === 'reconnecting' ? 'Connection lost, reconnecting' : ''}
      </span>
    </div>
  );
}
