import styles from './skeleton.module.css';

interface SkeletonProps {
  readonly width?: string;
  readonly height?: string;
}

/** Room for what is being loaded. Whoever shows it says so to screen readers (`aria-busy`). */
export function Skeleton({ width = '100%', height = '0.75rem' }: SkeletonProps) {
  return <span aria-hidden="true" className={styles.skeleton} style={{ width, height }} />;
}
