/**
 * A message as tests see it: made of what the store recorded beside it and of its octets, in
 * process as over HTTP. It is read when something is asked of it that only reading can tell.
 */
import { createHash } from 'node:crypto';
import type { Mailbox, StoredMessage } from '../../db/types.ts';
import { attachments, bodyText, charsetOf, decodePart, partText } from '../message/bodies.ts';
import {
  type CodesAndLinks,
  type FoundCode,
  type FoundLink,
  findCodesAndLinks,
} from '../message/codes-and-links.ts';
import { htmlToText } from '../message/html-text.ts';
import { findProblems } from '../message/problems.ts';
import { readMessage } from '../message/read-message.ts';
import type { HeaderField, Part, ReadMessage } from '../message/types.ts';
import { MailContentError } from './errors.ts';
import { chooseCode, chooseLink } from './mail-choice.ts';
import { show, textMatches } from './mail-match.ts';
import { snapshotOf } from './mail-snapshot.ts';
import type {
  Attachment,
  CodeMatch,
  LinkMatch,
  Mail,
  MailEnvelope,
  MailHeaders,
  MailTimings,
  Problem,
  SessionRef,
  TextMatch,
} from './types.ts';

/** What the store keeps beside the octets. */
export type MailFacts = Pick<
  StoredMessage,
  | 'id'
  | 'seq'
  | 'receivedAtMs'
  | 'dateMs'
  | 'subject'
  | 'envelope'
  | 'origin'
  | 'timings'
  | 'dialogue'
  | 'wire'
>;

const textBytesMax = 1024 * 1024;

export class CaughtMail implements Mail {
  readonly raw: Uint8Array;
  /** In the order of acceptance; for waiting, not for tests. */
  readonly seq: number;
  readonly #facts: MailFacts;
  readonly #webUrl: string | null;
  #reading: { readonly message: ReadMessage; readonly bodies: ReturnType<typeof bodyText> } | null =
    null;
  #found: CodesAndLinks | null = null;
  #attachments: readonly Attachment[] | null = null;

  constructor(facts: MailFacts, raw: Uint8Array, webUrl: string | null) {
    this.#facts = facts;
    this.#webUrl = webUrl;
    this.seq = facts.seq;
    this.raw = plain(raw);
  }

  get id(): string {
    return this.#facts.id;
  }

