import { useState } from 'react';
import { Icon, type IconName } from '../../components/icon.tsx';
import type { Overview } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import styles from './sidebar.module.css';
import { SidebarLink } from './sidebar-link.tsx';

const shownAtFirst = 12;

interface SidebarSectionProps {
  readonly label: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly kind: 'recipient' | 'user' | 'tag';
  readonly inboxes: Overview['recipients'];
  readonly onNavigate?: () => void;
}

/** Inboxes of one kind, the most used first. Nothing is shown of a kind that nobody uses. */
export function SidebarSection(props: SidebarSectionProps) {
  const { label, hint, icon, kind, inboxes, onNavigate } = props;
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  if (inboxes.length === 0) return null;
  const hidden = inboxes.length - shownAtFirst;
  return (
    <section className={styles.section}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          className={styles.heading}
          title={hint}
          onClick={() => setOpen(!open)}
        >
          {label}
          <span>{formatCount(inboxes.length)}</span>
          <Icon className={styles.chevron} name="chevronDown" size={13} />
        </button>
      </h2>
      {open && (
        <ul>
          {inboxes.slice(0, all ? inboxes.length : shownAtFirst).map((inbox) => (
            <SidebarLink
              key={inbox.name}
              {...(onNavigate && { onNavigate })}
              count={inbox.count}
              filter={{ [kind]: inbox.name }}
              icon={icon}
              label={inbox.name}
              unread={inbox.unread}
            />
          ))}
          {hidden > 0 && (
            <li>
              <button type="button" className={styles.more} onClick={() => setAll(!all)}>
                {all ? 'Show fewer' : `Show ${formatCount(hidden)} more`}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
