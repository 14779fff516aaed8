import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { plural } from '../../lib/format.ts';
import { faultsPath } from '../../lib/links.ts';
import { faultsQuery } from '../../lib/queries.ts';
import styles from './armed-banner.module.css';
import { useFaultRemoval } from './use-fault-removal.ts';

/** On every view while any rule can fire: nobody should look for a fault that was made on purpose. */
export function ArmedBanner() {
  const faults = useQuery(faultsQuery()).data?.faults ?? [];
  const removal = useFaultRemoval();
  const armed = faults.filter(({ state }) => state === 'armed').length;
  return (
    <div role="status">
      {armed > 0 && (
        <div className={styles.banner}>
          <Icon name="bolt" />
          <p className={styles.words}>
            <strong>{plural(armed, 'fault')} armed.</strong>{' '}
            <span className={styles.more}>SMTP sessions go wrong on purpose. </span>
            <Link className={styles.link} href={faultsPath}>
              Show
            </Link>
          </p>
          <Button disabled={removal.isPending} size="sm" onClick={() => removal.removeAll(faults)}>
            Remove all
          </Button>
        </div>
      )}
    </div>
  );
}
