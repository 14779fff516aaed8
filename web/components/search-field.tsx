import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from 'react';
import { shortcutKeys, useShortcut } from '../lib/shortcuts.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { Kbd } from './kbd.tsx';
import styles from './search-field.module.css';
import { SidebarToggle } from './sidebar-toggle.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly maxLength: number;
  /** What the list shows now. */
  readonly query: string;
  /** With `replace`, the search goes on from the one before it, as typing does. */
  readonly onSearch: (query: string, options: { readonly replace: boolean }) => void;
  /** Buttons at its end, given the means to change what stands in it. */
  readonly tools?: (edit: (change: (text: string) => string) => void) => ReactNode;
}

/** A pause in typing after which the search runs. */
const typingMs = 250;

/** The search above a list: runs while one types, and follows the URL when that changes. */
export function SearchField(props: SearchFieldProps) {
  const { label, placeholder, maxLength, query, onSearch, tools } = props;
  const input = useRef<HTMLInputElement>(null);
  // What is being typed, until the URL says the same; a search from elsewhere ends it.
  const [typed, setTyped] = useState<{ text: string; over: string } | null>(null);
  const isOurs = typed && (typed.over === query || typed.text.trim() === query);
  const text = isOurs ? typed.text : query;

  useShortcut('list.search', () => {
    input.current?.focus();
    input.current?.select();
  });

  const searchTyped = useEffectEvent((next: string) => onSearch(next, { replace: query !== '' }));
  useEffect(() => {
    if (!typed || typed.over !== query || typed.text.trim() === query) return;
    const timer = setTimeout(() => searchTyped(typed.text.trim()), typingMs);
    return () => clearTimeout(timer);
  }, [typed, query]);

  const type = (next: string) => setTyped({ text: next, over: query });
  const search = (next: string) => {
    setTyped(null);
    onSearch(next.trim(), { replace: false });
  };
  const clear = () => {
    search('');
    // The button that was pressed goes away, and the focus must not go with it.
    input.current?.focus();
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
          aria-label={label}
          autoComplete="off"
          className={styles.input}
          enterKeyHint="search"
          maxLength={maxLength}
          placeholder={placeholder}
          spellCheck={false}
          type="text"
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') focusList(event);
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
          <IconButton icon="close" label="Clear search" size="sm" onClick={clear} />
        )}
        {tools?.((change) => {
          type(change(text));
          requestAnimationFrame(() => input.current?.focus());
        })}
      </form>
    </search>
  );
}

/** To what was found, as in any field with a list below it. */
function focusList(event: KeyboardEvent<HTMLInputElement>): void {
  const list = event.currentTarget.closest('section')?.querySelector<HTMLElement>('[role=grid]');
  if (!list) return;
  event.preventDefault();
  list.focus({ preventScroll: true });
}
