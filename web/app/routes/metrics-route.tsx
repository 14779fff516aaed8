import { lazy, Suspense } from 'react';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';
import styles from './routes.module.css';

const Dashboard = lazy(async () => {
  const { Dashboard } = await import('../../features/dashboard/dashboard.tsx');
  return { default: Dashboard };
});

export function MetricsRoute() {
  useLiveTopics('metrics');
  return (
    <section className={styles.page} aria-labelledby="page-title">
      <header className={styles.bar}>
        <SidebarToggle />
        <h1 className={styles.title} id="page-title">
          Metrics
        </h1>
      </header>
      <div className={styles.pane}>
        <Suspense fallback={<PaneSkeleton />}>
          <Dashboard />
        </Suspense>
      </div>
    </section>
  );
}
