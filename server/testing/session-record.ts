/** Sessions for tests of the store, as the recorder would hand them over. */
import type { SessionRecord } from '../../db/session-types.ts';

/** The same number gives the same id. */
export function sessionRecord(number: number, changes: Partial<SessionRecord> = {}): SessionRecord {
  const startedAtMs = Date.UTC(2026, 0, 1) + number * 1_000;
  return {
    id: `run-${number}`,
    listener: 'smtp',
    peerAddress: '127.0.0.1',
    peerPort: 40_000,
    startedAtMs,
    endedAtMs: startedAtMs + 12,
    durationMs: 12.345,
    outcome: 'nothing',
    ehloName: 'client.example.test',
    tls: null,
    authUser: null,
    messageIds: [],
    messageCount: 0,
    bytesReceived: 100,
    errors: [],
    lastReply: { verb: 'QUIT', code: 221, text: '2.0.0 bye' },
    lines: [
      { atMs: 0, from: 'server', text: '220 mx.example.test' },
      { atMs: 1.5, from: 'client', text: 'EHLO client.example.test' },
      { atMs: 1.75, from: 'note', text: '… nothing …' },
    ],
    linesDropped: 0,
    replies: [{ atMs: 0.125, verb: 'CONNECT', code: 220, tookMs: 0.25 }],
    replyKinds: ['CONNECT 220', 'QUIT 221'],
    tlsFailure: null,
    ...changes,
  };
}
