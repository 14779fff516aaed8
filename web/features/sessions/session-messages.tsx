import { useQueries } from '@tanstack/react-query';
import { useId } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../components/icon.tsx';
import type { SessionDetail } from '../../lib/api.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { messagePath } from '../../lib/links.ts';
import { messageQuery } from '../../lib/queries.ts';
import styles from './session-view.module.css';

/** So many are named by their subjects; the rest are numbers. */
const namedMax = 5;

export function SessionMessages({ session }: { readonly session: SessionDetail }) {
  const { messageIds, messageCount } = session;
  const headingId = useId();
  const named = messageIds.slice(0, namedMax);
  const answers = useQueries({ queries: named.map((id) => messageQuery(id)) });
  const rest = messageIds.slice(namedMax);
  const beyond = messageCount - messageIds.length;
  return (
    <section aria-labelledby={headingId} className={styles.section}>
      <h3 className={styles.sectionTitle} id={headingId}>
        {plural(messageCount, 'message')}
      </h3>
      <ul className={styles.messages}>
        {named.map((id, index) => {
          const { data, isError } = answers[index] ?? {};
          if (isError) {
            return (
              <li key={id} className={styles.goneMessage}>
                <Icon name="trash" size={14} />
                Message {index + 1} was deleted
              </li>
            );
          }
          return (
            <li key={id}>
              <Link className={styles.message} href={messagePath(id)}>
                <Icon name="mailRead" size={15} />
                <span className={styles.subject}>
                  {data ? data.subject || 'No subject' : `Message ${index + 1}`}
                </span>
                {data && (
                  <span className={styles.detail}>
                    {data.envelope.forwardPaths[0]?.address}
                    {data.recipientCount > 1 && ` +${formatCount(data.recipientCount - 1)}`}
                  </span>
                )}
                {data && <span className={styles.size}>{formatBytes(data.sizeBytes)}</span>}
              </Link>
            </li>
          );
        })}
      </ul>
      {rest.length > 0 && (
        <p className={styles.more}>
          More:{' '}
          {rest.map((id, index) => (
            <Link key={id} className={styles.number} href={messagePath(id)}>
              <span className="visually-hidden">Message </span>
              {index + namedMax + 1}
            </Link>
          ))}
          {beyond > 0 && <> and {plural(beyond, 'later one')}</>}
        </p>
      )}
    </section>
  );
}
