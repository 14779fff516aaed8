import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { Badge } from '../../components/badge.tsx';
import { formatBytes, formatTime } from '../../lib/format.ts';
import styles from './address-summary.module.css';
import { compareAddresses } from './compare-addresses.ts';

/** The address table in a line, without hiding that something differs. */
export function AddressSummary({ message }: { readonly message: MessageDetailShape }) {
  const { sender, bccCount, notInEnvelopeCount } = compareAddresses(message);
  const { reversePath, forwardPaths } = message.envelope;
  const from = message.from?.name || message.from?.address || reversePath || '<>';
  const [first] = forwardPaths;
  const others = forwardPaths.length - 1;
  return (
    <p className={styles.summary}>
      <span className={styles.addresses}>
        {from} <span className={styles.faint}>to</span> {first?.address ?? 'nobody'}
        {others > 0 && <span className={styles.faint}> and {others} more</span>}
      </span>
      <span className={styles.faint}>
        <time dateTime={message.receivedAt}>{formatTime(message.receivedAt)}</time> ·{' '}
        {formatBytes(message.sizeBytes)}
        {message.tls && ' · TLS'}
      </span>
      {sender === 'differs' && <Badge tone="warning">sender differs</Badge>}
      {bccCount > 0 && <Badge tone="warning">{bccCount} Bcc</Badge>}
      {notInEnvelopeCount > 0 && <Badge tone="danger">{notInEnvelopeCount} header only</Badge>}
    </p>
  );
}
