import { useEffect } from 'react';
import { Icon } from '../../components/icon.tsx';
import styles from './alert-strip.module.css';
import { alertAge, alertLine, alertTitle, sortedAlerts, spokenAlerts } from './alerts.ts';
import { useAlerts, useDashboard } from './dashboard-context.ts';

/** Always there and always one line high, so that nothing moves when an alert begins. */
export function AlertStrip() {
  const { announce } = useDashboard();
  const { on, at } = useAlerts();
  const [worst, ...others] = sortedAlerts(on);
  const spoken = spokenAlerts(on);
  useEffect(() => {
    if (spoken) announce(spoken);
  }, [announce, spoken]);

  if (!worst) {
    return (
      <p className={styles.strip} data-severity="none">
        <Icon name="check" />
        No alerts. Everything is within its limits.
      </p>
    );
  }
  return (
    <p className={styles.strip} data-severity={worst.severity}>
      <Icon name="warning" />
      <strong className={styles.text} title={worst.text}>
        {alertTitle(worst)}
      </strong>
      <span className={styles.value}>{alertLine(worst)}</span>
      <span className={styles.since}>{alertAge(worst.since, at)}</span>
      {others.length > 0 && (
        <a className={styles.more} href="#alerts">
          {others.length} more
        </a>
      )}
    </p>
  );
}
