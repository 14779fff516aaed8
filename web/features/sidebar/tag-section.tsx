import { useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import type { Overview } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import styles from './sidebar.module.css';
import { SidebarLink } from './sidebar-link.tsx';

const shownAtFirst = 12;

interface TagSectionProps {
  readonly tags: Overview['tags'];
  readonly onNavigate?: () => void;
}

/** The most used first; nothing where nobody uses any. */
export function TagSection(props: TagSectionProps) {
  const { tags, onNavigate } = props;
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  if (tags.length === 0) return null;
  const hidden = tags.length - shownAtFirst;
  return (
    <section className={styles.section}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          className={styles.heading}
          title="Set here, or by a header X-Tags"
          onClick={() => setOpen(!open)}
        >
          Tags
          <span>{formatCount(tags.length)}</span>
          <Icon className={styles.chevron} name="chevronDown" size={13} />
        </button>
      </h2>
      {open && (
        <ul>
          {tags.slice(0, all ? tags.length : shownAtFirst).map((tag) => (
            <SidebarLink
              key={tag.name}
              {...(onNavigate && { onNavigate })}
              count={tag.count}
              filter={{ tag: tag.name }}
              icon="tag"
              label={tag.name}
              unread={tag.unread}
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
