/** A session as tests see it. */
import type { SessionRecord } from '../../db/session-types.ts';
import { addressAndPort, sessionUrl, transcriptLine } from './mail.ts';
import type { Session } from './types.ts';

export function presentSession(record: SessionRecord, webUrl: string | null): Session {
  return {
    id: record.id,
    client: addressAndPort(record.peerAddress, record.peerPort),
    startedAt: new Date(record.startedAtMs),
    endedAt: record.endedAtMs === null ? null : new Date(record.endedAtMs),
    outcome: record.outcome,
    ehloName: record.ehloName,
    user: record.authUser,
    tls: record.tls,
    tlsFailure: record.tlsFailure,
    messageIds: record.messageIds,
    bytesReceived: record.bytesReceived,
    errors: record.errors,
    replies: record.replies,
    webUrl: sessionUrl(webUrl, record.id),
    transcript: () => record.lines.map(transcriptLine).join('\n'),
  };
}