  get receivedAt(): Date {
    return new Date(this.#facts.receivedAtMs);
  }

  get sentAt(): Date | null {
    const { dateMs } = this.#message;
    return dateMs === null ? null : new Date(dateMs);
  }

  get envelope(): MailEnvelope {
    const { envelope, origin } = this.#facts;
    return {
      from: envelope.reversePath,
      to: envelope.forwardPaths.map(({ address }) => address),
      ehloName: origin.ehloName,
      client: addressAndPort(origin.peerAddress, origin.peerPort),
      user: origin.authUser,
      tls: origin.tls,
      parameters: envelope.parameters,
    };
  }

  get from(): Mailbox | null {
    return this.#message.from[0] ?? this.#message.sender;
  }

  get to(): readonly Mailbox[] {
    return this.#message.to;
  }

  get cc(): readonly Mailbox[] {
    return this.#message.cc;
  }

  get bcc(): readonly Mailbox[] {
    return this.#message.bcc;
  }

  get replyTo(): readonly Mailbox[] {
    return this.#message.replyTo;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get text(): string {
    const { text, html } = this.#read.bodies;
    return text ?? (html === null ? '' : htmlToText(html));
  }

  get html(): string | null {
    return this.#read.bodies.html;
  }

  get headers(): MailHeaders {
    return headersOf(this.#message.headerFields);
  }

  get attachments(): readonly Attachment[] {
    this.#attachments ??= attachments(this.#message).map((part) => attachmentOf(this.raw, part));
    return this.#attachments;
  }

  get timings(): MailTimings {
    const { sessionAgeMs, tlsMs, authMs, envelopeMs, dataMs, commitMs } = this.#facts.timings;
    return { connectedMs: sessionAgeMs, tlsMs, authMs, envelopeMs, dataMs, commitMs };
  }

  get session(): SessionRef {
    const { origin, dialogue } = this.#facts;
    return {
      id: origin.sessionId,
      webUrl: sessionUrl(this.#webUrl, origin.sessionId),
      transcript: () => dialogue.map(transcriptLine).join('\n'),
    };
  }

  get webUrl(): string | null {
    return this.#webUrl === null ? null : `${this.#webUrl}/messages/${this.id}`;
  }

  link(which?: LinkMatch): URL {
    return chooseLink(this.links(), which, this.subject);
  }

  links(): readonly FoundLink[] {
    return this.#codesAndLinks.links;
  }

  code(which?: CodeMatch): string {
    return chooseCode(this.codes(), which, this.subject);
  }

  codes(): readonly FoundCode[] {
    return this.#codesAndLinks.codes;
  }

  attachment(name?: TextMatch): Attachment {
    const found = this.attachments.filter(
      (attachment) => name === undefined || textMatches(attachment.name, name),
    );
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    const candidates = (found.length > 1 ? found : this.attachments).map(
      ({ name: fileName, type, sizeBytes }) => `${fileName} (${type}, ${sizeBytes} octets)`,
    );
    const asked = name === undefined ? 'an attachment' : `an attachment named ${show(name)}`;
    throw new MailContentError(
      found.length > 1 ? 'MAIL_CONTENT_AMBIGUOUS' : 'MAIL_CONTENT_MISSING',
      `"${this.subject}" ${found.length > 1 ? `has ${found.length} attachments that could be meant` : `does not have ${asked}`}. ` +
        (candidates.length === 0 ? 'It has none.' : `It has: ${candidates.join(', ')}.`),
      candidates,
    );
  }

  problems(): readonly Problem[] {
    return findProblems(this.raw, this.#message, this.#facts.wire);
  }

  snapshot(options: { readonly mask?: readonly RegExp[] } = {}): string {
    return snapshotOf(this, options.mask ?? []);
  }

  /** What a runner prints: the octets would fill the screen. */
  toJSON(): object {
    const { id, receivedAt, envelope, subject, text } = this;
    const files = this.attachments.map(({ name, type, sizeBytes }) => ({ name, type, sizeBytes }));
    return {
      id,
      receivedAt,
      envelope,
      from: this.from,
      to: this.to,
      subject,
      text,
      attachments: files,
    };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return this.toJSON();
  }

  get #read(): { readonly message: ReadMessage; readonly bodies: ReturnType<typeof bodyText> } {
    if (this.#reading === null) {
      const message = readMessage(this.raw);
      const bodies = bodyText(this.raw, message, { maxBytes: textBytesMax });
      this.#reading = { message, bodies };
    }
    return this.#reading;
  }

  get #message(): ReadMessage {
    return this.#read.message;
  }

  get #codesAndLinks(): CodesAndLinks {
    const { text, html } = this.#read.bodies;
    this.#found ??= findCodesAndLinks({ subject: this.subject, text, html });
    return this.#found;
  }
}

export function sessionUrl(webUrl: string | null, id: string): string | null {
  return webUrl === null || id === '' ? null : `${webUrl}/sessions/${id}`;
}

export function addressAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function transcriptLine(line: StoredMessage['dialogue'][number]): string {
  const who = { client: 'C:', server: 'S:', note: '--', fault: '!!' }[line.from];
  return `${(line.atMs / 1000).toFixed(3).padStart(8)} ${who} ${line.text}`;
}

function headersOf(fields: readonly HeaderField[]): MailHeaders {
  const named = (name: string) =>
    fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  return {
    get: (name) => named(name)[0]?.value ?? null,
    getAll: (name) => named(name).map(({ value }) => value),
    has: (name) => named(name).length > 0,
    entries: () => fields.map(({ name, value }) => [name, value] as const),
  };
}

function attachmentOf(raw: Uint8Array, part: Part): Attachment {
  let decoded: Uint8Array | null = null;
  const bytes = (): Uint8Array => {
    decoded ??= plain(decodePart(raw, part));
    return decoded;
  };
  return {
    name: part.fileName ?? '',
    type: part.mediaType,
    disposition: part.disposition,
    contentId: part.contentId,
    get sizeBytes() {
      return bytes().length;
    },
    bytes,
    text: () => partText(raw, part),
    json: <T>() => JSON.parse(charsetOf(part) === null ? utf8(bytes()) : partText(raw, part)) as T,
    sha256: () => createHash('sha256').update(bytes()).digest('hex'),
  };
}

/** Not a Buffer, which no comparison takes for the same as an array of the same octets. */
function plain(octets: Uint8Array): Uint8Array {
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** JSON is UTF-8 unless it says otherwise. */
function utf8(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}
