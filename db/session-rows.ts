/** Sessions as rows and back. Whoever hands them over makes the rows, so that only text travels. */
import type { LastReply, SessionRecord, SessionReply, SessionSummary } from './session-types.ts';
import type { DialogueLine, TlsFacts } from './types.ts';

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
  /** Between commas, so that each can be looked for as a whole. */
  readonly errors: string | null;
  readonly last_reply: string | null;
  readonly stored_bytes: number;
}

export interface TranscriptRow {
  readonly lines: string;
  readonly lines_dropped: number;
  readonly replies: string;
  readonly tls_failure: string | null;
}

export type SessionWithTranscript = SessionRow & TranscriptRow;

/** Of columns that are no text, and of the indexes. */
const rowOverheadBytes = 250;

export function toSessionRow(record: SessionRecord): SessionWithTranscript {
  const lines = linesJson(record.lines);
  const replies = repliesJson(record.replies);
  const endedAtMs = record.endedAtMs ?? record.startedAtMs;
  return {
    id: record.id,
    listener: record.listener,
    peer_address: record.peerAddress,
    peer_port: record.peerPort,
    started_at_ms: record.startedAtMs,
    ended_at_ms: endedAtMs,
    duration_ms: record.durationMs ?? endedAtMs - record.startedAtMs,
    outcome: record.outcome,
    ehlo_name: record.ehloName,
    tls: record.tls === null ? null : JSON.stringify(record.tls),
    auth_user: record.authUser,
    message_ids: record.messageIds.length === 0 ? null : record.messageIds.join(','),
    message_count: record.messageCount,
    bytes_received: record.bytesReceived,
    errors: record.errors.length === 0 ? null : `,${record.errors.join(',')},`,
    last_reply: record.lastReply === null ? null : JSON.stringify(record.lastReply),
    stored_bytes: lines.length + replies.length + rowOverheadBytes,
    lines,
    lines_dropped: record.linesDropped,
    replies,
    tls_failure: record.tlsFailure,
  };
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
    errors: row.errors === null ? [] : row.errors.slice(1, -1).split(','),
    lastReply: row.last_reply === null ? null : (JSON.parse(row.last_reply) as LastReply),
  };
}

export function toSessionRecord(row: SessionWithTranscript): SessionRecord {
  return {
    ...toSessionSummary(row),
    lines: parseLines(row.lines),
    linesDropped: row.lines_dropped,
    replies: parseReplies(row.replies),
    tlsFailure: row.tls_failure,
  };
}

/** As text appears in `linesJson`. */
export function inLinesJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const speakers = ['client', 'server', 'note'] as const;

/** One flat list, three values a line: a third shorter than objects, and quicker to write. */
function linesJson(lines: readonly DialogueLine[]): string {
  const flat: (number | string)[] = [];
  for (const line of lines) flat.push(micro(line.atMs), speakers.indexOf(line.from), line.text);
  return JSON.stringify(flat);
}

function parseLines(json: string): readonly DialogueLine[] {
  // Written by `linesJson` and by nothing else.
  const flat = JSON.parse(json) as readonly (number | string)[];
  const lines: DialogueLine[] = [];
  for (let at = 0; at < flat.length; at += 3) {
    const from = speakers[Number(flat[at + 1])] ?? 'note';
    lines.push({ atMs: Number(flat[at]), from, text: String(flat[at + 2]) });
  }
  return lines;
}

function repliesJson(replies: readonly SessionReply[]): string {
  const flat: (number | string)[] = [];
  for (const { atMs, verb, code, tookMs } of replies) {
    flat.push(micro(atMs), verb, code, micro(tookMs));
  }
  return JSON.stringify(flat);
}

function parseReplies(json: string): readonly SessionReply[] {
  // Written by `repliesJson` and by nothing else.
  const flat = JSON.parse(json) as readonly (number | string)[];
  const replies: SessionReply[] = [];
  for (let at = 0; at < flat.length; at += 4) {
    replies.push({
      atMs: Number(flat[at]),
      verb: String(flat[at + 1]),
      code: Number(flat[at + 2]),
      tookMs: Number(flat[at + 3]),
    });
  }
  return replies;
}

/** To the microsecond; more is noise. */
function micro(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
