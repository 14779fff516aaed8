import { lazy, Suspense, useMemo } from 'react';
import { useSearch } from 'wouter';
import { parseSessionFilter } from '../../lib/links.ts';
import { useLiveTopics } from '../../lib/live-status.ts';
import { PaneSkeleton } from './pane-skeleton.tsx';

const Sessions = lazy(async () => {
  const { Sessions } = await import('../../features/sessions/sessions.tsx');
  return { default: Sessions };
});

export function SessionsRoute({ sessionId }: { readonly sessionId: string | null }) {
  useLiveTopics('sessions');
  const search = useSearch();
  const filter = useMemo(() => parseSessionFilter(search), [search]);
  return (
    <Suspense fallback={<PaneSkeleton />}>
      <Sessions filter={filter} sessionId={sessionId} />
    </Suspense>
  );
}
