/**
 * What the rest of the program knows of the store: plain readonly records and one interface.
 *
 * `MessageStore` is written so that no caller can tell which engine is behind it. Every operation
 * is asynchronous, every list is bounded, no record carries a message body. Times are epoch
 * milliseconds (`…AtMs`) or durations (`…Ms`); sizes are octets (`…Bytes`).
 */

/** `''` stands for the null reverse-path `<>` (RFC 5321 §4.5.5). */
export interface Envelope {
  readonly reversePath: string;
  readonly forwardPaths: readonly ForwardPath[];
  /** Parameters of MAIL, upper-cased keywords (RFC 5321 §4.1.2): SIZE, BODY, SMTPUTF8, RET, ENVID… */
  readonly parameters: EsmtpParameters;
}

export interface ForwardPath {
  readonly address: string;
  /** Parameters of RCPT: NOTIFY, ORCPT… (RFC 3461 §4). */
  readonly parameters: EsmtpParameters;
}

/** `true` for a keyword without a value. */
export type EsmtpParameters = Readonly<Record<string, string | true>>;

export type ListenerName = 'smtp' | 'smtps' | 'http' | 'import';

export interface TlsFacts {
  /** As Node names it: `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  readonly resumed: boolean;
}

/** Who delivered a message, and how. */
export interface Origin {
  readonly listener: ListenerName;
  readonly sessionId: string;
  readonly peerAddress: string;
  readonly peerPort: number;
  /** Argument of EHLO or HELO, `''` when none was given. */
  readonly ehloName: string;
  readonly tls: TlsFacts | null;
  /** The SMTP user; secrets are never recorded. */
  readonly authUser: string | null;
  readonly authMechanism: string | null;
}

/** Durations of one transaction. A phase that did not happen is `null`. */
export interface Timings {
  /** From the accepted connection to MAIL. */
  readonly sessionAgeMs: number | null;
  readonly tlsMs: number | null;
  readonly authMs: number | null;
  /** From MAIL to the reply that invites the message (or the first BDAT). */
  readonly envelopeMs: number | null;
  /** From that reply to the last octet of the message. */
  readonly dataMs: number | null;
  /** From the last octet to the commit. Filled in by the store. */
  readonly commitMs: number | null;
}

/** One line of the SMTP dialogue, secrets masked and bodies elided. */
export interface DialogueLine {
  /** Milliseconds since the connection was accepted. */
  readonly atMs: number;
  /** `fault`: something that was injected; what comes of it follows. */
  readonly from: 'client' | 'server' | 'note' | 'fault';
  readonly text: string;
}

/** What the receiver saw go by in the octets of one message; the reader turns it into problems. */
export interface WireFacts {
  readonly bareLfCount: number;
  readonly bareCrCount: number;
  /** Which way the message came in: DATA or BDAT; `null` when it was not sent by SMTP. */
  readonly via: 'DATA' | 'BDAT' | null;
}

export interface NewMessage {
  /** 22 characters of [0-9A-Za-z], ascending with time (see `server/message-id.ts`). */
  readonly id: string;
  readonly receivedAtMs: number;
  readonly envelope: Envelope;
  readonly origin: Origin;
  readonly timings: Timings;
  readonly dialogue: readonly DialogueLine[];
  readonly wire: WireFacts;
  /** The message as sent after dot-unstuffing, in order. Never changed, never copied needlessly. */
  readonly raw: readonly Uint8Array[];
  readonly sizeBytes: number;
}

/** `pending`: committed, not yet read. `unreadable`: the reader gave up; raw is intact. */
export type ReadingState = 'pending' | 'ready' | 'unreadable';

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** One row of a list. */
export interface MessageSummary {
  readonly id: string;
  /** Ascending in the order of acceptance; the key of all paging. */
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly sizeBytes: number;
  readonly state: ReadingState;
  readonly isRead: boolean;
  readonly reversePath: string;
  /** The first 20 envelope recipients. */
  readonly forwardPaths: readonly string[];
  readonly recipientCount: number;
  readonly from: Mailbox | null;
  /** Header To, Cc, Bcc, Reply-To: the first 20 of each. */
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly snippet: string;
  readonly messageId: string;
  /** The Date field, or `null` when absent or unreadable. */
  readonly dateMs: number | null;
  readonly attachmentCount: number;
  /** Errors and warnings; the detail has all that was found. */
  readonly problemCount: number;
  readonly tags: readonly string[];
  readonly tls: boolean;
  readonly authUser: string | null;
  readonly listener: ListenerName;
}

/** A summary with everything recorded beside the message. */
export interface StoredMessage extends MessageSummary {
  readonly envelope: Envelope;
  readonly origin: Origin;
  readonly timings: Timings;
  readonly dialogue: readonly DialogueLine[];
  readonly wire: WireFacts;
}

/** What the reader found in one message, as the store keeps it. */
export interface ReadingResult {
  readonly seq: number;
  readonly state: 'ready' | 'unreadable';
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly snippet: string;
  readonly messageId: string;
  readonly dateMs: number | null;
  readonly attachmentCount: number;
  /** Whether a part is meant to be shown inside the text. */
  readonly hasInline: boolean;
  readonly problemCount: number;
  /** Words for the index: text of the bodies and file names, bounded. */
  readonly indexText: string;
  /** Tags the message asks for itself (X-Tags). */
  readonly tags: readonly string[];
}

/**
 * A condition on messages. Strings are literal: no wildcard but `prefix`, `%` and `_` mean
 * themselves, comparison ignores case.
 */
export type Filter =
  | { readonly kind: 'and'; readonly all: readonly Filter[] }
  | { readonly kind: 'or'; readonly any: readonly Filter[] }
  | { readonly kind: 'not'; readonly not: Filter }
  | {
      readonly kind: 'words';
      readonly field: 'any' | 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'replyTo' | 'body';
      /** One word, or several that must follow each other. */
      readonly phrase: string;
      readonly prefix: boolean;
    }
  /** The text anywhere, also from the middle of a word on and up to the middle of another. */
  | { readonly kind: 'contains'; readonly field: ContainsField; readonly text: string }
  /** Whole address; `@example.test` means every address of that domain. */
  | {
      readonly kind: 'address';
      readonly field: 'recipient' | 'sender' | 'from' | 'to' | 'cc' | 'bcc' | 'replyTo';
      readonly address: string;
    }
  | { readonly kind: 'user'; readonly user: string }
  /** By its id, or the name of a named one; see `inbox-types.ts`. */
  | { readonly kind: 'inbox'; readonly inbox: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'messageId'; readonly messageId: string }
  | { readonly kind: 'isRead'; readonly isRead: boolean }
  | { readonly kind: 'hasAttachment' }
  | { readonly kind: 'hasInline' }
  | { readonly kind: 'hasProblem' }
  | { readonly kind: 'hasTag' }
  | { readonly kind: 'tls'; readonly tls: boolean }
  | { readonly kind: 'receivedAfter'; readonly atMs: number }
  | { readonly kind: 'receivedBefore'; readonly atMs: number }
  | { readonly kind: 'largerThan'; readonly bytes: number }
  | { readonly kind: 'smallerThan'; readonly bytes: number };

export type ContainsField =
  | 'any'
  | 'subject'
  | 'from'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'replyTo'
  /** Sender and recipients of the envelope. */
  | 'envelope'
  | 'messageId';

export interface ListQuery {
  /** `null`: all messages. */
  readonly filter: Filter | null;
  /** At most this many rows; 1 to 1,000. */
  readonly limit: number;
  /** Only messages with `seq` below this one: the keyset cursor. */
  readonly beforeSeq: number | null;
  /** Rows to skip after the cursor, for a list that is scrolled far at once. */
  readonly skip: number;
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly MessageSummary[];
  /** `seq` to continue with, `null` at the end. */
  readonly nextBeforeSeq: number | null;
  /** Messages that match the filter, and how many of them are unread. */
  readonly matched: number;
  readonly matchedUnread: number;
  /** The whole store. */
  readonly total: number;
  readonly unread: number;
}

/** Which messages an operation is about. There is no way to say "all" by leaving something out. */
export type Selection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'all' };

