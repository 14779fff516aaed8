import { useLocation } from 'wouter';
import { SearchField } from '../../components/search-field.tsx';
import { type SessionFilter, sessionListPath } from '../../lib/links.ts';

export function SessionSearch({ filter }: { readonly filter: SessionFilter }) {
  const [, navigate] = useLocation();
  return (
    <SearchField
      label="Search sessions"
      maxLength={200}
      placeholder="Peer, name, user or words of the transcript"
      query={filter.query}
      onSearch={(query, options) => navigate(sessionListPath({ ...filter, query }), options)}
    />
  );
}
