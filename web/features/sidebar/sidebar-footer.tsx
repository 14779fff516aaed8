import { useQuery } from '@tanstack/react-query';
import { IconButton } from '../../components/icon-button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { plural } from '../../lib/format.ts';
import { serverQuery } from '../../lib/queries.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import { setTheme, useTheme } from '../../lib/theme.ts';
import { ConnectionStatus } from './connection-status.tsx';
import styles from './sidebar.module.css';

interface SidebarFooterProps {
  readonly onHelp: () => void;
}

export function SidebarFooter({ onHelp }: SidebarFooterProps) {
  const theme = useTheme();
  const server = useQuery(serverQuery()).data;
  const pruned = server?.store.prunedCount ?? 0;
  return (
    <footer className={styles.footer}>
      {pruned > 0 && (
        <p className={styles.note}>
          Oldest {plural(pruned, 'message')} removed to keep within the limits.
        </p>
      )}
      <ConnectionStatus />
      <div className={styles.footerRow}>
        <Segmented
          items={[
            { value: 'light', label: 'Light', icon: 'sun' },
            { value: 'dark', label: 'Dark', icon: 'moon' },
            { value: 'system', label: 'As the system', icon: 'monitor' },
          ]}
          label="Theme"
          value={theme}
          onValueChange={setTheme}
        />
        <IconButton
          icon="keyboard"
          label="Keyboard shortcuts"
          shortcut={shortcutKeys('page.help')}
          onClick={onHelp}
        />
      </div>
    </footer>
  );
}
