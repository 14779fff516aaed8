// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be virtual; this is its grid in roles.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row.
import { memo } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import type { MessageSummary } from '../../lib/api.ts';
import { formatBytes, formatDateTime, formatTime } from '../../lib/format.ts';
import styles from './message-row.module.css';
import { RowMarks } from './row-marks.tsx';
import { describeRow, recipientText, senderText } from './row-text.ts';

interface MessageRowProps {
  readonly message: MessageSummary;
  readonly index: number;
  readonly href: string;
  /** Where the keyboard is; open in the message pane; ticked. */
  readonly active: boolean;
  readonly open: boolean;
  readonly selected: boolean;
}

export function rowId(id: string): string {
  return `row-${id}`;
}

/** Clicks are heard by the list, which knows the row by `data-id`. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, index, href, active, open, selected } = props;
  const { first, more } = recipientText(message);
  return (
    <div
      aria-current={open ? 'true' : undefined}
      aria-label={describeRow(message)}
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={classNames(
        styles.row,
        !message.isRead && styles.unread,
        active && styles.active,
        open && styles.open,
        selected && styles.selected,
      )}
      data-id={message.id}
      id={rowId(message.id)}
      role="row"
    >
      <span className={styles.tick} role="gridcell">
        <input
          aria-label={`Select ${message.subject || 'message without subject'}`}
          checked={selected}
          className={styles.checkbox}
          readOnly
          tabIndex={-1}
          type="checkbox"
        />
      </span>
      <span className={styles.cell} role="gridcell">
        <Link className={styles.link} href={href} tabIndex={-1}>
          <span className={styles.line}>
            <span className={styles.recipient}>{first}</span>
            {more > 0 && <span className={styles.more}>+{more}</span>}
            <RowMarks message={message} />
            <time
              className={styles.time}
              dateTime={message.receivedAt}
              title={formatDateTime(message.receivedAt)}
            >
              {formatTime(message.receivedAt)}
            </time>
          </span>
          <span className={styles.line}>
            <span className={classNames(styles.subject, !message.subject && styles.absent)}>
              {message.subject || 'No subject'}
            </span>
            {message.tags.slice(0, 2).map((tag) => (
              <span key={tag} className={styles.tag}>
                {tag}
              </span>
            ))}
            {message.tags.length > 2 && (
              <span className={styles.more}>+{message.tags.length - 2}</span>
            )}
          </span>
          <span className={styles.line}>
            <span className={styles.preview}>
              <span className={styles.sender}>{senderText(message)}</span>
              {message.state === 'pending' ? 'Being read…' : message.snippet}
            </span>
            <span className={styles.size}>{formatBytes(message.sizeBytes)}</span>
          </span>
        </Link>
      </span>
    </div>
  );
});
