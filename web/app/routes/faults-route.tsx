import { lazy, Suspense } from 'react';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';
import styles from './routes.module.css';

const Faults = lazy(async () => {
  const { Faults } = await import('../../features/faults/faults.tsx');
  return { default: Faults };
});

export function FaultsRoute() {
  useLiveTopics('');
  return (
    <section className={styles.page} aria-labelledby="page-title">
      <header className={styles.bar}>
        <SidebarToggle />
        <h1 className={styles.title} id="page-title">
          Faults on purpose
        </h1>
      </header>
      <div className={styles.pane}>
        <Suspense fallback={<PaneSkeleton />}>
          <Faults />
        </Suspense>
      </div>
    </section>
  );
}
