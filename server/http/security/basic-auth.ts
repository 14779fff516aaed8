/** HTTP Basic (RFC 7617) with comparison in constant time and a ceiling on guesses per address. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpProblem } from '../errors.ts';
import type { HttpLimits } from '../types.ts';

export type AuthCheck = (authorization: string | undefined, peerAddress: string) => void;

interface Failures {
  count: number;
  readonly untilMs: number;
}

const addressesMax = 1_000;

export function createAuthCheck(
  credential: { readonly user: string; readonly password: string } | null,
  limits: Pick<HttpLimits, 'authFailuresMax' | 'authFailureWindowMs'>,
): AuthCheck {
  if (credential === null) return () => {};
  const expected = digest(`${credential.user}:${credential.password}`);
  const failures = new Map<string, Failures>();

  return (authorization, peerAddress) => {
    const address = guesser(peerAddress);
    const now = performance.now();
    const failed = failures.get(address);
    if (failed !== undefined && failed.untilMs <= now) failures.delete(address);
    else if (failed !== undefined && failed.count >= limits.authFailuresMax) {
      // Right ones are refused too: an answer would tell which guess was right.
      throw tooManyFailures(Math.ceil((failed.untilMs - now) / 1_000));
    }
    const given = credentialsOf(authorization);
    if (given !== null && timingSafeEqual(digest(given), expected)) return;
    if (given !== null) countFailure(failures, address, now + limits.authFailureWindowMs);
    throw unauthorized();
  };
}

function countFailure(failures: Map<string, Failures>, address: string, untilMs: number): void {
  const known = failures.get(address);
  if (known !== undefined) {
    known.count += 1;
    return;
  }
  const oldest = failures.keys().next();
  if (failures.size >= addressesMax && !oldest.done) failures.delete(oldest.value);
  failures.set(address, { count: 1, untilMs });
}

/** One IPv6 host has 2^64 addresses to guess from, so its network counts. */
function guesser(peerAddress: string): string {
  return peerAddress.includes(':') && !peerAddress.includes('.')
    ? peerAddress.split(':').slice(0, 4).join(':')
    : peerAddress;
}

function credentialsOf(authorization: string | undefined): string | null {
  const token = /^basic +([a-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  return token === undefined ? null : Buffer.from(token, 'base64').toString('utf8');
}

/** Of equal length whatever was given, as the comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function unauthorized(): HttpProblem {
  return new HttpProblem(
    'unauthorized',
    'This server asks for a user and password (HTTP Basic). They are the ones set with --http-auth (PRIXFIXE_HTTP_AUTH).',
    { headers: { 'WWW-Authenticate': 'Basic realm="prixfixe-dev", charset="UTF-8"' } },
  );
}

function tooManyFailures(seconds: number): HttpProblem {
  return new HttpProblem(
    'too_many_failures',
    `Too many wrong passwords came from this address. Try again in ${seconds} seconds.`,
    { headers: { 'Retry-After': String(seconds) } },
  );
}
