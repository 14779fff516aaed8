import { Icon } from '../../components/icon.tsx';
import type { MessageSummary } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import styles from './message-row.module.css';

/** Small facts at the end of a row's first line. The row's name says them in words. */
export function RowMarks({ message }: { readonly message: MessageSummary }) {
  const { attachmentCount, problemCount, state, tls } = message;
  return (
    <span className={styles.marks}>
      {state === 'unreadable' && (
        <span className={styles.danger} title="Could not be read; the source is intact">
          <Icon name="warning" size={13} />
        </span>
      )}
      {state !== 'unreadable' && problemCount > 0 && (
        <span className={styles.warning} title={plural(problemCount, 'problem')}>
          <Icon name="warning" size={13} />
        </span>
      )}
      {attachmentCount > 0 && (
        <span className={styles.mark} title={plural(attachmentCount, 'attachment')}>
          <Icon name="paperclip" size={13} />
          {attachmentCount > 1 && attachmentCount}
        </span>
      )}
      {tls && (
        <span className={styles.mark} title="Sent over TLS">
          <Icon name="lock" size={13} />
        </span>
      )}
    </span>
  );
}
