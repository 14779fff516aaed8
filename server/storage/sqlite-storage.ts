/**
 * `Storage` in front of a writer, an indexer and a query service, wherever these run.
 */
import type { HistoryPoint, HistoryQuery, HistoryRow } from '../../db/history-types.ts';

import type {
  Inbox,
  InboxChange,
  InboxOutcome,
  InboxPage,
  InboxQuery,
  NewInbox,
} from '../../db/inbox-types.ts';
import { joinPacked, packSession, unpackSession } from '../../db/session-rows.ts';
import type {
  PackedSession,
  SessionQuery,
  SessionRecord,
  StoredSessionPage,
} from '../../db/session-types.ts';
import { toStoreError } from '../../db/store-error.ts';
import type {
  ListQuery,
  MessagePage,
  MessageSummary,
  NewMessage,
  PlacedMessage,
  Removal,
  Selection,
  StoredMessage,
  StoreOutcome,
  StoreOverview,
  StoreStatus,
  TagRenaming,
} from '../../db/types.ts';
import type { EventBus } from '../events.ts';
import { epochMs } from '../timers.ts';
import { FilingLine } from './filing-line.ts';
import { createInboxFiller, type InboxFiller } from './fill-inboxes.ts';
import type { Indexer, IndexerNotice } from './indexer.ts';
import { type CommitBatch, Intake } from './intake.ts';
import type { LogMover } from './move-log.ts';
import type { ExportPage, Query } from './query.ts';
import type { Channel } from './thread-channel.ts';
import type { DecodedPart, MessageDetail, Storage, WholeText } from './types.ts';
import { clockMs, type Writer, type WriterNotice } from './writer.ts';

const queuedBytesMaxDefault = 256 * 1024 * 1024;
/** As many ids as one event names. */
const eventIdsMax = 1_000;

export interface SqliteStorageOptions {
  readonly location: string;
  readonly writer: Channel<Writer>;
  readonly indexer: Channel<Indexer>;
  readonly query: Channel<Query>;
  readonly commit: CommitBatch;
  /** `null` where the writer's connection is the only one. */
  readonly log: LogMover | null;
  readonly timed: boolean;
  readonly events: EventBus;
  readonly onError: (error: Error) => void;
  readonly onRead?: ((tookMs: readonly number[]) => void) | undefined;
  readonly queuedBytesMax?: number | undefined;
}

