import { IconButton } from '../../components/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx';
import { formatCount } from '../../lib/format.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import type { InboxState } from './use-inbox.ts';
import { allMatching } from './use-selection.ts';

/** What is done seldom with a whole list. */
export function ListMenu({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, actions, selection } = inbox;
  const matched = list?.matched ?? 0;
  return (
    <Menu trigger={<IconButton icon="more" label="More" />}>
      <MenuItem
        disabled={matched === 0}
        icon="check"
        shortcut={shortcutKeys('list.selectAll')}
        onSelect={selection.selectMatching}
      >
        Select all {formatCount(matched)}
      </MenuItem>
      <MenuItem icon="send" onSelect={() => actions.sendTest()}>
        Send a test message
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        danger
        disabled={matched === 0}
        icon="trash"
        onSelect={() => actions.remove(allMatching(filter))}
      >
        Delete all {formatCount(matched)}
      </MenuItem>
    </Menu>
  );
}
