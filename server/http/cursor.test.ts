import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { HttpProblem } from './errors.ts';

describe('cursors', () => {
  it.each([0, 1, 42, 999_999_999_999_999])('%d comes back', (seq) => {
    expect(decodeCursor(encodeCursor(seq))).toBe(seq);
  });

  const strange = ['', '1', 'x', 'YmVmb3JlOi0x', `${encodeCursor(5)}=`, `${encodeCursor(5)}!`];
  it.each([...strange, Buffer.from('before:05').toString('base64url')])(
    '%j is refused',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(HttpProblem);
    },
  );
});
