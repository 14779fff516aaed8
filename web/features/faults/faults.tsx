import { useQuery } from '@tanstack/react-query';
import { Column, Lead, Section } from '../../components/column.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import type { FaultList } from '../../lib/api.ts';
import { faultsQuery } from '../../lib/queries.ts';
import { AddFault } from './add-fault.tsx';
import { FaultRow } from './fault-row.tsx';
import styles from './faults.module.css';
import { Scenarios } from './scenarios.tsx';
import { useFaultRemoval } from './use-fault-removal.ts';

/** Rules that end by time change without an event. */
const timedEveryMs = 2_000;

/** What goes wrong on purpose: every rule with its switch and counter, and ways to more of them. */
export function Faults() {
  const list = useQuery({
    ...faultsQuery(),
    refetchInterval: ({ state: { data } }) => (hasTimed(data) ? timedEveryMs : false),
  });
  const removal = useFaultRemoval();
  if (list.data === undefined) {
    return list.isError ? (
      <ErrorState error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Column busy>
        <Skeleton height="4rem" />
        <Skeleton height="10rem" />
      </Column>
    );
  }
  const { faults, magic } = list.data;
  return (
    <Column>
      <Lead>
        See what an application does when mail goes wrong. Faults happen to real SMTP sessions, are
        marked on each of them, and count in no other number.
      </Lead>
      <Section title="Faults">
        <ul className={styles.rules}>
          {faults.map((fault) => (
            <FaultRow
              key={fault.id}
              fault={fault}
              title={fault.spec.name ?? fault.text}
              onRemove={() => removal.remove(fault)}
            />
          ))}
          <FaultRow fault={magic} title="Magic addresses" />
        </ul>
        {faults.length === 0 && (
          <p className={styles.hint}>
            No rules yet. Mail to <code>452@rcpt.fault.test</code> or{' '}
            <code>ann+once-421@x.fault.test</code> needs none.
          </p>
        )}
      </Section>
      <Section title="Add a fault">
        <AddFault />
      </Section>
      <Section title="Scenarios">
        <Scenarios />
      </Section>
    </Column>
  );
}

function hasTimed(list: FaultList | undefined): boolean {
  return (
    list?.faults.some(({ spec, state }) => spec.when?.forMs !== undefined && state === 'armed') ??
    false
  );
}
