/** Sessions as HTTP shows them: times become RFC 3339, nothing else changes. */
import type { SessionRecord, SessionSummary } from '../../db/session-types.ts';
import type { SessionPage } from '../sessions/types.ts';
import { encodeSessionCursor } from './cursor.ts';
import type {
  SessionDetailShape,
  SessionPageShape,
  SessionSummaryShape,
} from './session-shapes.ts';

export function presentSession(session: SessionSummary): SessionSummaryShape {
  return {
    id: session.id,
    listener: session.listener,
    peerAddress: session.peerAddress,
    peerPort: session.peerPort,
    startedAt: new Date(session.startedAtMs).toISOString(),
    endedAt: session.endedAtMs === null ? null : new Date(session.endedAtMs).toISOString(),
    durationMs: session.durationMs,
    outcome: session.outcome,
    ehloName: session.ehloName,
    tls: session.tls,
    authUser: session.authUser,
    messageIds: [...session.messageIds],
    messageCount: session.messageCount,
    bytesReceived: session.bytesReceived,
    errors: [...session.errors],
    lastReply: session.lastReply,
  };
}

export function presentSessionPage(page: SessionPage): SessionPageShape {
  return {
    sessions: page.sessions.map(presentSession),
    nextCursor: page.next === null ? null : encodeSessionCursor(page.next),
    total: page.total,
    byOutcome: { ...page.byOutcome },
  };
}

export function presentSessionDetail(session: SessionRecord): SessionDetailShape {
  return {
    ...presentSession(session),
    lines: [...session.lines],
    linesDropped: session.linesDropped,
    replies: [...session.replies],
    tlsFailure: session.tlsFailure,
  };
}
