/**
 * The store as SMTP and HTTP see it: `MessageStore` plus what the reader can say about a message.
 * Everything here may run on another thread; nothing here blocks the one that accepts connections.
 */
import type { HistoryPoint, HistoryQuery, HistoryRow } from '../../db/history-types.ts';
import type { InboxStore } from '../../db/inbox-types.ts';
import type {
  PackedSession,
  SessionQuery,
  SessionRecord,
  StoredSessionPage,
} from '../../db/session-types.ts';
import type { MessageStore, Retention, StoredMessage } from '../../db/types.ts';
import type { EventBus } from '../events.ts';
import type { FoundCode, FoundLink } from '../message/codes-and-links.ts';
import type { HeaderField, Problem } from '../message/types.ts';

export interface StorageOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly retention: Retention;
  /** `full`: a power cut loses nothing either (slower). */
  readonly durability: 'normal' | 'full';
  /** Threads keep commits and searches off the accepting thread; `false` runs all in this one. */
  readonly threads: boolean;
  /** Told of what no caller waits for: a thread that ended, a message that could not be filed. */
  readonly onError?: (error: Error) => void;
  /** Whether commits and readings are timed; `true` when not given. */
  readonly timed?: boolean;
  /** What reading took, in milliseconds, for each of some messages. */
  readonly onRead?: (tookMs: readonly number[]) => void;
  /** Octets that may wait for their commit, beyond which a message is refused; 256 MiB by default. */
  readonly queuedBytesMax?: number;
}

export interface PartSummary {
  readonly path: string;
  readonly mediaType: string;
  readonly charset: string | null;
  readonly disposition: 'inline' | 'attachment' | null;
  readonly fileName: string | null;
  readonly contentId: string | null;
  readonly transferEncoding: string;
  /** Octets as transferred. */
  readonly encodedBytes: number;
  readonly role: 'container' | 'text' | 'html' | 'inline' | 'attachment';
  readonly children: readonly PartSummary[];
}

/** A stored message with what the reader found. Texts are cut at `textBytesMax` of the call. */
export interface MessageDetail extends StoredMessage {
  readonly headerFields: readonly HeaderField[];
  readonly text: string | null;
  readonly html: string | null;
  readonly textTruncated: boolean;
  readonly htmlTruncated: boolean;
  readonly root: PartSummary;
  readonly problems: readonly Problem[];
  /** Codes and links ready to use, most likely first. */
  readonly codes: readonly FoundCode[];
  readonly links: readonly FoundLink[];
}

export interface WholeText {
  /** Of the message, also where `latest` was asked for. */
  readonly id: string;
  /** `null` when the message has no such part. */
  readonly text: string | null;
}

export interface DecodedPart {
  readonly mediaType: string;
  readonly charset: string | null;
  readonly fileName: string | null;
  readonly octets: Uint8Array;
}

/** SMTP sessions that have ended: the newest, within limits of count and octets. */
export interface SessionStorage {
  /** Resolves after the commit, of all of them or none. One that is there already stays as it is. */
  saveSessions(sessions: readonly PackedSession[]): Promise<void>;
  packSession(session: SessionRecord): PackedSession;
  unpackSession(packed: PackedSession): SessionRecord;
  /** Sees every session whose `saveSessions` has resolved before the call. */
  listSessions(query: SessionQuery): Promise<StoredSessionPage>;
  getSession(id: string): Promise<SessionRecord | null>;
  /** Deletes all; returns how many there were. */
  clearSessions(): Promise<number>;
}

/** Metrics over time: ten-second rows for a day, five-minute rows for a week. */
export interface HistoryStorage {
  saveHistory(rows: readonly HistoryRow[]): Promise<void>;
  history(query: HistoryQuery): Promise<readonly HistoryPoint[]>;
}

export interface Storage extends MessageStore, InboxStore, SessionStorage, HistoryStorage {
  /** Messages acknowledged that the reader has yet to read. */
  readonly readDepth: number;
  detail(id: string): Promise<MessageDetail | null>;
  /** The body of one kind, not cut; `null` when there is no such message. */
  wholeText(id: string, kind: 'text' | 'html'): Promise<WholeText | null>;
  /** `path` as in `PartSummary`, or `cid:<content-id>`. */
  part(id: string, path: string): Promise<DecodedPart | null>;
  /** Octets of each message in order of arrival, for export; pages by `seq`. */
  exportPage(query: {
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<readonly { readonly message: StoredMessage; readonly raw: Uint8Array }[]>;
}

/** Opens or creates the store, and goes on reading what a crash left unread. */
export type OpenStorage = (options: StorageOptions, events: EventBus) => Promise<Storage>;
