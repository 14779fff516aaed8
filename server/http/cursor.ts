/** Paging cursors: opaque to clients, `seq` of the last row to us. */
import { HttpProblem } from './errors.ts';

export function encodeCursor(beforeSeq: number): string {
  return Buffer.from(`before:${beforeSeq}`).toString('base64url');
}

export function decodeCursor(cursor: string): number {
  const match = /^before:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const seq = Number(match?.[1]);
  // Base64 decoders pass over what they do not know, hence the comparison.
  if (match === null || encodeCursor(seq) !== cursor) {
    throw new HttpProblem(
      'invalid_cursor',
      'The cursor is not one that this server gave out. Use nextCursor of the previous page unchanged, or leave it out to start at the newest message.',
    );
  }
  return seq;
}
