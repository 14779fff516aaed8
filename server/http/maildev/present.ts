/** A message as MailDev's clients know it. */
import { createHash } from 'node:crypto';
import type { Mailbox } from '../../../db/types.ts';
import type { MessageDetail, PartSummary } from '../../storage/types.ts';

export type EmailShape = ReturnType<typeof presentEmail>;

export function presentEmail(message: MessageDetail) {
  const recipients = message.envelope.forwardPaths.map(({ address }) => address);
  const named = new Set(
    [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address.toLowerCase()),
  );
  return {
    id: message.id,
    time: new Date(message.receivedAtMs).toISOString(),
    date: new Date(dateOf(message)).toISOString(),
    read: message.isRead,
    subject: message.subject,
    from: message.from === null ? [] : [presentMailbox(message.from)],
    to: message.to.map(presentMailbox),
    cc: message.cc.map(presentMailbox),
    bcc: message.bcc.map(presentMailbox),
    replyTo: message.replyTo.map(presentMailbox),
    calculatedBcc: recipients
      .filter((address) => !named.has(address.toLowerCase()))
      .map((address) => ({ address, name: '' })),
    messageId: message.messageId,
    priority: 'normal',
    text: message.text ?? '',
    html: message.html ?? '',
    headers: headersOf(message),
    attachments: attachmentsOf(message.root).map(presentAttachment),
    envelope: {
      from: { address: message.envelope.reversePath, args: false },
      to: recipients.map((address) => ({ address, args: false })),
      host: message.origin.ehloName,
      remoteAddress: message.origin.peerAddress,
    },
    size: message.sizeBytes,
    sizeHuman: `${(message.sizeBytes / 1024).toFixed(1)} KB`,
  };
}

export function attachmentsOf(part: PartSummary): readonly PartSummary[] {
  if (part.children.length > 0) return part.children.flatMap(attachmentsOf);
  return part.role === 'attachment' || part.role === 'inline' ? [part] : [];
}

/** `?subject=Hello&to.address=a@b.test`: every one has to be equal, in lists with one of them. */
export function matches(email: EmailShape, query: URLSearchParams): boolean {
  return [...query].every(([path, wanted]) =>
    valuesAt(email, path.split('.')).some((value) => String(value) === wanted),
  );
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt(Object.entries(value).find(([key]) => key === name)?.[1], rest);
}

function presentMailbox({ name, address }: Mailbox) {
  return { address, name };
}

function presentAttachment(part: PartSummary) {
  const fileName = part.fileName ?? 'attachment';
  return {
    contentType: part.mediaType,
    contentDisposition: part.disposition ?? 'attachment',
    transferEncoding: part.transferEncoding,
    contentId: part.contentId ?? createHash('md5').update(part.path).digest('hex'),
    fileName,
    generatedFileName: fileName,
    length: part.encodedBytes,
  };
}

/** Names in small letters; one value as text, several as a list. */
function headersOf({ headerFields }: MessageDetail): Readonly<Record<string, unknown>> {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const { name, value } of headerFields) {
    const key = name.toLowerCase();
    const known = headers[key];
    headers[key] = known === undefined ? value : [known, value].flat();
  }
  return headers;
}

function dateOf({ dateMs, receivedAtMs }: MessageDetail): number {
  const year = new Date(dateMs ?? receivedAtMs).getUTCFullYear();
  return dateMs !== null && year >= 0 && year <= 9999 ? dateMs : receivedAtMs;
}
