import { useId } from 'react';
import styles from './inbox-editor.module.css';
import type { TypedLimits } from './limits.ts';

interface LimitFieldsProps {
  readonly typed: TypedLimits;
  readonly isValid: boolean;
  readonly onType: (typed: TypedLimits) => void;
}

export function LimitFields({ typed, isValid, onType }: LimitFieldsProps) {
  const hintId = useId();
  return (
    <fieldset aria-describedby={hintId} className={styles.limits}>
      <legend>Keep at most</legend>
      <label className={styles.limit}>
        <input
          className={styles.input}
          inputMode="numeric"
          placeholder="all"
          value={typed.messages}
          onChange={(event) => onType({ ...typed, messages: event.target.value })}
        />
        <span>messages</span>
      </label>
      <label className={styles.limit}>
        <input
          className={styles.input}
          inputMode="decimal"
          placeholder="any age"
          value={typed.days}
          onChange={(event) => onType({ ...typed, days: event.target.value })}
        />
        <span>days</span>
      </label>
      <p className={styles.hint} id={hintId}>
        {isValid
          ? 'Older messages are deleted for good, also from other inboxes that show them. Empty means no limit beside those of the whole store.'
          : 'Give whole messages, and days up to 3,660; or leave a field empty.'}
      </p>
    </fieldset>
  );
}
