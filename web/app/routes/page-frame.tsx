import { type ReactNode, Suspense } from 'react';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { type LiveTopics, useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';
import styles from './routes.module.css';

interface PageFrameProps {
  readonly title: string;
  /** What the page hears of while it is open. */
  readonly topics: LiveTopics;
  /** Fetched when it is first shown. */
  readonly children: ReactNode;
}

/** A view that is one pane under its title. */
export function PageFrame({ title, topics, children }: PageFrameProps) {
  useLiveTopics(topics);
  return (
    <section className={styles.page} aria-labelledby="page-title">
      <header className={styles.bar}>
        <SidebarToggle />
        <h1 className={styles.title} id="page-title">
          {title}
        </h1>
      </header>
      <div className={styles.pane}>
        <Suspense fallback={<PaneSkeleton />}>{children}</Suspense>
      </div>
    </section>
  );
}
