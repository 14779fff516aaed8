import { Link } from 'wouter';
import { Badge } from '../../components/badge.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Switch } from '../../components/switch.tsx';
import { useToast } from '../../components/toast.tsx';
import type { Fault } from '../../lib/api.ts';
import { formatClock, formatCount, plural } from '../../lib/format.ts';
import { sessionPath } from '../../lib/links.ts';
import styles from './faults.module.css';
import { usePauseFault } from './requests.ts';

interface FaultRowProps {
  readonly fault: Fault;
  readonly title: string;
  /** Magic addresses can be switched off and not taken away. */
  readonly onRemove?: () => void;
}

/** One rule: its switch, what it does, and what it has done. */
export function FaultRow({ fault, title, onRemove }: FaultRowProps) {
  const pause = usePauseFault();
  const { show } = useToast();
  const failed = (error: Error) => show({ title: error.message, tone: 'danger' });
  const { id, state, hitCount, spec } = fault;
  const isOn = state === 'armed';
  return (
    <li className={styles.rule} data-state={state}>
      <div className={styles.ruleSwitch}>
        {state === 'spent' ? (
          <Badge icon="check" title="It has done all it was to do">
            Spent
          </Badge>
        ) : (
          <Switch
            checked={isOn}
            label={isOn ? 'On' : 'Off'}
            name={`Fault: ${title}`}
            onCheckedChange={(on) => pause.mutate({ id, paused: !on }, { onError: failed })}
          />
        )}
      </div>
      <div className={styles.ruleWords}>
        <p className={styles.ruleTitle}>{title}</p>
        {title !== fault.text && <p className={styles.ruleText}>{fault.text}</p>}
        {spec.when?.seed !== undefined && (
          <p className={styles.ruleText}>
            Seed <code>{spec.when.seed}</code> repeats this chance
          </p>
        )}
      </div>
      <div className={styles.ruleHits}>
        <span className={styles.hitCount}>
          {formatCount(hitCount)}{' '}
          <span className={styles.hitUnit}>{hitCount === 1 ? 'hit' : 'hits'}</span>
        </span>
        <LastHit fault={fault} />
      </div>
      <div className={styles.ruleRemove}>
        {onRemove && (
          <IconButton
            icon="trash"
            label={`Remove: ${title}, ${plural(hitCount, 'hit')}`}
            onClick={onRemove}
          />
        )}
      </div>
    </li>
  );
}

function LastHit({ fault: { lastHit } }: { readonly fault: Fault }) {
  if (lastHit === null) return <span className={styles.ruleText}>not yet</span>;
  return (
    <Link className={styles.link} href={sessionPath(lastHit.sessionId)} title={lastHit.text}>
      last at {formatClock(lastHit.at)}
    </Link>
  );
}
