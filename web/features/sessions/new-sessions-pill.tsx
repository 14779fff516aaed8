import { Icon } from '../../components/icon.tsx';
import { formatCount } from '../../lib/format.ts';
import styles from './session-rows.module.css';

interface NewSessionsPillProps {
  readonly count: number;
  readonly isPaused: boolean;
  readonly onShow: () => void;
}

export function NewSessionsPill({ count, isPaused, onShow }: NewSessionsPillProps) {
  return (
    <div className={styles.pillPlace}>
      <span className="visually-hidden" role="status">
        {count > 0 ? `${formatCount(count)} new sessions` : ''}
      </span>
      {count > 0 && (
        <button type="button" className={styles.pill} onClick={onShow}>
          <Icon name={isPaused ? 'play' : 'arrowUp'} size={14} />
          {formatCount(count)} new
        </button>
      )}
    </div>
  );
}
