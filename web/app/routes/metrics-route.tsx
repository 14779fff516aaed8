import { lazy } from 'react';
import { PageFrame } from './page-frame.tsx';

const Dashboard = lazy(async () => {
  const { Dashboard } = await import('../../features/dashboard/dashboard.tsx');
  return { default: Dashboard };
});

export function MetricsRoute() {
  return (
    <PageFrame title="Metrics" topics="metrics">
      <Dashboard />
    </PageFrame>
  );
}
