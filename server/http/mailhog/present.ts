/** A message as MailHog's clients know it: header and body as sent, parts still encoded. */
import type { StoredMessage } from '../../../db/types.ts';
import { readMessage } from '../../message/read-message.ts';
import type { Part } from '../../message/types.ts';

export interface PathShape {
  readonly Relays: null;
  readonly Mailbox: string;
  readonly Domain: string;
  readonly Params: string;
}

export interface ContentShape {
  readonly Headers: Readonly<Record<string, readonly string[]>>;
  readonly Body: string;
  readonly Size: number;
  readonly MIME: { readonly Parts: readonly ContentShape[] } | null;
}

export function presentMessage(message: StoredMessage, raw: Uint8Array) {
  const { envelope, origin } = message;
  const recipients = envelope.forwardPaths.map(({ address }) => address);
  const octets = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const content = presentPart(octets, readMessage(raw).root);
  return {
    ID: message.id,
    From: presentPath(envelope.reversePath),
    To: recipients.map(presentPath),
    Content: { ...content, MIME: null },
    Created: new Date(message.receivedAtMs).toISOString(),
    MIME: content.MIME,
    Raw: {
      From: envelope.reversePath,
      To: recipients,
      Data: octets.toString('utf8'),
      Helo: origin.ehloName,
    },
  };
}

function presentPath(address: string): PathShape {
  const at = address.lastIndexOf('@');
  return {
    Relays: null,
    Mailbox: at === -1 ? address : address.slice(0, at),
    Domain: at === -1 ? '' : address.slice(at + 1),
    Params: '',
  };
}

function presentPart(octets: Buffer, part: Part): ContentShape {
  const header = octets.toString('utf8', part.headerStart, part.bodyStart);
  return {
    Headers: headersOf(header),
    Body: octets.toString('utf8', part.bodyStart, part.bodyEnd),
    Size: part.bodyEnd - part.headerStart,
    MIME:
      part.children.length === 0
        ? null
        : { Parts: part.children.map((child) => presentPart(octets, child)) },
  };
}

function headersOf(header: string): Readonly<Record<string, readonly string[]>> {
  // Without a prototype: a field may be called `__proto__`.
  const fields: Record<string, string[]> = Object.create(null);
  for (const line of header.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim();
    const values = fields[name] ?? [];
    values.push(line.slice(colon + 1).trim());
    fields[name] = values;
  }
  return fields;
}
