import styles from './switch.module.css';

interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly label: string;
  /** The accessible name, where the label alone says too little. */
  readonly name?: string;
}

export function Switch({ checked, onCheckedChange, label, name }: SwitchProps) {
  return (
    <label className={styles.switch}>
      <input
        checked={checked}
        className={styles.input}
        role="switch"
        aria-checked={checked}
        aria-label={name}
        type="checkbox"
        onChange={(event) => onCheckedChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
