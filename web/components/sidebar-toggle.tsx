import { useShell } from '../lib/shell-context.ts';
import { shortcutKeys } from '../lib/shortcuts.ts';
import { IconButton } from './icon-button.tsx';

/** Stands at the start of a pane's header while the sidebar is out of sight. */
export function SidebarToggle() {
  const { sidebarVisible, toggleSidebar } = useShell();
  if (sidebarVisible) return null;
  return (
    <IconButton
      icon="menu"
      label="Show sidebar"
      shortcut={shortcutKeys('page.sidebar')}
      onClick={toggleSidebar}
    />
  );
}