export class SqliteStorage implements Storage {
  readonly #options: SqliteStorageOptions;
  readonly #intake: Intake;
  readonly #filler: InboxFiller;
  readonly #line: FilingLine;
  #prunedCount = 0;
  #lastPrunedAtMs: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    options: SqliteStorageOptions,
    progress: { readonly lastSeq: number; readonly filedSeq: number },
  ) {
    this.#options = options;
    const { writer, indexer, events, onError } = options;
    this.#line = new FilingLine(
      {
        writer,
        indexer,
        onError,
        isTold: () => events.wantsMessages,
        onFiled({ messages, received }) {
          if (messages === null) events.publish({ kind: 'messages-untold', received });
          for (const { message, inboxes, inMoreInboxes } of messages ?? []) {
            events.publish({ kind: 'message', message, inboxes, inMoreInboxes });
          }
        },
      },
      progress,
    );
    this.#intake = new Intake({
      commit: options.commit,
      clockMs: options.timed ? clockMs : null,
      queuedBytesMax: options.queuedBytesMax ?? queuedBytesMaxDefault,
    });
    this.#filler = createInboxFiller({
      writer: options.writer,
      query: options.query,
      onProgress: () => this.#inboxesChanged(),
      onError: options.onError,
    });
    this.#filler.wake();
  }

  async append(message: NewMessage): Promise<StoreOutcome> {
    const outcome = await this.#intake.append(message);
    if (outcome.kind === 'stored') this.#line.acknowledged(outcome.seq);
    return outcome;
  }

  get readDepth(): number {
    return this.#line.depth;
  }

  list(query: ListQuery): Promise<MessagePage> {
    return this.#caughtUp(() => this.#options.query.call('list', query));
  }

  get(id: string): Promise<StoredMessage | null> {
    return this.#caughtUp(() => this.#options.query.call('get', id));
  }

  raw(id: string): Promise<Uint8Array | null> {
    return this.#asked(() => this.#options.query.call('raw', id));
  }

  overview(): Promise<StoreOverview> {
    return this.#caughtUp(() => this.#options.query.call('overview', undefined));
  }

  async status(): Promise<StoreStatus> {
    const status = await this.#asked(() => this.#options.query.call('status', undefined));
    return { ...status, prunedCount: this.#prunedCount, lastPrunedAtMs: this.#lastPrunedAtMs };
  }

  detail(id: string): Promise<MessageDetail | null> {
    return this.#caughtUp(() => this.#options.query.call('detail', id));
  }

  wholeText(id: string, kind: 'text' | 'html'): Promise<WholeText | null> {
    return this.#asked(() => this.#options.query.call('wholeText', { id, kind }));
  }

  part(id: string, path: string): Promise<DecodedPart | null> {
    return this.#asked(() => this.#options.query.call('part', { id, path }));
  }

  exportPage(query: { readonly afterSeq: number; readonly limit: number }): Promise<ExportPage> {
    return this.#caughtUp(() => this.#options.query.call('exportPage', query));
  }

  async markRead(selection: Selection, isRead: boolean): Promise<readonly string[] | null> {
    const { ids, messages } = await this.#caughtUp(() =>
      this.#options.writer.call('markRead', { selection, isRead }),
    );
    if (messages === null) this.#options.events.publish({ kind: 'resync' });
    for (const placed of messages ?? []) this.#publishUpdate(placed, 'isRead');
    return ids;
  }

  async setTags(id: string, tags: readonly string[]): Promise<MessageSummary | null> {
    const placed = await this.#caughtUp(() => this.#options.writer.call('setTags', { id, tags }));
    if (placed !== null) this.#publishUpdate(placed, 'tags');
    return placed?.message ?? null;
  }

  async renameTag(tag: string, name: string): Promise<TagRenaming> {
    const outcome = await this.#caughtUp(() =>
      this.#options.writer.call('renameTag', { tag, name }),
    );
    if (outcome === 'renamed') this.#options.events.publish({ kind: 'resync' });
    return outcome;
  }

  async deleteTag(tag: string): Promise<boolean> {
    const isDeleted = await this.#caughtUp(() => this.#options.writer.call('deleteTag', tag));
    if (isDeleted) this.#options.events.publish({ kind: 'resync' });
    return isDeleted;
  }

  async remove(selection: Selection): Promise<Removal> {
    const { removal, inboxes } = await this.#caughtUp(() =>
      this.#options.writer.call('remove', selection),
    );
    if (removal.count > 0) {
      const { ids, count } = removal;
      const isAll = selection.kind === 'all';
      this.#options.events.publish({
        kind: 'messages-removed',
        ids,
        count,
        isAll,
        reason: 'deleted',
        inboxes,
      });
    }
    return removal;
  }

  async undoRemoval(removalId: string): Promise<readonly string[] | null> {
    const ids = await this.#asked(() => this.#options.writer.call('undoRemoval', removalId));
    if (ids === null || ids.length > 0) this.#options.events.publish({ kind: 'resync' });
    return ids;
  }

  listInboxes(query: InboxQuery): Promise<InboxPage> {
    return this.#caughtUp(() => this.#options.query.call('listInboxes', query));
  }

  getInbox(id: string): Promise<Inbox | null> {
    return this.#caughtUp(() => this.#options.query.call('getInbox', id));
  }

  async createInbox(inbox: NewInbox): Promise<InboxOutcome> {
    return this.#savedInbox(
      await this.#caughtUp(() => this.#options.writer.call('createInbox', inbox)),
    );
  }

  async changeInbox(id: string, change: InboxChange): Promise<InboxOutcome> {
    return this.#savedInbox(
      await this.#caughtUp(() => this.#options.writer.call('changeInbox', { id, change })),
    );
  }

  async deleteInbox(id: string): Promise<boolean> {
    const isDeleted = await this.#asked(() => this.#options.writer.call('deleteInbox', id));
    if (isDeleted) this.#inboxesChanged();
    return isDeleted;
  }

  packSession(session: SessionRecord): PackedSession {
    return packSession(session);
  }

  unpackSession(packed: PackedSession): SessionRecord {
    return unpackSession(packed);
  }

  saveSessions(sessions: readonly PackedSession[]): Promise<void> {
    const joined = joinPacked(sessions);
    return this.#asked(() => this.#options.writer.call('saveSessions', joined, [joined.buffer]));
  }

  listSessions(query: SessionQuery): Promise<StoredSessionPage> {
    return this.#asked(() => this.#options.query.call('listSessions', query));
  }

  getSession(id: string): Promise<SessionRecord | null> {
    return this.#asked(() => this.#options.query.call('getSession', id));
  }

  clearSessions(): Promise<number> {
    return this.#asked(() => this.#options.writer.call('clearSessions', undefined));
  }

  saveHistory(rows: readonly HistoryRow[]): Promise<void> {
    return this.#asked(() => this.#options.writer.call('saveHistory', rows));
  }

  history(query: HistoryQuery): Promise<readonly HistoryPoint[]> {
    return this.#asked(() => this.#options.query.call('history', query));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  receive(notice: WriterNotice | IndexerNotice): void {
    switch (notice.kind) {
      case 'filings':
        this.#line.add(notice.batch);
        return;
      case 'idle':
        this.#line.indexerIsIdle(notice.readSeq);
        return;
      case 'deleted':
        this.#options.indexer.call('forget', notice.seqs).catch(() => {});
        return;
      case 'pruned': {
        const count = notice.ids.length;
        const ofStore = notice.limits === 'store';
        if (ofStore) {
          this.#prunedCount += count;
          this.#lastPrunedAtMs = epochMs();
        }
        const isTold = count <= eventIdsMax;
        this.#options.events.publish({
          kind: 'messages-removed',
          ids: isTold ? notice.ids : null,
          count,
          isAll: false,
          reason: ofStore ? 'retention' : 'inbox-retention',
          inboxes: isTold ? notice.inboxes : [],
        });
        return;
      }
      case 'read':
        this.#options.onRead?.(notice.tookMs);
        return;
      case 'error':
        this.#options.onError(new Error(notice.message));
    }
  }

  async #close(): Promise<void> {
    await this.#intake.close();
    await this.#filler.close();
    await this.#line.close();
    // The last connection to a file tidies up its log, and one that only reads cannot.
    await this.#options.query.close();
    await this.#options.log?.close();
    await this.#options.indexer.close();
    await this.#options.writer.close();
  }

  #publishUpdate(placed: PlacedMessage, changed: 'isRead' | 'tags'): void {
    this.#options.events.publish({ kind: 'message-updated', changed, ...placed });
  }

  #savedInbox(outcome: InboxOutcome): InboxOutcome {
    if (outcome.kind === 'saved') {
      this.#inboxesChanged();
      this.#filler.wake();
    }
    return outcome;
  }

  #inboxesChanged(): void {
    this.#options.events.publish({ kind: 'inboxes-changed' });
  }

  async #caughtUp<T>(work: () => Promise<T>): Promise<T> {
    await this.#line.caughtUp();
    return this.#asked(work);
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, this.#options.location);
    }
  }
}
