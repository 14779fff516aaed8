import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { BrandMark, Wordmark } from '../../components/brand.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { connectPath, faultsPath, metricsPath, sessionsPath } from '../../lib/links.ts';
import { overviewQuery } from '../../lib/queries.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import { InboxSection } from './inbox-section.tsx';
import styles from './sidebar.module.css';
import { SidebarLink } from './sidebar-link.tsx';
import { TagSection } from './tag-section.tsx';

interface SidebarProps {
  readonly onClose: () => void;
  /** After a link was followed. */
  readonly onNavigate?: () => void;
  readonly footer: ReactNode;
}

export function Sidebar({ onClose, onNavigate, footer }: SidebarProps) {
  const overview = useQuery(overviewQuery()).data;
  const follow = onNavigate ? { onNavigate } : {};
  return (
    <div className={styles.sidebar}>
      <header className={styles.brand}>
        <BrandMark />
        <Wordmark />
        <IconButton
          className={styles.hide}
          icon="sidebar"
          label="Hide sidebar"
          shortcut={shortcutKeys('page.sidebar')}
          onClick={onClose}
        />
      </header>
      <nav aria-label="Main" className={styles.nav}>
        <div className={styles.lists}>
          <ul>
            <SidebarLink
              {...follow}
              count={overview?.total}
              filter={{}}
              icon="inbox"
              label="All mail"
            />
            <SidebarLink
              {...follow}
              filter={{ unread: true }}
              icon="mailUnread"
              label="Unread"
              unread={overview?.unread}
            />
          </ul>
          <InboxSection {...follow} />
          <TagSection {...follow} tags={overview?.tags ?? []} />
        </div>
        <ul className={styles.pages}>
          <SidebarLink {...follow} href={metricsPath} icon="pulse" label="Metrics" />
          <SidebarLink {...follow} href={sessionsPath} icon="terminal" label="Sessions" />
          <SidebarLink {...follow} href={faultsPath} icon="bolt" label="Faults" />
          <SidebarLink {...follow} href={connectPath} icon="plug" label="Connect" />
        </ul>
      </nav>
      {footer}
    </div>
  );
}
