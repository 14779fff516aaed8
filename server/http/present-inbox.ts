/** Inboxes as HTTP shows them. */
import type { Inbox, InboxPage } from '../../db/inbox-types.ts';
import type { PlacedMessage } from '../../db/types.ts';
import { encodeInboxCursor } from './cursor.ts';
import type { InboxPageShape, InboxShape, PlacedMessageShape } from './inbox-shapes.ts';
import { presentSummary } from './present.ts';

export function presentInbox(inbox: Inbox): InboxShape {
  const { createdAtMs, ...shown } = inbox;
  return {
    ...shown,
    createdAt: createdAtMs === null ? null : new Date(createdAtMs).toISOString(),
  };
}

export function presentInboxPage({ inboxes, next, matched }: InboxPage): InboxPageShape {
  return {
    inboxes: inboxes.map(presentInbox),
    nextCursor: next === null ? null : encodeInboxCursor(next),
    matched,
  };
}

/** Addresses, domains and users stand in the summary; named inboxes are told apart by their ids. */
export function presentPlaced({ message, inboxes }: PlacedMessage): PlacedMessageShape {
  return {
    ...presentSummary(message),
    inboxes: inboxes.filter(isNamed),
  };
}

/** By its id; all others say what they are before a colon. */
export function isNamed(inboxId: string): boolean {
  return !inboxId.includes(':');
}
