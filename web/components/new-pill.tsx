import { formatCount } from '../lib/format.ts';
import { Icon } from './icon.tsx';
import styles from './new-pill.module.css';

interface NewPillProps {
  readonly count: number;
  /** What a screen reader hears when the number changes. */
  readonly announcement: string;
  readonly icon?: 'arrowUp' | 'play';
  readonly onShow: () => void;
}

/** “3 new” over the top of a list that does not move while it is read. */
export function NewPill({ count, announcement, icon = 'arrowUp', onShow }: NewPillProps) {
  return (
    <div className={styles.place}>
      <span className="visually-hidden" role="status">
        {count > 0 ? announcement : ''}
      </span>
      {count > 0 && (
        <button type="button" className={styles.pill} onClick={onShow}>
          <Icon name={icon} size={14} />
          {formatCount(count)} new
        </button>
      )}
    </div>
  );
}
