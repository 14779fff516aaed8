/** Records of the store as HTTP shows them: times become RFC 3339, nothing else changes. */
import type {
  EsmtpParameters,
  MessagePage,
  MessageSummary,
  Removal,
  StoreOverview,
} from '../../db/types.ts';
import type { MessageDetail, PartSummary } from '../storage/types.ts';
import { encodeCursor } from './cursor.ts';
import type {
  MessageDetailShape,
  MessagePageShape,
  MessageSummaryShape,
  OverviewShape,
  PartShape,
  RemovalShape,
} from './shapes.ts';

export function presentSummary(message: MessageSummary): MessageSummaryShape {
  return {
    id: message.id,
    seq: message.seq,
    receivedAt: presentTime(message.receivedAtMs),
    sizeBytes: message.sizeBytes,
    state: message.state,
    isRead: message.isRead,
    reversePath: message.reversePath,
    forwardPaths: [...message.forwardPaths],
    recipientCount: message.recipientCount,
    from: message.from,
    to: [...message.to],
    cc: [...message.cc],
    bcc: [...message.bcc],
    replyTo: [...message.replyTo],
    subject: message.subject,
    snippet: message.snippet,
    messageId: message.messageId,
    date: message.dateMs === null ? null : presentDate(message.dateMs),
    attachmentCount: message.attachmentCount,
    problemCount: message.problemCount,
    tags: [...message.tags],
    tls: message.tls,
    authUser: message.authUser,
    listener: message.listener,
  };
}

export function presentPage(page: MessagePage): MessagePageShape {
  return {
    messages: page.messages.map(presentSummary),
    nextCursor: page.nextBeforeSeq === null ? null : encodeCursor(page.nextBeforeSeq),
    matched: page.matched,
    matchedUnread: page.matchedUnread,
    total: page.total,
    unread: page.unread,
  };
}

export function presentDetail(message: MessageDetail): MessageDetailShape {
  return {
    ...presentSummary(message),
    envelope: {
      reversePath: message.envelope.reversePath,
      forwardPaths: message.envelope.forwardPaths.map(({ address, parameters }) => ({
        address,
        parameters: presentParameters(parameters),
      })),
      parameters: presentParameters(message.envelope.parameters),
    },
    origin: message.origin,
    timings: message.timings,
    dialogue: [...message.dialogue],
    headerFields: [...message.headerFields],
    text: message.text,
    html: message.html,
    textTruncated: message.textTruncated,
    htmlTruncated: message.htmlTruncated,
    root: presentPart(message.root),
    problems: [...message.problems],
    codes: [...message.codes],
    links: [...message.links],
  };
}

function presentPart(part: PartSummary): PartShape {
  return { ...part, children: part.children.map(presentPart) };
}

function presentParameters(parameters: EsmtpParameters): Record<string, string | true> {
  return { ...parameters };
}

export function presentOverview(overview: StoreOverview): OverviewShape {
  return {
    total: overview.total,
    unread: overview.unread,
    sizeBytes: overview.sizeBytes,
    recipients: [...overview.recipients],
    users: [...overview.users],
    tags: [...overview.tags],
  };
}

export function presentRemoval(removal: Removal): RemovalShape {
  return {
    id: removal.id,
    count: removal.count,
    ids: removal.ids === null ? null : [...removal.ids],
    undoUntil: presentTime(removal.undoUntilMs),
  };
}

function presentTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A Date field may name a year that RFC 3339 cannot write. */
function presentDate(atMs: number): string | null {
  const date = new Date(atMs);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : null;
}
