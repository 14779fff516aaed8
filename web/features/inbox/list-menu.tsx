import { IconButton } from '../../components/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../components/menu.tsx';
import { formatCount } from '../../lib/format.ts';
import { readInboxId } from '../../lib/inbox-id.ts';
import { filterQuery, filterSearch, type ListFilter } from '../../lib/links.ts';
import { useShell } from '../../lib/shell-context.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import type { InboxState } from './use-inbox.ts';
import { allMatching } from './use-selection.ts';

/** What is done seldom with a whole list. */
export function ListMenu({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, actions, selection } = inbox;
  const { editInbox } = useShell();
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
      {filter.inbox !== null && (
        <MenuItem
          icon="pencil"
          onSelect={() => editInbox({ kind: 'existing', id: filter.inbox ?? '' })}
        >
          {readInboxId(filter.inbox).kind === 'named' ? 'Edit this inbox' : 'Limit this inbox'}
        </MenuItem>
      )}
      {filter.query !== '' && (
        <MenuItem
          icon="bookmark"
          onSelect={() => editInbox({ kind: 'new', query: searchOf(filter) })}
        >
          Make an inbox of this search
        </MenuItem>
      )}
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
        {isWholeInbox(filter) ? 'Clear this inbox' : `Delete all ${formatCount(matched)}`}
      </MenuItem>
    </Menu>
  );
}

function isWholeInbox(filter: ListFilter): boolean {
  return filter.inbox !== null && filterSearch(filter) === filterSearch({ inbox: filter.inbox });
}

/** With the address, domain or user in which it was looked for; not with unread, which passes. */
function searchOf(filter: ListFilter): string {
  const { inbox } = filter;
  const within = inbox?.includes(':') ? `inbox:"${inbox}"` : '';
  const found = filterQuery({ ...filter, unread: false }).replace(/^\((.*)\)$/s, '$1');
  return [within, found].filter(Boolean).join(' ');
}
