import { Icon } from '../../components/icon.tsx';
import { useLiveStatus } from '../../lib/live-status.ts';
import { useSecondsUntil } from '../../lib/use-seconds-until.ts';
import styles from './inbox.module.css';

/** Above the list, because a list that has stopped looks just like one to which nothing is sent. */
export function ConnectionNotice() {
  const { status, retry } = useLiveStatus();
  const seconds = useSecondsUntil(status.kind === 'reconnecting' ? status.retryAtMs : null);
  if (status.kind !== 'reconnecting') return null;
  return (
    <div className={styles.notice}>
      <Icon name="plug" size={15} />
      <span>
        Connection lost. {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'}
      </span>
      <button type="button" className={styles.noticeAction} onClick={retry}>
        Try now
      </button>
    </div>
  );
}
