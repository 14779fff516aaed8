import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useToast } from '../../components/toast.tsx';
import { plural } from '../../lib/format.ts';
import { faultsPath } from '../../lib/links.ts';
import { faultsQuery } from '../../lib/queries.ts';
import styles from './armed-banner.module.css';
import { useRemoveFaults } from './requests.ts';

/** On every view while any rule can fire: nobody should look for a fault that was made on purpose. */
export function ArmedBanner() {
  const faults = useQuery(faultsQuery()).data?.faults ?? [];
  const remove = useRemoveFaults();
  const { show } = useToast();
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
          <Button
            disabled={remove.isPending}
            size="sm"
            onClick={() =>
              remove.mutate(undefined, {
                onError: (error) => show({ title: error.message, tone: 'danger' }),
              })
            }
          >
            Remove all
          </Button>
        </div>
      )}
    </div>
  );
}
