import { useQuery } from '@tanstack/react-query';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useToast } from '../../components/toast.tsx';
import { plural } from '../../lib/format.ts';
import styles from './faults.module.css';
import { scenariosQuery, useStartScenario } from './requests.ts';

/** Troubles by their names, for those who do not want to write rules. */
export function Scenarios() {
  const scenarios = useQuery(scenariosQuery());
  const start = useStartScenario();
  const { show } = useToast();
  if (scenarios.data === undefined) {
    return scenarios.isError ? (
      <ErrorState error={scenarios.error} onRetry={() => void scenarios.refetch()} />
    ) : (
      <div aria-busy="true">
        <Skeleton height="12rem" />
      </div>
    );
  }
  const run = (name: string, title: string) =>
    start.mutate(name, {
      onSuccess: ({ faults }) =>
        show({ title: `${title}: ${plural(faults.length, 'fault')} armed`, tone: 'success' }),
      onError: (error) => show({ title: error.message, tone: 'danger' }),
    });
  return (
    <ul className={styles.scenarios}>
      {scenarios.data.scenarios.map(({ name, title, text }) => (
        <li key={name} className={styles.scenario}>
          <div>
            <h3 className={styles.scenarioTitle}>{title}</h3>
            <p className={styles.ruleText}>{text}</p>
          </div>
          <Button
            aria-label={`Start: ${title}`}
            disabled={start.isPending}
            icon="play"
            size="sm"
            onClick={() => run(name, title)}
          >
            Start
          </Button>
        </li>
      ))}
    </ul>
  );
}
