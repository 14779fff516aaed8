import { Skeleton } from '../../components/skeleton.tsx';
import styles from './routes.module.css';

export function PaneSkeleton() {
  return (
    <div aria-busy="true" className={styles.skeleton}>
      <Skeleton height="1.5rem" width="60%" />
      <Skeleton width="35%" />
      <Skeleton width="45%" />
      <Skeleton height="12rem" />
    </div>
  );
}
