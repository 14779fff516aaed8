import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { type ListFilter, listPath } from '../../lib/links.ts';
import { shortcutKeys, useShortcut } from '../../lib/shortcuts.ts';
import styles from './search-bar.module.css';
import { withTerm } from './search-language.ts';

// Popovers are not needed for the first picture.
const SearchHelp = lazy(async () => {
  const { SearchHelp } = await import('./search-help.tsx');
  return { default: SearchHelp };
});

/** A pause in typing after which the search runs. */
const typingMs = 250;

export function SearchBar({ filter }: { readonly filter: ListFilter }) {
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  // What is being typed, until the URL says the same; a search from elsewhere ends it.
  const [typed, setTyped] = useState<{ text: string; over: string } | null>(null);
  const isOurs = typed && (typed.over === filter.query || typed.text.trim() === filter.query);
  const text = isOurs ? typed.text : filter.query;

  useShortcut('list.search', () => {
    input.current?.focus();
    input.current?.select();
  });

  useEffect(() => {
    if (!typed || typed.over !== filter.query || typed.text.trim() === filter.query) return;
    const timer = setTimeout(
      () =>
        navigate(listPath({ ...filter, query: typed.text.trim() }), {
          replace: filter.query !== '',
        }),
      typingMs,
    );
    return () => clearTimeout(timer);
  }, [typed, filter, navigate]);

  const type = (next: string) => setTyped({ text: next, over: filter.query });
  const search = (query: string) => {
    setTyped(null);
    navigate(listPath({ ...filter, query: query.trim() }));
  };

  return (
    <search className={styles.bar}>
      <SidebarToggle />
      <form
        className={styles.field}
        onSubmit={(event) => {
          event.preventDefault();
          search(text);
        }}
      >
        <Icon className={styles.icon} name="search" size={15} />
        <input
          ref={input}
          aria-label="Search messages"
          autoComplete="off"
          className={styles.input}
          enterKeyHint="search"
          maxLength={1_000}
          placeholder="Search"
          spellCheck={false}
          type="text"
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            if (text === '') input.current?.blur();
            else search('');
          }}
        />
        {text === '' ? (
          <span aria-hidden="true" className={styles.hint}>
            <Kbd keys={shortcutKeys('list.search')} />
          </span>
        ) : (
          <IconButton icon="close" label="Clear search" size="sm" onClick={() => search('')} />
        )}
        <Suspense fallback={<IconButton disabled icon="help" label="How to search" size="sm" />}>
          <SearchHelp
            onInsert={(term) => {
              type(withTerm(text, term));
              requestAnimationFrame(() => input.current?.focus());
            }}
          />
        </Suspense>
      </form>
    </search>
  );
}
