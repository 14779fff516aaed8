/** What a pane may ask of the frame around it. */
import { createContext, useContext } from 'react';

export interface ShellControls {
  /** True while the sidebar stands beside the panes, false while it must be called. */
  readonly sidebarVisible: boolean;
  readonly toggleSidebar: () => void;
  /** Opens the dialog in which an inbox is made or changed. */
  readonly editInbox: (about: InboxToEdit) => void;
}

export type InboxToEdit =
  | { readonly kind: 'new'; readonly query: string }
  | { readonly kind: 'existing'; readonly id: string };

export const ShellContext = createContext<ShellControls>({
  sidebarVisible: true,
  toggleSidebar: () => {},
  editInbox: () => {},
});

export function useShell(): ShellControls {
  return useContext(ShellContext);
}
