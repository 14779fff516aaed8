/** What a pane may ask of the frame around it. */
import { createContext, useContext } from 'react';

export interface ShellControls {
  /** True while the sidebar stands beside the panes, false while it must be called. */
  readonly sidebarVisible: boolean;
  readonly toggleSidebar: () => void;
}

export const ShellContext = createContext<ShellControls>({
  sidebarVisible: true,
  toggleSidebar: () => {},
});

export function useShell(): ShellControls {
  return useContext(ShellContext);
}
