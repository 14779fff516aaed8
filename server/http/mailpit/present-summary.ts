/** Records of the store as Mailpit's clients know them. */
import type { Mailbox, MessagePage, MessageSummary } from '../../../db/types.ts';
import type { AddressShape, MessageSummaryShape, MessagesSummaryShape } from './shapes.ts';

/** A summary holds so many addresses of each list at most; a full one may have been cut. */
const summaryListMax = 20;

export function presentSummary(message: MessageSummary): MessageSummaryShape {
  return {
    ID: message.id,
    MessageID: message.messageId,
    Read: message.isRead,
    From: presentAddress(message.from ?? { name: '', address: '' }),
    To: message.to.map(presentAddress),
    Cc: message.cc.map(presentAddress),
    Bcc: withHidden(message).map(presentAddress),
    ReplyTo: message.replyTo.map(presentAddress),
    Subject: message.subject,
    Created: new Date(message.receivedAtMs).toISOString(),
    Username: message.authUser ?? '',
    Tags: sortedTags(message.tags),
    Size: message.sizeBytes,
    Attachments: message.attachmentCount,
    Snippet: message.snippet,
  };
}

export function presentPage(
  page: Pick<MessagePage, 'messages' | 'total' | 'unread' | 'matched' | 'matchedUnread'>,
  about: { readonly start: number; readonly tags: readonly string[] },
): MessagesSummaryShape {
  return {
    total: page.total,
    unread: page.unread,
    count: page.messages.length,
    messages_count: page.matched,
    messages_unread: page.matchedUnread,
    start: about.start,
    tags: sortedTags(about.tags),
    messages: page.messages.map(presentSummary),
  };
}

export function presentAddress({ name, address }: Mailbox): AddressShape {
  return { Name: name, Address: address };
}

export function sortedTags(tags: readonly string[]): readonly string[] {
  const folded = (tag: string) => tag.toLowerCase();
  return [...tags].sort((a, b) => (folded(a) < folded(b) ? -1 : folded(a) > folded(b) ? 1 : 0));
}

/** Recipients of the envelope whom no header field names were addressed blindly. */
export function hiddenRecipients(
  recipients: readonly string[],
  named: readonly (readonly Mailbox[])[],
): readonly Mailbox[] {
  const known = new Set(named.flat().map(({ address }) => address.toLowerCase()));
  return recipients
    .filter((address) => !known.has(address.toLowerCase()))
    .map((address) => ({ name: '', address }));
}

function withHidden({ to, cc, bcc, forwardPaths }: MessageSummary): readonly Mailbox[] {
  const named = [to, cc, bcc];
  const isWhole = named.every((list) => list.length < summaryListMax);
  return isWhole ? [...bcc, ...hiddenRecipients(forwardPaths, named)] : bcc;
}
