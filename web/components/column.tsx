import { type ReactNode, useId } from 'react';
import styles from './column.module.css';

interface ColumnProps {
  readonly busy?: boolean;
  readonly children: ReactNode;
}

/** A pane that is read from top to bottom, no wider than lines are read with ease. */
export function Column({ busy = false, children }: ColumnProps) {
  return (
    <div className={styles.view} aria-busy={busy}>
      <div className={styles.column}>{children}</div>
    </div>
  );
}

export function Lead({ children }: { readonly children: ReactNode }) {
  return <p className={styles.lead}>{children}</p>;
}

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Section({ title, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 className={styles.heading} id={id}>
        {title}
      </h2>
      {children}
    </section>
  );
}
