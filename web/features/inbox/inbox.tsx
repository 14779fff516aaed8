import type { ReactNode } from 'react';
import type { ListFilter } from '../../lib/links.ts';

/** What the open message may do to the list it is from. */
export interface MessageControls {
  readonly messageId: string;
  readonly onNewer: (() => void) | null;
  readonly onOlder: (() => void) | null;
  readonly onDelete: () => void;
  readonly onSetRead: (isRead: boolean) => void;
}

interface InboxProps {
  readonly filter: ListFilter;
  readonly messageId: string | null;
  readonly renderMessage: (controls: MessageControls) => ReactNode;
}

export function Inbox({ messageId, renderMessage }: InboxProps) {
  if (messageId === null) return null;
  return renderMessage({
    messageId,
    onNewer: null,
    onOlder: null,
    onDelete: () => {},
    onSetRead: () => {},
  });
}
