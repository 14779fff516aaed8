import { lazy } from 'react';
import { PageFrame } from './page-frame.tsx';

const Connect = lazy(async () => {
  const { Connect } = await import('../../features/connect/connect.tsx');
  return { default: Connect };
});

export function ConnectRoute() {
  return (
    <PageFrame title="Connect an application" topics="">
      <Connect />
    </PageFrame>
  );
}
