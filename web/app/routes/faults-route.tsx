import { lazy } from 'react';
import { PageFrame } from './page-frame.tsx';

const Faults = lazy(async () => {
  const { Faults } = await import('../../features/faults/faults.tsx');
  return { default: Faults };
});

export function FaultsRoute() {
  return (
    <PageFrame title="Faults on purpose" topics="">
      <Faults />
    </PageFrame>
  );
}
