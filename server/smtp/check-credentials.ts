/** Compares what a client presented with the list of the configuration, without telling by time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './protocol/session-types.ts';
import type { SmtpServerOptions } from './types.ts';

/** `null` as list: anything is accepted, and the session records the user. */
export function credentialsAccepted(
  presented: Credentials,
  list: SmtpServerOptions['credentials'],
): boolean {
  if (list === null) return true;
  let accepted = false;
  // Every entry is looked at, so that the place of a user in the list does not show.
  for (const { user, password } of list) {
    const sameUser = sameText(presented.user, user);
    const samePassword = passwordMatches(presented, password);
    accepted = (sameUser && samePassword) || accepted;
  }
  return accepted;
}

function passwordMatches(presented: Credentials, password: string): boolean {
  if (presented.mechanism !== 'CRAM-MD5') return sameText(presented.password, password);
  const digest = createHmac('md5', password).update(presented.challenge).digest('hex');
  return sameText(presented.digest, digest);
}

/** Digests have one length, which is what `timingSafeEqual` needs. */
function sameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
