import type { MessageSummary } from '../../lib/api.ts';
import { formatTime, plural } from '../../lib/format.ts';

/** The envelope decides who gets a message, so it comes first; the header is what is left without. */
export function recipientText(message: MessageSummary) {
  const first = message.forwardPaths[0] ?? message.to[0]?.address ?? 'no recipient';
  return { first, more: Math.max(0, message.recipientCount - 1) };
}

export function senderText(message: MessageSummary): string {
  const { from, reversePath } = message;
  return from?.name || from?.address || reversePath || 'Null sender';
}

/** One row as a sentence, in the order in which it is looked at. */
export function describeRow(message: MessageSummary): string {
  const { first, more } = recipientText(message);
  const parts = [
    message.isRead ? null : 'Unread',
    more > 0 ? `to ${first} and ${more} more` : `to ${first}`,
    message.subject || 'no subject',
    `from ${senderText(message)}`,
    formatTime(message.receivedAt),
    message.attachmentCount > 0 ? plural(message.attachmentCount, 'attachment') : null,
    message.problemCount > 0 ? plural(message.problemCount, 'problem') : null,
    message.state === 'unreadable' ? 'could not be read' : null,
    message.tls ? 'sent over TLS' : null,
    message.tags.length > 0 ? `tagged ${message.tags.join(', ')}` : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
