/** A message from its pieces. nodemailer writes it; it is loaded only when somebody sends. */
import type { Mailbox } from '../../../db/types.ts';

export interface OutgoingMessage {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly tags: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly attachments: readonly OutgoingAttachment[];
}

export interface OutgoingAttachment {
  readonly fileName: string;
  readonly octets: Uint8Array;
  readonly mediaType: string;
  /** Shown inside the HTML where it is not empty. */
  readonly contentId: string;
}

export async function composeMessage(message: OutgoingMessage): Promise<Uint8Array> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const [messageId] = message.headers.filter(([name]) => isMessageId(name)).map(([, id]) => id);
  const composer = new MailComposer({
    from: message.from,
    to: [...message.to],
    cc: [...message.cc],
    bcc: [...message.bcc],
    replyTo: [...message.replyTo],
    subject: message.subject,
    ...(message.text !== '' || message.html === '' ? { text: message.text } : {}),
    ...(message.html === '' ? {} : { html: message.html }),
    ...(messageId === undefined ? {} : { messageId }),
    headers: [
      ...message.headers
        .filter(([name]) => !isMessageId(name))
        .map(([key, value]) => ({ key, value })),
      ...(message.tags.length === 0 ? [] : [{ key: 'X-Tags', value: message.tags.join(', ') }]),
    ],
    attachments: message.attachments.map((attachment) => ({
      filename: attachment.fileName === '' ? false : attachment.fileName,
      content: Buffer.from(attachment.octets),
      contentType: attachment.mediaType,
      ...(attachment.contentId === ''
        ? {}
        : { cid: attachment.contentId, contentDisposition: 'inline' as const }),
    })),
    // Nothing in it can name a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const compiled = composer.compile();
  // It is the recipient's copy that has no Bcc; this is the sender's.
  compiled.keepBcc = true;
  return compiled.build();
}

function isMessageId(name: string): boolean {
  return name.toLowerCase() === 'message-id';
}
