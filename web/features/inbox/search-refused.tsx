import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { ApiError } from '../../lib/api.ts';
import { type ListFilter, listPath } from '../../lib/links.ts';

interface SearchRefusedProps {
  readonly error: ApiError;
  readonly filter: ListFilter;
}

/** Not an alarm: it is also what half a word looks like. */
export function SearchRefused({ error, filter }: SearchRefusedProps) {
  const [, navigate] = useLocation();
  return (
    <div role="status" style={{ flex: 1, minHeight: 0 }}>
      <EmptyState
        icon="search"
        title="This search is not quite right"
        actions={
          <Button onClick={() => navigate(listPath({ ...filter, query: '' }))}>Clear search</Button>
        }
      >
        <p>{error.message}</p>
      </EmptyState>
    </div>
  );
}
