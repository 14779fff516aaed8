import type { ReactNode } from 'react';
import type { ServerInfoShape } from '../../../server/http/shapes.ts';
import { Section } from '../../components/column.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatBytes, formatCount, formatDateTime, plural } from '../../lib/format.ts';
import styles from './connect.module.css';
import { describeRetention } from './retention.ts';

type StoreFactsProps = Pick<ServerInfoShape, 'store' | 'smtp'>;

/** Where mail is kept and for how long: nobody should be surprised by what is gone. */
export function StoreFacts({ store, smtp }: StoreFactsProps) {
  const inMemory = store.location === ':memory:';
  return (
    <Section title="Where mail is kept">
      {store.prunedCount > 0 && (
        <p className={styles.notice} role="status">
          <Icon name="warning" />
          <span>
            Retention has removed {plural(store.prunedCount, 'message')} since the start
            {store.lastPrunedAt !== null && `, last ${formatDateTime(store.lastPrunedAt)}`}. To keep
            more, start with a higher <code>--keep-messages</code>, <code>--keep-age</code> or{' '}
            <code>--keep-bytes</code>.
          </span>
        </p>
      )}
      <dl className={styles.facts}>
        <Fact name="Location">
          {inMemory ? (
            'In memory: gone when the server stops.'
          ) : (
            <>
              <code>{store.location}</code>
              <CopyButton text={store.location} label="Copy location" />
            </>
          )}
        </Fact>
        {!inMemory && <Fact name="File">{formatBytes(store.fileBytes)}</Fact>}
        <Fact name="Retention">{describeRetention(store.retention)}</Fact>
        {store.pendingCount > 0 && (
          <Fact name="Being read">{plural(store.pendingCount, 'message')}</Fact>
        )}
        <Fact name="Largest message">{formatBytes(smtp.messageBytesMax)}</Fact>
        <Fact name="Recipients">up to {formatCount(smtp.recipientsMax)} in one message</Fact>
        <Fact name="Connections">
          up to {formatCount(smtp.connectionsMax)}, listen backlog{' '}
          {smtp.listenBacklog === 0 ? 'SOMAXCONN' : formatCount(smtp.listenBacklog)}
        </Fact>
      </dl>
    </Section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.factName}>{name}</dt>
      <dd className={styles.factValue}>{children}</dd>
    </div>
  );
}
