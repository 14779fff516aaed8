import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import styles from './message-states.module.css';

/** As high as a usual head, and not seen at all when the message comes at once. */
export function LoadingMessage() {
  return (
    <div className={styles.loading}>
      <p className="visually-hidden" role="status">
        The message is being loaded.
      </p>
      <Skeleton width="55%" height="1.5rem" />
      <Skeleton width="80%" />
      <Skeleton width="72%" />
      <Skeleton width="76%" />
      <Skeleton width="90%" />
      <div className={styles.body}>
        <Skeleton width="92%" />
        <Skeleton width="85%" />
        <Skeleton width="60%" />
      </div>
    </div>
  );
}

export function MessageGone({ onClose }: { readonly onClose: () => void }) {
  return (
    <EmptyState
      icon="trash"
      title="This message is not here any more"
      actions={
        <Button icon="arrowLeft" onClick={onClose}>
          Back to the list
        </Button>
      }
    >
      <p>It was deleted, here or by somebody else, or retention made room for newer mail.</p>
    </EmptyState>
  );
}
