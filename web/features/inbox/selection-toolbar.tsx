import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { formatCount } from '../../lib/format.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import styles from './inbox.module.css';
import { useListTitle } from './list-title.ts';
import type { InboxState } from './use-inbox.ts';

/** Takes the place of the list's toolbar while something is selected. */
export function SelectionToolbar({ inbox }: { readonly inbox: InboxState }) {
  const { list, selection, actions } = inbox;
  const { state } = selection;
  const { title } = useListTitle(inbox.filter);
  const matched = list?.matched ?? 0;
  const count = state.kind === 'ids' ? state.ids.size : matched;
  const mark = (isRead: boolean) => {
    const target = inbox.target();
    if (target) actions.setRead(target, isRead);
  };
  return (
    <header className={`${styles.toolbar} ${styles.selecting}`}>
      <h1 className="visually-hidden">{title}</h1>
      <IconButton
        icon="close"
        label="Clear selection"
        shortcut={shortcutKeys('message.close')}
        onClick={selection.clear}
      />
      <p className={styles.selectedCount} role="status">
        {formatCount(count)} selected
      </p>
      {state.kind === 'ids' && count < matched && (
        <Button size="sm" variant="quiet" onClick={selection.selectMatching}>
          <span>
            Select all <span className={styles.matched}>{formatCount(matched)}</span>
          </span>
        </Button>
      )}
      <span className={styles.push} />
      <IconButton icon="mailRead" label="Mark read" onClick={() => mark(true)} />
      <IconButton icon="mailUnread" label="Mark unread" onClick={() => mark(false)} />
      <IconButton
        icon="trash"
        label="Delete selected"
        shortcut={shortcutKeys('message.delete')}
        onClick={inbox.removeTarget}
      />
    </header>
  );
}
