import { lazy, Suspense } from 'react';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';
import styles from './routes.module.css';

const Connect = lazy(async () => {
  const { Connect } = await import('../../features/connect/connect.tsx');
  return { default: Connect };
});

export function ConnectRoute() {
  useLiveTopics('');
  return (
    <section className={styles.page} aria-labelledby="page-title">
      <header className={styles.bar}>
        <SidebarToggle />
        <h1 className={styles.title} id="page-title">
          Connect an application
        </h1>
      </header>
      <div className={styles.pane}>
        <Suspense fallback={<PaneSkeleton />}>
          <Connect />
        </Suspense>
      </div>
    </section>
  );
}
