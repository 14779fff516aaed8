import { rowCount } from '../../lib/message-list.ts';
import { useShortcut } from '../../lib/shortcuts.ts';
import type { InboxState } from './use-inbox.ts';
import { allMatching } from './use-selection.ts';

export function useInboxShortcuts(inbox: InboxState): void {
  const { list, activeIndex, heldCount, selection } = inbox;

  useShortcut('list.next', () => inbox.moveTo(activeIndex < 0 ? heldCount : activeIndex + 1));
  useShortcut('list.previous', () => inbox.moveTo(activeIndex < 0 ? heldCount : activeIndex - 1));
  useShortcut('list.top', () => inbox.moveTo(0));
  useShortcut('list.bottom', () => inbox.moveTo(list ? rowCount(list) - 1 : 0));
  useShortcut('list.open', () => {
    if (inbox.activeId !== null) inbox.open(inbox.activeId);
  });
  useShortcut('list.select', () => {
    if (inbox.activeId !== null) selection.toggle(inbox.activeId);
  });
  useShortcut('list.selectAll', selection.selectMatching);
  useShortcut('list.markAllRead', () => inbox.actions.setRead(allMatching(inbox.filter), true));
  useShortcut('message.delete', inbox.removeTarget);
  useShortcut('message.toggleRead', () => toggleRead(inbox));
  useShortcut('message.close', () => {
    if (selection.state.kind !== 'none') selection.clear();
    else if (inbox.openId !== null) inbox.close();
  });
}

/** Becomes read while anything in it is not. */
function toggleRead(inbox: InboxState): void {
  const selection = inbox.target();
  if (selection) inbox.actions.setRead(selection, inbox.targetHasUnread());
}
