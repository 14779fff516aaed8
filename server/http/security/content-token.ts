/**
 * The shown mail is a sandboxed document with an opaque origin, so its requests for its own inline
 * images look foreign (`Sec-Fetch-Site: cross-site`) and may come without credentials. Their URLs
 * carry a token instead: a keyed hash of the message id, known only to documents that we made.
 * A sender who learns it (by remote styles, once allowed) learns a way to his own images.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ContentTokens } from '../types.ts';

export function createContentTokens(): ContentTokens {
  const key = randomBytes(32);
  const issue = (messageId: string): string =>
    createHmac('sha256', key).update(messageId).digest('base64url').slice(0, 22);
  return {
    issue,
    verify(messageId, token) {
      const expected = Buffer.from(issue(messageId));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
