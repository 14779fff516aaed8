import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { IconButton } from '../../components/icon-button.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { type ListFilter, listPath } from '../../lib/links.ts';
import { whenIdle } from '../../lib/when-idle.ts';
import { withTerm } from './search-language.ts';

// Popovers are not needed for the first picture.
const SearchHelp = lazy(async () => {
  await whenIdle();
  const { SearchHelp } = await import('./search-help.tsx');
  return { default: SearchHelp };
});

export function SearchBar({ filter }: { readonly filter: ListFilter }) {
  const [, navigate] = useLocation();
  return (
    <SearchField
      label="Search messages"
      maxLength={1_000}
      placeholder="Search"
      query={filter.query}
      tools={(edit) => (
        <Suspense fallback={<IconButton disabled icon="help" label="How to search" size="sm" />}>
          <SearchHelp onInsert={(term) => edit((text) => withTerm(text, term))} />
        </Suspense>
      )}
      onSearch={(query, options) => navigate(listPath({ ...filter, query }), options)}
    />
  );
}
