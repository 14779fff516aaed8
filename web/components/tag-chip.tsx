import { Icon } from './icon.tsx';
import styles from './tag-chip.module.css';

interface TagChipProps {
  readonly name: string;
  readonly onRemove?: () => void;
}

export function TagChip({ name, onRemove }: TagChipProps) {
  return (
    <span className={styles.chip}>
      <span className={styles.name} title={name}>
        {name}
      </span>
      {onRemove && (
        <button
          type="button"
          aria-label={`Remove tag ${name}`}
          className={styles.remove}
          onClick={onRemove}
        >
          <Icon name="close" size={11} />
        </button>
      )}
    </span>
  );
}
