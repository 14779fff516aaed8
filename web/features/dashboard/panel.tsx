import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly wide?: boolean;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ id, title, about, wide = false, actions, children }: PanelProps) {
  const titleId = useId();
  return (
    <section
      aria-labelledby={titleId}
      className={styles.panel}
      data-wide={wide || undefined}
      id={id}
    >
      <header className={styles.head}>
        <h2 className={styles.title} id={titleId} title={about}>
          {title}
        </h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
