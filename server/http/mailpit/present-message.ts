/** One message with everything that Mailpit's clients ask of it. */
import type { Mailbox } from '../../../db/types.ts';
import { parseMailboxes } from '../../message/addresses.ts';
import type { MessageDetail, Storage } from '../../storage/types.ts';
import { describeParts, partLists } from './attachments.ts';
import { bodyAsSent, textAsSent } from './body-as-sent.ts';
import { readListUnsubscribe } from './list-unsubscribe.ts';
import { hiddenRecipients, presentAddress, sortedTags } from './present-summary.ts';
import type { AddressShape, MessageShape } from './shapes.ts';

export async function presentMessage(
  storage: Pick<Storage, 'part'>,
  message: MessageDetail,
): Promise<MessageShape> {
  const { id, root } = message;
  const to = mailboxesOf(message, 'to');
  const cc = mailboxesOf(message, 'cc');
  const bcc = mailboxesOf(message, 'bcc');
  const recipients = message.envelope.forwardPaths.map(({ address }) => address);
  const from = fromOf(message);
  const lists = partLists(root);
  return {
    ID: id,
    MessageID: message.messageId,
    From: from,
    To: to.map(presentAddress),
    Cc: cc.map(presentAddress),
    Bcc: [...bcc, ...hiddenRecipients(recipients, [to, cc, bcc])].map(presentAddress),
    ReplyTo: mailboxesOf(message, 'reply-to').map(presentAddress),
    ReturnPath: message.reversePath === '' ? from.Address : message.reversePath,
    Subject: message.subject,
    ListUnsubscribe: readListUnsubscribe(
      fieldOf(message, 'list-unsubscribe'),
      fieldOf(message, 'list-unsubscribe-post'),
    ),
    Date: dateOf(message),
    Tags: sortedTags(message.tags),
    Username: message.authUser ?? '',
    Text: await textAsSent(storage, message),
    HTML: (await bodyAsSent(storage, message, 'html')) ?? '',
    Size: message.sizeBytes,
    Inline: await describeParts(storage, id, lists.inline),
    Attachments: await describeParts(storage, id, lists.attachments),
  };
}

/** Of a From that is no address all is a name. */
function fromOf(message: MessageDetail): AddressShape {
  if (message.from !== null) return presentAddress(message.from);
  return { Name: fieldOf(message, 'from') ?? '', Address: '' };
}

function fieldOf({ headerFields }: MessageDetail, name: string): string | null {
  return headerFields.find((field) => field.name.toLowerCase() === name)?.value ?? null;
}

/** All of them, where summaries hold the first few. */
function mailboxesOf({ headerFields }: MessageDetail, name: string): readonly Mailbox[] {
  return headerFields
    .filter((field) => field.name.toLowerCase() === name)
    .flatMap(({ rawValue }) => parseMailboxes(rawValue));
}

/** A Date field may be missing, or name a year that RFC 3339 cannot write. */
function dateOf({ dateMs, receivedAtMs }: MessageDetail): string {
  const date = new Date(dateMs ?? receivedAtMs);
  const year = date.getUTCFullYear();
  return (year >= 0 && year <= 9999 ? date : new Date(receivedAtMs)).toISOString();
}
