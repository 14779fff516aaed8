import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Icon, type IconName } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { InboxKind } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { inboxesAtFirst, inboxesQuery } from '../../lib/queries.ts';
import { useShell } from '../../lib/shell-context.ts';
import styles from './sidebar.module.css';
import { SidebarLink } from './sidebar-link.tsx';

/** More are found by typing, not by scrolling. */
const shownMax = 100;
const typingMs = 150;

const icons: Readonly<Record<InboxKind, IconName>> = {
  named: 'bookmark',
  address: 'person',
  domain: 'domain',
  user: 'key',
};

const hints: Readonly<Record<InboxKind, string>> = {
  named: 'Inbox',
  address: 'Address',
  domain: 'Domain',
  user: 'SMTP user',
};

interface InboxSectionProps {
  readonly onNavigate?: () => void;
}

/** Named inboxes, then the addresses, domains and users with most mail; others by typing. */
export function InboxSection({ onNavigate }: InboxSectionProps) {
  const { editInbox } = useShell();
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  const [typed, setTyped] = useState('');
  const text = useSettled(typed.trim());
  const limit = all || text !== '' ? shownMax : inboxesAtFirst;
  const { data } = useQuery({ ...inboxesQuery(text, limit), placeholderData: keepPreviousData });
  const inboxes = data?.inboxes ?? [];
  const matched = data?.matched ?? 0;
  const isMany = text !== '' || typed !== '' || matched > inboxesAtFirst;
  return (
    <section className={styles.section}>
      <div className={styles.headed}>
        <h2>
          <button
            type="button"
            aria-expanded={open}
            className={styles.heading}
            title="Each address, domain and SMTP user, and searches with a name"
            onClick={() => setOpen(!open)}
          >
            Inboxes
            {matched > 0 && <span>{formatCount(matched)}</span>}
            <Icon className={styles.chevron} name="chevronDown" size={13} />
          </button>
        </h2>
        <IconButton
          icon="plus"
          label="New inbox"
          size="sm"
          onClick={() => editInbox({ kind: 'new', query: '' })}
        />
      </div>
      {open && isMany && (
        <input
          aria-label="Find an inbox"
          autoComplete="off"
          className={styles.find}
          maxLength={200}
          placeholder="Find an inbox"
          spellCheck={false}
          type="text"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setTyped('');
          }}
        />
      )}
      {open && (
        <ul>
          {inboxes.map((inbox) => (
            <SidebarLink
              key={inbox.id}
              {...(onNavigate && { onNavigate })}
              count={inbox.count}
              filter={{ inbox: inbox.id }}
              icon={icons[inbox.kind]}
              kind={hints[inbox.kind]}
              label={inbox.name}
              unread={inbox.unread}
            />
          ))}
          {text === '' && (matched > inboxes.length || all) && matched > inboxesAtFirst && (
            <li>
              <button type="button" className={styles.more} onClick={() => setAll(!all)}>
                {all
                  ? 'Show fewer'
                  : `Show ${formatCount(Math.min(matched, shownMax) - inboxes.length)} more`}
              </button>
            </li>
          )}
        </ul>
      )}
      {open && data && matched === 0 && text === '' && (
        <p className={styles.found}>Every address that gets mail shows up here.</p>
      )}
      {open && isMany && (
        <p className={styles.found} role="status">
          {foundText({ text, matched, shown: inboxes.length, all })}
        </p>
      )}
    </section>
  );
}

function foundText(found: {
  readonly text: string;
  readonly matched: number;
  readonly shown: number;
  readonly all: boolean;
}): string {
  const { text, matched, shown, all } = found;
  if (text !== '' && matched === 0) return 'No inbox has this in its name.';
  if (matched <= shown || (text === '' && !all)) return '';
  return `${formatCount(matched - shown)} more; type a part of the name.`;
}

/** The value once it has stopped changing for a moment. */
function useSettled(value: string): string {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), typingMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
