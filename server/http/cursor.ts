/** Paging cursors: opaque to clients, the key of the last row to us. */
import { z } from 'zod';
import type { InboxCursor } from '../../db/inbox-types.ts';
import type { SessionCursor } from '../sessions/types.ts';
import { HttpProblem } from './errors.ts';

export function encodeCursor(beforeSeq: number): string {
  return encode('before', beforeSeq);
}

export function decodeCursor(cursor: string): number {
  return decode(cursor, ['before']).key;
}

export function encodeSessionCursor(cursor: SessionCursor): string {
  return cursor.kind === 'open'
    ? encode('open', cursor.beforeNumber)
    : encode('before', cursor.beforeSeq);
}

export function decodeSessionCursor(cursor: string): SessionCursor {
  const { kind, key } = decode(cursor, ['open', 'before']);
  return kind === 'open' ? { kind: 'open', beforeNumber: key } : { kind: 'stored', beforeSeq: key };
}

export function encodeInboxCursor({ facet, key, name, count }: InboxCursor): string {
  return Buffer.from(JSON.stringify([facet, key, name, count])).toString('base64url');
}

export function decodeInboxCursor(cursor: string): InboxCursor {
  try {
    const [facet, key, name, count] = inboxCursor.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    const decoded = { facet, key, name, count };
    if (encodeInboxCursor(decoded) === cursor) return decoded;
  } catch {
    // Whatever it is, it is none of ours, and that is said below.
  }
  throw invalidCursor();
}

const inboxCursor = z.tuple([z.int(), z.string(), z.string(), z.int()]);

function encode(kind: string, key: number): string {
  return Buffer.from(`${kind}:${key}`).toString('base64url');
}

function decode(cursor: string, kinds: readonly string[]): { kind: string; key: number } {
  const match = /^(\w+):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const kind = match?.[1] ?? '';
  const key = Number(match?.[2]);
  // Base64 decoders pass over what they do not know, hence the comparison.
  if (!kinds.includes(kind) || encode(kind, key) !== cursor) {
    throw invalidCursor();
  }
  return { kind, key };
}

function invalidCursor(): HttpProblem {
  return new HttpProblem(
    'invalid_cursor',
    'The cursor is not one that this server gave out. Use nextCursor of the previous page unchanged, or leave it out to start at the first.',
  );
}