/** A message and where it is. */
export interface PlacedMessage {
  readonly message: MessageSummary;
  /** Ids of inboxes, all named ones among them. */
  readonly inboxes: readonly string[];
  /** There are more: it went to very many. */
  readonly inMoreInboxes: boolean;
}

/** Of some messages, those that are in an inbox. */
export interface InboxMembers {
  readonly inbox: string;
  readonly ids: readonly string[];
}

/** A removal that can still be taken back. */
export interface Removal {
  readonly id: string;
  readonly count: number;
  /** Up to 1,000 ids; `null` when more were removed. */
  readonly ids: readonly string[] | null;
  readonly undoUntilMs: number;
}

export interface InboxCount {
  readonly name: string;
  readonly count: number;
  readonly unread: number;
}

export interface StoreOverview {
  readonly total: number;
  readonly unread: number;
  readonly sizeBytes: number;
  /** The most used first, at most 500 of each. */
  readonly recipients: readonly InboxCount[];
  readonly users: readonly InboxCount[];
  readonly tags: readonly InboxCount[];
}

export interface Retention {
  /** 0 = no limit, for each. */
  readonly messagesMax: number;
  readonly ageMsMax: number;
  readonly bytesMax: number;
}

export interface StoreStatus {
  /** `:memory:` or the path of the file. */
  readonly location: string;
  readonly fileBytes: number;
  /** Messages that retention has removed since the process started, and when last. */
  readonly prunedCount: number;
  readonly lastPrunedAtMs: number | null;
  /** Committed but not yet read. */
  readonly pendingCount: number;
}

/** `taken`: another tag has the new name already. */
export type TagRenaming = 'renamed' | 'unknown' | 'taken';

/** Why a message was not committed. Each has its own reply (see `server/smtp/protocol/replies.ts`). */
export type StoreRefusal = 'storageFull' | 'storageFailed' | 'congested';

export type StoreOutcome =
  | { readonly kind: 'stored'; readonly id: string; readonly seq: number }
  | { readonly kind: 'notStored'; readonly refusal: StoreRefusal };

export interface MessageStore {
  /** Resolves after the commit. Never rejects: a refusal is an outcome. */
  append(message: NewMessage): Promise<StoreOutcome>;

  /** Lists, counts and filters see every message whose `append` has resolved before the call. */
  list(query: ListQuery): Promise<MessagePage>;
  /** `id` may be `latest`. */
  get(id: string): Promise<StoredMessage | null>;
  raw(id: string): Promise<Uint8Array | null>;
  overview(): Promise<StoreOverview>;
  status(): Promise<StoreStatus>;

  /** Each returns the ids that really changed, at most 1,000; `null` when more did. */
  markRead(selection: Selection, isRead: boolean): Promise<readonly string[] | null>;
  setTags(id: string, tags: readonly string[]): Promise<MessageSummary | null>;
  /** On every message that has it; case does not count. */
  renameTag(tag: string, name: string): Promise<TagRenaming>;
  /** Takes the tag from every message; false when none has it. */
  deleteTag(tag: string): Promise<boolean>;
  remove(selection: Selection): Promise<Removal>;
  undoRemoval(removalId: string): Promise<readonly string[] | null>;

  close(): Promise<void>;
}
