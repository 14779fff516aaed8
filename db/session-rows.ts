/** Sessions as rows and back. Whoever hands them over makes the rows, so that little else travels. */

import { type FlatLines, flatLines, micros, toLines } from './dialogue-lines.ts';
import { listed, type Signature, unlisted } from './session-signatures.ts';
import type {
  LastReply,
  PackedSession,
  SessionRecord,
  SessionReply,
  SessionSummary,
} from './session-types.ts';
import type { TlsFacts } from './types.ts';

export interface SessionRow {
  readonly id: string;
  readonly listener: SessionSummary['listener'];
  readonly peer_address: string;
  readonly peer_port: number;
  readonly started_at_ms: number;
  readonly ended_at_ms: number;
  readonly duration_ms: number;
  readonly outcome: SessionSummary['outcome'];
  readonly ehlo_name: string;
  readonly tls: string | null;
  readonly auth_user: string | null;
  readonly message_ids: string | null;
  readonly message_count: number;
  readonly bytes_received: number;
  readonly last_reply: string | null;
  readonly stored_bytes: number;
  /** As in `Signature`. */
  readonly errors: string;
}

interface TranscriptRow {
  readonly lines: string;
  readonly lines_dropped: number;
  readonly replies: string;
  readonly tls_failure: string | null;
  /** As `replies` of `Signature`. */
  readonly reply_kinds: string;
}

export type SessionWithTranscript = SessionRow & TranscriptRow;

/** Of columns that are no text, and of the indexes. */
const rowOverheadBytes = 250;

/** In the order of the tables, and of `SessionValues`. */
const sessionColumns = [
  'id',
  'listener',
  'peer_address',
  'peer_port',
  'started_at_ms',
  'ended_at_ms',
  'duration_ms',
  'outcome',
  'ehlo_name',
  'tls',
  'auth_user',
  'message_ids',
  'message_count',
  'bytes_received',
  'last_reply',
  'stored_bytes',
] as const satisfies readonly (keyof SessionRow)[];

const transcriptColumns = [
  'lines',
  'lines_dropped',
  'replies',
  'tls_failure',
] as const satisfies readonly (keyof TranscriptRow)[];

export const insertSession = `INSERT OR IGNORE INTO session (${sessionColumns.join(', ')}, signature)
  VALUES (${sessionColumns.map(() => '?').join(', ')}, ?)`;

export const insertTranscript = `INSERT INTO session_transcript (seq, ${transcriptColumns.join(', ')})
  VALUES (?, ${transcriptColumns.map(() => '?').join(', ')})`;

/** The first of the three lines that a packed session is; names would cost more than they are worth. */
type PackedValues = readonly [
  session: readonly (string | number | null)[],
  linesDropped: number,
  tlsFailure: string | null,
  errors: string,
  replyKinds: string,
];

export function packSession(record: SessionRecord): PackedSession {
  const { tls, messageIds, errors, lastReply } = record;
  const endedAtMs = record.endedAtMs ?? record.startedAtMs;
  const values: PackedValues = [
    [
      record.id,
      record.listener,
      record.peerAddress,
      record.peerPort,
      record.startedAtMs,
      endedAtMs,
      record.durationMs ?? endedAtMs - record.startedAtMs,
      record.outcome,
      record.ehloName,
      tls === null ? null : JSON.stringify(tls),
      record.authUser,
      messageIds.length === 0 ? null : messageIds.join(','),
      record.messageCount,
      record.bytesReceived,
      lastReply === null ? null : JSON.stringify(lastReply),
    ],
    record.linesDropped,
    record.tlsFailure,
    listed(errors),
    listed(record.replyKinds),
  ];
  // Lines and replies are stored as they stand here, so whoever stores them need not parse them.
  const parts = [values, flatLines(record.lines), flatReplies(record.replies)];
  return Buffer.from(parts.map((part) => JSON.stringify(part)).join('\n'));
}

