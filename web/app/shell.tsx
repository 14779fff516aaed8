import { lazy, Suspense, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { ArmedBanner } from '../features/faults/armed-banner.tsx';
import { ShortcutHelp } from '../features/shortcuts/shortcut-help.tsx';
import { Sidebar } from '../features/sidebar/sidebar.tsx';
import { SidebarFooter } from '../features/sidebar/sidebar-footer.tsx';
import { connectPath, faultsPath, listPath, metricsPath, sessionListPath } from '../lib/links.ts';
import { type InboxToEdit, ShellContext } from '../lib/shell-context.ts';
import { useShortcut } from '../lib/shortcuts.ts';
import { currentTheme, setTheme, themes } from '../lib/theme.ts';
import { useMedia, wide } from '../lib/use-media.ts';
import { useMessageActions } from '../lib/use-message-actions.ts';
import { PageTitle } from './page-title.tsx';
import { Routes } from './routes/routes.tsx';
import styles from './shell.module.css';
import { SidebarDrawer } from './sidebar-drawer.tsx';

const InboxEditor = lazy(async () => {
  const { InboxEditor } = await import('../features/inbox-editor/inbox-editor.tsx');
  return { default: InboxEditor };
});

/** The frame: sidebar, panes, and what belongs to the whole page. */
export function Shell() {
  const docks = useMedia(wide);
  const [docked, setDocked] = useState(true);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [edited, setEdited] = useState<InboxToEdit | null>(null);
  const [, navigate] = useLocation();
  const { undo } = useMessageActions();

  const sidebarVisible = docks && docked;
  const controls = useMemo(
    () => ({
      sidebarVisible,
      toggleSidebar: () => (docks ? setDocked((was) => !was) : setDrawerOpen((was) => !was)),
      editInbox: (about: InboxToEdit) => {
        setDrawerOpen(false);
        setEdited(about);
      },
    }),
    [docks, sidebarVisible],
  );

  useShortcut('go.all', () => navigate(listPath()));
  useShortcut('go.unread', () => navigate(listPath({ unread: true })));
  useShortcut('go.metrics', () => navigate(metricsPath));
  useShortcut('go.sessions', () => navigate(sessionListPath()));
  useShortcut('go.faults', () => navigate(faultsPath));
  useShortcut('go.connect', () => navigate(connectPath));
  useShortcut('message.undo', undo);
  useShortcut('page.sidebar', controls.toggleSidebar);
  useShortcut('page.theme', nextTheme);
  useShortcut('page.help', () => setHelpOpen(true));

  const footer = <SidebarFooter onHelp={() => setHelpOpen(true)} />;
  return (
    <ShellContext value={controls}>
      <button
        type="button"
        className={styles.skip}
        onClick={() => document.getElementById('main')?.focus()}
      >
        Skip to the content
      </button>
      <div className={styles.shell}>
        {sidebarVisible && (
          <aside className={styles.sidebar}>
            <Sidebar footer={footer} onClose={controls.toggleSidebar} />
          </aside>
        )}
        <main className={styles.main} id="main" tabIndex={-1}>
          <ArmedBanner />
          <div className={styles.routes}>
            <Routes />
          </div>
        </main>
      </div>
      {!docks && (
        <SidebarDrawer open={drawerOpen} onOpenChange={setDrawerOpen}>
          <Sidebar
            footer={footer}
            onClose={() => setDrawerOpen(false)}
            onNavigate={() => setDrawerOpen(false)}
          />
        </SidebarDrawer>
      )}
      <ShortcutHelp open={helpOpen} onOpenChange={setHelpOpen} />
      {edited !== null && (
        <Suspense>
          <InboxEditor about={edited} onClose={() => setEdited(null)} />
        </Suspense>
      )}
      <PageTitle />
    </ShellContext>
  );
}

function nextTheme(): void {
  setTheme(themes[(themes.indexOf(currentTheme()) + 1) % themes.length] ?? 'system');
}
