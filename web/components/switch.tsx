import styles from './switch.module.css';

interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly label: string;
}

export function Switch({ checked, onCheckedChange, label }: SwitchProps) {
  return (
    <label className={styles.switch}>
      <input
        checked={checked}
        className={styles.input}
        role="switch"
        aria-checked={checked}
        type="checkbox"
        onChange={(event) => onCheckedChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
