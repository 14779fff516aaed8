import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { overviewQuery } from '../../lib/queries.ts';
import { narrow, useMedia } from '../../lib/use-media.ts';
import { AddressSummary } from './address-summary.tsx';
import { AddressTable } from './address-table.tsx';
import { AttachmentStrip } from './attachment-strip.tsx';
import { FoundStrip } from './found-strip.tsx';
import { MessageFacts } from './message-facts.tsx';
import styles from './message-head.module.css';
import { ReadingNotice } from './reading-notice.tsx';
import { TagEditor } from './tag-editor.tsx';

const withoutSubject: Readonly<Record<MessageDetailShape['state'], string>> = {
  ready: 'No subject',
  pending: 'Being read…',
  unreadable: 'Unreadable message',
};

/** What is known of the message; folds to three lines where the room is needed for its body. */
export function MessageHead({ message }: { readonly message: MessageDetailShape }) {
  const overview = useQuery(overviewQuery());
  const isNarrow = useMedia(narrow);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const showsDetails = chosen ?? !isNarrow;
  const detailsId = useId();

  return (
    <header className={styles.head}>
      <div className={styles.titleRow}>
        <h2
          className={styles.subject}
          data-folded={!showsDetails}
          title={message.subject || undefined}
        >
          {message.subject || <span className={styles.none}>{withoutSubject[message.state]}</span>}
        </h2>
        <IconButton
          icon={showsDetails ? 'chevronUp' : 'chevronDown'}
          label={showsDetails ? 'Hide details' : 'Show details'}
          size="sm"
          aria-expanded={showsDetails}
          aria-controls={detailsId}
          onClick={() => setChosen(!showsDetails)}
        />
      </div>
      <div className={styles.details} id={detailsId}>
        {showsDetails ? (
          <>
            <AddressTable key={message.id} message={message} />
            <MessageFacts message={message} />
          </>
        ) : (
          <AddressSummary message={message} />
        )}
      </div>
      <div className={styles.strips}>
        <FoundStrip codes={message.codes} links={message.links} />
        <AttachmentStrip messageId={message.id} root={message.root} />
        <TagEditor
          key={message.id}
          messageId={message.id}
          tags={message.tags}
          known={overview.data?.tags.map(({ name }) => name) ?? []}
        />
      </div>
      <ReadingNotice state={message.state} />
    </header>
  );
}
