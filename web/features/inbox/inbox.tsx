import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { classNames } from '../../components/class-names.ts';
import { isEverything, type ListFilter } from '../../lib/links.ts';
import { rowCount } from '../../lib/message-list.ts';
import { overviewQuery } from '../../lib/queries.ts';
import { useFocusBack } from '../../lib/use-focus-back.ts';
import { narrow, useMedia } from '../../lib/use-media.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import styles from './inbox.module.css';
import { ListToolbar } from './list-toolbar.tsx';
import { MarkReadWhenShown } from './mark-read-when-shown.tsx';
import { MessageRows } from './message-rows.tsx';
import { NoMessageOpen } from './no-message-open.tsx';
import { SearchBar } from './search-bar.tsx';
import { type MessageControls, useInbox } from './use-inbox.ts';
import { Welcome } from './welcome.tsx';

interface InboxProps {
  readonly filter: ListFilter;
  readonly messageId: string | null;
  readonly renderMessage: (controls: MessageControls) => ReactNode;
}

/** List and message, side by side where there is room. */
export function Inbox({ filter, messageId, renderMessage }: InboxProps) {
  const inbox = useInbox(filter, messageId);
  const total = useQuery({ ...overviewQuery(), select: (overview) => overview.total }).data;
  const { list } = inbox;
  const messagePane = useRef<HTMLElement>(null);
  const onePane = useMedia(narrow);
  const rows = useRef<HTMLElement>(null);
  useFocusBack(rows, messageId);

  // Where the list is out of sight, the focus must not stay in it.
  useEffect(() => {
    if (onePane && messageId !== null) messagePane.current?.focus({ preventScroll: true });
  }, [onePane, messageId]);

  const empty = list !== undefined && rowCount(list) === 0;
  if (empty && isEverything(filter) && messageId === null && !total) return <Welcome />;

  return (
    <div className={classNames(styles.inbox, messageId !== null && styles.reading)}>
      <section ref={rows} aria-label="Messages" className={styles.list}>
        <SearchBar filter={filter} />
        <ConnectionNotice />
        <ListToolbar inbox={inbox} />
        <MessageRows key={inbox.shownSearch} inbox={inbox} />
      </section>
      <section
        ref={messagePane}
        aria-label="Message"
        className={styles.message}
        data-own-arrows
        tabIndex={-1}
      >
        {onePane && messageId !== null && <h1 className="visually-hidden">Message</h1>}
        {messageId === null || inbox.controls === null ? (
          <NoMessageOpen />
        ) : (
          renderMessage(inbox.controls)
        )}
        {messageId !== null && <MarkReadWhenShown key={messageId} messageId={messageId} />}
      </section>
    </div>
  );
}