/** Many as one, in memory of its own that can be handed over. */
export function joinPacked(packed: readonly PackedSession[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(packed.reduce((sum, octets) => sum + octets.length + 1, 0));
  let end = 0;
  for (const octets of packed) {
    joined.set(octets, end);
    end += octets.length;
    // JSON has no line breaks of its own.
    joined[end++] = 0x0a;
  }
  return joined;
}

/** What is inserted into each of the two tables, in the order of their columns. */
export interface SessionValues {
  readonly storedBytes: number;
  readonly signature: Signature;
  /** All but the signature, which is known by a number there. */
  readonly session: readonly (string | number | null)[];
  readonly transcript: readonly (string | number | null)[];
}

export function splitPacked(joined: Uint8Array): readonly SessionValues[] {
  const parts = Buffer.from(joined.buffer, joined.byteOffset, joined.length).toString().split('\n');
  const sessions: SessionValues[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) sessions.push(toValues(parts.slice(at, at + 3)));
  return sessions;
}

function toValues([values = '', lines = '', replies = '']: readonly string[]): SessionValues {
  // Written by `packSession` and by nothing else.
  const [session, linesDropped, tlsFailure, errors, replyKinds] = JSON.parse(
    values,
  ) as PackedValues;
  const storedBytes = values.length + lines.length + replies.length + rowOverheadBytes;
  return {
    storedBytes,
    signature: { errors, replies: replyKinds },
    session: [...session, storedBytes],
    transcript: [lines, linesDropped, replies, tlsFailure],
  };
}

export function unpackSession(packed: PackedSession): SessionRecord {
  const { session, transcript, signature } = toValues(Buffer.from(packed).toString().split('\n'));
  // The columns that `packSession` wrote.
  return toSessionRecord({
    ...Object.fromEntries(sessionColumns.map((name, index) => [name, session[index]])),
    ...Object.fromEntries(transcriptColumns.map((name, index) => [name, transcript[index]])),
    errors: signature.errors,
    reply_kinds: signature.replies,
  } as unknown as SessionWithTranscript);
}

export function toSessionSummary(row: SessionRow): SessionSummary {
  return {
    id: row.id,
    listener: row.listener,
    peerAddress: row.peer_address,
    peerPort: row.peer_port,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    durationMs: row.duration_ms,
    outcome: row.outcome,
    ehloName: row.ehlo_name,
    tls: row.tls === null ? null : (JSON.parse(row.tls) as TlsFacts),
    authUser: row.auth_user,
    messageIds: row.message_ids === null ? [] : row.message_ids.split(','),
    messageCount: row.message_count,
    bytesReceived: row.bytes_received,
    errors: unlisted(row.errors),
    lastReply: row.last_reply === null ? null : (JSON.parse(row.last_reply) as LastReply),
  };
}

export function toSessionRecord(row: SessionWithTranscript): SessionRecord {
  return {
    ...toSessionSummary(row),
    // Written by `packSession` and by nothing else.
    lines: toLines(JSON.parse(row.lines) as FlatLines),
    linesDropped: row.lines_dropped,
    replies: parseReplies(row.replies),
    replyKinds: unlisted(row.reply_kinds),
    tlsFailure: row.tls_failure,
  };
}

/** As text appears in the column `lines`. */
export function inLinesJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function flatReplies(replies: readonly SessionReply[]): readonly (number | string)[] {
  const flat: (number | string)[] = [];
  for (const { atMs, verb, code, tookMs } of replies) {
    flat.push(micros(atMs), verb, code, micros(tookMs));
  }
  return flat;
}

function parseReplies(json: string): readonly SessionReply[] {
  // Written by `flatReplies` and by nothing else.
  const flat = JSON.parse(json) as readonly (number | string)[];
  const replies: SessionReply[] = [];
  for (let at = 0; at < flat.length; at += 4) {
    replies.push({
      atMs: Number(flat[at]) / 1_000,
      verb: String(flat[at + 1]),
      code: Number(flat[at + 2]),
      tookMs: Number(flat[at + 3]) / 1_000,
    });
  }
  return replies;
}
