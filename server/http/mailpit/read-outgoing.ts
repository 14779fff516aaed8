/** The body of a call to send, checked. */
import type { Mailbox } from '../../../db/types.ts';
import { badRequest } from './answers.ts';
import type { OutgoingAttachment, OutgoingMessage } from './compose.ts';
import type { JsonObject } from './json-object.ts';
import { detectMediaType } from './media-type.ts';

export function readOutgoing(body: JsonObject): OutgoingMessage {
  const from = body.object('From');
  const message: OutgoingMessage = {
    from: mailbox('From', from?.text('Name') ?? '', from?.text('Email') ?? ''),
    to: mailboxes(body, 'To'),
    cc: mailboxes(body, 'Cc'),
    bcc: body.texts('Bcc').map((address) => mailbox('Bcc', '', address)),
    replyTo: mailboxes(body, 'ReplyTo'),
    subject: body.text('Subject') ?? '',
    text: body.text('Text') ?? '',
    html: body.text('HTML') ?? '',
    tags: body.texts('Tags'),
    headers: [],
    attachments: body.objects('Attachments').map(attachment),
  };
  if (message.to.length + message.cc.length + message.bcc.length === 0) {
    throw badRequest('error building message: no recipients (to, cc, bcc) set');
  }
  const headers = body.object('Headers')?.textFields() ?? [];
  return { ...message, headers: checkHeaders(headers, message.tags.length > 0) };
}

function mailboxes(body: JsonObject, name: 'To' | 'Cc' | 'ReplyTo'): readonly Mailbox[] {
  const label = name === 'ReplyTo' ? 'Reply-To' : name;
  return body
    .objects(name)
    .map((each) => mailbox(label, each.text('Name') ?? '', each.text('Email') ?? ''));
}

/** RFC 5321 §4.1.2 with the local part of RFC 6531; what would end a header line is refused. */
const addressForm =
  /^(?:"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])+"|[^\s@<>()[\]",;:\\\p{Cc}]+)@[^\s@<>()",;\\\p{Cc}]+$/u;

function mailbox(field: string, name: string, address: string): Mailbox {
  const bare = address.trim();
  if (bare.length > 320 || !addressForm.test(bare)) {
    throw badRequest(`invalid ${field} address: ${address.slice(0, 320)}`);
  }
  return { name, address: bare };
}

const ownHeaders: ReadonlySet<string> = new Set([
  'to',
  'from',
  'cc',
  'bcc',
  'reply-to',
  'date',
  'subject',
  'content-type',
  'mime-version',
]);

function checkHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  hasTags: boolean,
): OutgoingMessage['headers'] {
  for (const [name, value] of headers) {
    const folded = name.toLowerCase();
    if (ownHeaders.has(folded) || (hasTags && folded === 'x-tags')) {
      throw badRequest(`cannot overwrite header: "${name}"`);
    }
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/.test(name)) {
      throw badRequest(`invalid header name: "${name.slice(0, 200)}"`);
    }
    if (/[\r\n\0]/.test(value)) throw badRequest(`invalid value of header: "${name}"`);
  }
  return headers;
}

function attachment(given: JsonObject): OutgoingAttachment {
  const fileName = given.text('Filename') ?? '';
  const octets = decode(given.text('Content') ?? '', fileName);
  const mediaType = given.text('ContentType') ?? '';
  return {
    fileName,
    octets,
    mediaType: mediaType === '' ? detectMediaType(octets) : mediaType,
    contentId: given.text('ContentID') ?? '',
  };
}

/** With or without the `data:…,` that browsers put in front. */
function decode(content: string, fileName: string): Uint8Array {
  const base64 = content.slice(content.lastIndexOf(',') + 1).replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw badRequest(`error decoding base64 attachment "${fileName}": illegal base64 data`);
  }
  return Buffer.from(base64, 'base64');
}
