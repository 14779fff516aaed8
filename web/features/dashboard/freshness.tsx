import { useLiveStatus } from '../../lib/live-status.ts';
import { useSecondsUntil } from '../../lib/use-seconds-until.ts';
import { useDocumentText } from './dashboard-context.ts';
import { timeAxis } from './time-axis.ts';
import styles from './toolbar.module.css';

/** Of when the numbers are. A chart that has stopped looks just like one where nothing happens. */
export function Freshness({ paused }: { readonly paused: boolean }) {
  const { status, retry } = useLiveStatus();
  const seconds = useSecondsUntil(status.kind === 'reconnecting' ? status.retryAtMs : null);
  const time = useDocumentText(({ timestamp }) => timeAxis.format(Date.parse(timestamp) / 1_000));
  if (status.kind === 'reconnecting') {
    return (
      <span className={styles.freshness} data-state="lost">
        Connection lost. {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'}
        <button type="button" className={styles.retry} onClick={retry}>
          Try now
        </button>
      </span>
    );
  }
  return (
    <span className={styles.freshness} data-state={paused ? 'paused' : 'live'}>
      <i aria-hidden="true" className={styles.dot} />
      <span className={styles.word}>{paused ? 'Paused at' : 'Live'}</span>
      <span className={styles.time}>{time || '--:--:--'}</span>
    </span>
  );
}
