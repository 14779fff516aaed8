/**
 * The side of the storage that only reads: lists, searches, overviews, and what the reader can
 * say about one message. Synchronous; runs in a thread of its own or in the calling one.
 */

import { statSync } from 'node:fs';
import type { Database } from '../../db/driver.ts';
import { HistoryQueries } from '../../db/history-store.ts';
import type { HistoryPoint, HistoryQuery } from '../../db/history-types.ts';
import { InboxQueries } from '../../db/inbox-query.ts';
import type { Inbox, InboxPage, InboxQuery } from '../../db/inbox-types.ts';
import { MessageQueries } from '../../db/message-query.ts';
import { memoryLocation } from '../../db/open.ts';
import { searchLocation } from '../../db/search-file.ts';
import { SessionQueries } from '../../db/session-query.ts';
import type { SessionQuery, SessionRecord, StoredSessionPage } from '../../db/session-types.ts';
import type {
  ListQuery,
  MessagePage,
  StoredMessage,
  StoreOverview,
  StoreStatus,
} from '../../db/types.ts';
import { wholeText } from '../message/bodies.ts';
import { readMessage } from '../message/read-message.ts';
import { decodedPart, messageDetail } from './detail.ts';
import type { DecodedPart, MessageDetail, WholeText } from './types.ts';

/** Octets of one page of an export; a single larger message still goes. */
const exportBytesMax = 16 * 1024 * 1024;

export type ExportPage = readonly {
  readonly message: StoredMessage;
  readonly raw: Uint8Array;
}[];

export class Query {
  readonly #open: () => Database;
  #opened: { readonly database: Database; readonly queries: MessageQueries } | null = null;
  #openedSessions: SessionQueries | null = null;
  #openedInboxes: InboxQueries | null = null;
  #openedHistory: HistoryQueries | null = null;

  /** The database is opened with the first question, for its file may not exist before. */
  constructor(open: () => Database) {
    this.#open = open;
  }

  get #database(): Database {
    return this.#ready().database;
  }

  get #queries(): MessageQueries {
    return this.#ready().queries;
  }

  close(): void {
    this.#opened?.database.close();
  }

  list(query: ListQuery): MessagePage {
    return this.#queries.list(query);
  }

  get(id: string): StoredMessage | null {
    return this.#queries.get(id);
  }

  raw(id: string): Uint8Array | null {
    return this.#queries.raw(id);
  }

  overview(): StoreOverview {
    return this.#queries.overview();
  }

  listInboxes(query: InboxQuery): InboxPage {
    return this.#inboxes.list(query);
  }

  getInbox(id: string): Inbox | null {
    return this.#inboxes.get(id);
  }

  /** Stored messages that belong in a named inbox. */
  inboxMatches(asked: {
    readonly facetKey: string;
    readonly aboveSeq: number;
    readonly uptoSeq: number;
  }): readonly number[] {
    return this.#inboxes.matching(asked);
  }

  /** What the database knows of `StoreStatus`; the rest is of this process, not of the file. */
  status(): Pick<StoreStatus, 'location' | 'fileBytes' | 'pendingCount'> {
    const { memory, name } = this.#database;
    return {
      location: memory ? memoryLocation : name,
      fileBytes: memory ? pagesBytes(this.#database) : storeBytes(name),
      pendingCount: this.#queries.pendingCount(),
    };
  }

  detail(id: string): MessageDetail | null {
    const message = this.#queries.get(id);
    if (message === null) return null;
    const raw = this.#queries.raw(message.id);
    return raw === null ? null : messageDetail(message, raw);
  }

  wholeText(asked: { readonly id: string; readonly kind: 'text' | 'html' }): WholeText | null {
    const message = this.#queries.get(asked.id);
    const raw = message === null ? null : this.#queries.raw(message.id);
    if (message === null || raw === null) return null;
    return { id: message.id, text: wholeText(raw, readMessage(raw), asked.kind) };
  }

  part({ id, path }: { readonly id: string; readonly path: string }): DecodedPart | null {
    const raw = this.#queries.raw(id);
    return raw === null ? null : decodedPart(raw, path);
  }

  exportPage(query: { readonly afterSeq: number; readonly limit: number }): ExportPage {
    return this.#queries.exportPage({ ...query, bytesMax: exportBytesMax });
  }

  listSessions(query: SessionQuery): StoredSessionPage {
    return this.#sessions.list(query);
  }

  getSession(id: string): SessionRecord | null {
    return this.#sessions.get(id);
  }

  history(query: HistoryQuery): readonly HistoryPoint[] {
    this.#openedHistory ??= new HistoryQueries(this.#database);
    return this.#openedHistory.history(query);
  }

  get #inboxes(): InboxQueries {
    this.#openedInboxes ??= new InboxQueries(this.#database);
    return this.#openedInboxes;
  }

  get #sessions(): SessionQueries {
    this.#openedSessions ??= new SessionQueries(this.#database);
    return this.#openedSessions;
  }

  #ready(): { readonly database: Database; readonly queries: MessageQueries } {
    if (this.#opened === null) {
      const database = this.#open();
      this.#opened = { database, queries: new MessageQueries(database) };
    }
    return this.#opened;
  }
}

function storeBytes(location: string): number {
  const files = [location, searchLocation(location)];
  return files.reduce((sum, path) => sum + fileBytes(path) + fileBytes(`${path}-wal`), 0);
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function pagesBytes(database: Database): number {
  return (
    Number(database.pragma('page_count', { simple: true })) *
    Number(database.pragma('page_size', { simple: true }))
  );
}
