import { lazy, Suspense } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import { whenIdle } from '../../lib/when-idle.ts';
import styles from './inbox.module.css';
import { useListTitle } from './list-title.ts';
import { SelectionToolbar } from './selection-toolbar.tsx';
import type { InboxState } from './use-inbox.ts';
import { allMatching } from './use-selection.ts';

// Menus are not needed for the first picture.
const ListMenu = lazy(async () => {
  await whenIdle();
  const { ListMenu } = await import('./list-menu.tsx');
  return { default: ListMenu };
});

/** Which list this is and how long, and what can be done with all of it. */
export function ListToolbar({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, actions, selection } = inbox;
  const { title, kind } = useListTitle(filter);
  if (selection.state.kind !== 'none') return <SelectionToolbar inbox={inbox} />;
  const matched = list?.matched ?? 0;
  const unread = list?.matchedUnread ?? 0;
  const isSearch = filter.query !== '';
  return (
    <header className={styles.toolbar}>
      <div className={styles.heading}>
        <h1 className={styles.title} title={title}>
          {kind && <span className="visually-hidden">{kind} </span>}
          {title}
        </h1>
        <p className={styles.counts} role="status">
          {list && (
            <>
              {isSearch ? plural(matched, 'result') : formatCount(matched)}
              {unread > 0 && ` · ${formatCount(unread)} unread`}
            </>
          )}
        </p>
      </div>
      <IconButton
        disabled={unread === 0}
        icon="mailRead"
        label={isSearch ? 'Mark all results read' : 'Mark all read'}
        shortcut={shortcutKeys('list.markAllRead')}
        onClick={() => actions.setRead(allMatching(filter), true)}
      />
      <Suspense fallback={<IconButton disabled icon="more" label="More" />}>
        <ListMenu inbox={inbox} />
      </Suspense>
    </header>
  );
}
