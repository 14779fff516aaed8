import { Link } from 'wouter';
import { sessionListPath } from '../../lib/links.ts';
import { useDocument } from './dashboard-context.ts';
import styles from './facts.module.css';
import { formatWhole } from './numbers.ts';
import { Panel } from './panel.tsx';
import { sum } from './points.ts';

const reasons: Readonly<Record<string, string>> = {
  too_many_connections: 'too many connections',
  too_many_from_address: 'too many from one address',
  shutting_down: 'shutting down',
  dropped: 'too many to answer',
};

export function RefusedPanel() {
  const connections = useDocument()?.connections;
  const refused: Readonly<Record<string, number>> = connections?.refused ?? {};
  const causes = Object.entries(refused).filter(([, count]) => count > 0);
  return (
    <Panel
      about="Connections that were not let in, by reason and by address, since the start."
      id="refused"
      title="Refused since start"
    >
      {sum(refused) === 0 ? (
        <p className={styles.none}>Every connection was let in.</p>
      ) : (
        <div className={styles.groups}>
          <dl className={styles.counts}>
            <dt>Reason</dt>
            {causes.map(([reason, count]) => (
              <dd key={reason}>
                <span>{reasons[reason] ?? reason.replaceAll('_', ' ')}</span>
                <span className={styles.count}>{formatWhole(count)}</span>
              </dd>
            ))}
          </dl>
          <dl className={styles.counts}>
            <dt>Address</dt>
            {connections?.refused_by_address.map(({ address, count }) => (
              <dd key={address}>
                <Link
                  className={styles.link}
                  href={sessionListPath({ peer: address, outcome: 'refused' })}
                >
                  {address}
                </Link>
                <span className={styles.count}>{formatWhole(count)}</span>
              </dd>
            ))}
          </dl>
        </div>
      )}
    </Panel>
  );
}
