import { Icon } from '../../components/icon.tsx';
import { formatClock } from '../../lib/format.ts';
import styles from './alert-list.module.css';
import { type Alert, alertAge, alertLine, alertTitle, sortedAlerts } from './alerts.ts';
import { useAlerts } from './dashboard-context.ts';
import { Panel } from './panel.tsx';

export function AlertList() {
  const { on, ended, at } = useAlerts();
  return (
    <Panel
      about="What is beyond its limit now, and what was since this page is open."
      id="alerts"
      title="Alerts"
    >
      {on.length + ended.length === 0 ? (
        <p className={styles.none}>None now, and none since this page is open.</p>
      ) : (
        <ul className={styles.list}>
          {sortedAlerts(on).map((alert) => (
            <Item
              key={alert.id}
              alert={alert}
              time={`since ${formatClock(alert.since)}, ${alertAge(alert.since, at)}`}
            />
          ))}
          {ended.map(({ alert, until }) => (
            <Item
              key={`${alert.id} ${until}`}
              over
              alert={alert}
              time={`${formatClock(alert.since)} to ${formatClock(until)}`}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface ItemProps {
  readonly alert: Alert;
  readonly time: string;
  readonly over?: boolean;
}

function Item({ alert, time, over = false }: ItemProps) {
  return (
    <li className={styles.item} data-severity={over ? 'over' : alert.severity}>
      <Icon name={over ? 'check' : 'warning'} size={14} />
      <div className={styles.body}>
        <span className={styles.text}>
          <span className={styles.severity}>{over ? 'over' : alert.severity}</span>{' '}
          {alertTitle(alert)}
        </span>
        <span className={styles.facts}>
          {over ? `last ${alertLine(alert)}` : alertLine(alert)} · {time}
        </span>
        {!over && <span className={styles.facts}>{alert.text}</span>}
      </div>
    </li>
  );
}
