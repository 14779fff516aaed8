import { type ReactNode, useId } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './segmented.module.css';

export interface SegmentedItem<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Shown instead of the label, which stays as the name. */
  readonly icon?: IconName;
}

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly items: readonly SegmentedItem<Value>[];
}

/** One of a few. Real radio buttons below, so that arrow keys work without a line of ours. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>): ReactNode {
  const { label, value, onValueChange, items } = props;
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className="visually-hidden">{label}</legend>
      {items.map((item) => (
        <label key={item.value} className={styles.item} title={item.icon && item.label}>
          <input
            checked={item.value === value}
            className={styles.input}
            name={name}
            type="radio"
            value={item.value}
            onChange={() => onValueChange(item.value)}
          />
          {item.icon && <Icon name={item.icon} size={15} />}
          <span className={item.icon && 'visually-hidden'}>{item.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
