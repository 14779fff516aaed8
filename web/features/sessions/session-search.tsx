import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { SidebarToggle } from '../../components/sidebar-toggle.tsx';
import { type SessionFilter, sessionListPath } from '../../lib/links.ts';
import { shortcutKeys, useShortcut } from '../../lib/shortcuts.ts';
import styles from './session-search.module.css';

/** A pause in typing after which the search runs. */
const typingMs = 250;

export function SessionSearch({ filter }: { readonly filter: SessionFilter }) {
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
    const query = typed.text.trim();
    const timer = setTimeout(
      () => navigate(sessionListPath({ ...filter, query }), { replace: filter.query !== '' }),
      typingMs,
    );
    return () => clearTimeout(timer);
  }, [typed, filter, navigate]);

  const search = (query: string) => {
    setTyped(null);
    navigate(sessionListPath({ ...filter, query: query.trim() }));
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
          aria-label="Search sessions"
          autoComplete="off"
          className={styles.input}
          enterKeyHint="search"
          maxLength={200}
          placeholder="Peer, name, user or words of the transcript"
          spellCheck={false}
          type="text"
          value={text}
          onChange={(event) => setTyped({ text: event.target.value, over: filter.query })}
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
      </form>
    </search>
  );
}
