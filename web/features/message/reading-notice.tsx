import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Icon } from '../../components/icon.tsx';
import styles from './reading-notice.module.css';

/** Says why a message has less to show than others. */
export function ReadingNotice({ state }: Pick<MessageDetailShape, 'state'>) {
  if (state === 'ready') return null;
  return (
    <p className={styles.notice} data-state={state} role="status">
      <Icon name={state === 'pending' ? 'clock' : 'warning'} />
      {state === 'pending'
        ? 'This message is stored and is being read. Its parts appear here in a moment.'
        : 'This message could not be read. It is stored as it came, octet for octet: see Raw.'}
    </p>
  );
}
