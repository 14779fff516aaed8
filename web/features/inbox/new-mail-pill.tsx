import { Icon } from '../../components/icon.tsx';
import { formatCount } from '../../lib/format.ts';
import styles from './inbox.module.css';

interface NewMailPillProps {
  readonly count: number;
  readonly onShow: () => void;
}

export function NewMailPill({ count, onShow }: NewMailPillProps) {
  return (
    <div className={styles.pillPlace}>
      <span className="visually-hidden" role="status">
        {count > 0 ? `${formatCount(count)} new at the top` : ''}
      </span>
      {count > 0 && (
        <button type="button" className={styles.pill} onClick={onShow}>
          <Icon name="arrowUp" size={14} />
          {formatCount(count)} new
        </button>
      )}
    </div>
  );
}
