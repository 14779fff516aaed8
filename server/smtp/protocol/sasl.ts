/**
 * The AUTH exchange (RFC 4954 §4) for PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195): responses in,
 * challenges or credentials out. What is accepted is decided elsewhere; nothing here keeps a secret
 * longer than the exchange.
 */
import { authUserBytesMax } from './limits.ts';
import { replies } from './replies.ts';
import type { Reply } from './reply.ts';
import type { AuthMechanism, Credentials } from './session-types.ts';
import { decodeUtf8 } from './utf8.ts';

export type SaslStep =
  /** Send the challenge; `next` reads the response to it. */
  | { readonly kind: 'challenge'; readonly reply: Reply; readonly next: SaslReader }
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'refused'; readonly reply: Reply };

/** Takes one response as sent: Base64, `=` for an empty initial one, `*` to cancel. */
export type SaslReader = (response: string) => SaslStep;

const refused = (reply: Reply): SaslStep => ({ kind: 'refused', reply });

export function startSasl(
  mechanism: AuthMechanism,
  initialResponse: string | null,
  challenge: () => string,
): SaslStep {
  if (mechanism === 'CRAM-MD5') {
    if (initialResponse !== null) return refused(replies.authNoInitialResponse);
    return cramMd5(challenge());
  }
  const first = mechanism === 'PLAIN' ? readPlain : readLoginUser;
  const prompt = mechanism === 'PLAIN' ? '' : 'VXNlcm5hbWU6'; // "Username:"
  if (initialResponse === null) return ask(prompt, first);
  return reading(first)(initialResponse === '=' ? '' : initialResponse);
}

function ask(base64: string, read: (response: string) => SaslStep): SaslStep {
  return { kind: 'challenge', reply: replies.challenge(base64), next: reading(read) };
}

/** Decodes a response before `read` sees it, one character per octet. */
function reading(read: (octets: string) => SaslStep): SaslReader {
  return (response) => {
    if (response === '*') return refused(replies.authCancelled);
    const octets = decodeBase64(response);
    return octets === null ? refused(replies.authNotBase64) : read(octets);
  };
}

/** RFC 4648 §4, with padding; Node would take anything. */
function decodeBase64(text: string): string | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64').toString('latin1');
}

/** RFC 4616 §2: [authzid] NUL authcid NUL passwd. */
function readPlain(octets: string): SaslStep {
  const [authzid, authcid, password, ...rest] = octets.split('\0');
  if (authzid === undefined || authcid === undefined || password === undefined || rest.length > 0) {
    return refused(replies.authMalformed);
  }
  return userAndPassword('PLAIN', authcid, password);
}

function readLoginUser(user: string): SaslStep {
  if (readUser(user) === null) return refused(replies.authMalformed);
  // "Password:"
  return ask('UGFzc3dvcmQ6', (password) => userAndPassword('LOGIN', user, password));
}

function userAndPassword(mechanism: 'PLAIN' | 'LOGIN', user: string, password: string): SaslStep {
  const name = readUser(user);
  const secret = decodeUtf8(password);
  if (name === null || secret === null) return refused(replies.authMalformed);
  return { kind: 'credentials', credentials: { mechanism, user: name, password: secret } };
}

/** RFC 2195 §2: user SP digest; the user may hold spaces. */
function cramMd5(challenge: string): SaslStep {
  return ask(Buffer.from(challenge, 'utf8').toString('base64'), (octets) => {
    const space = octets.lastIndexOf(' ');
    const user = readUser(octets.slice(0, Math.max(space, 0)));
    const digest = octets.slice(space + 1).toLowerCase();
    if (user === null || !/^[0-9a-f]{32}$/.test(digest)) return refused(replies.authMalformed);
    return {
      kind: 'credentials',
      credentials: { mechanism: 'CRAM-MD5', user, challenge, digest },
    };
  });
}

/** UTF-8 of bounded size without control characters: it is shown and searched for. */
function readUser(octets: string): string | null {
  if (octets === '' || octets.length > authUserBytesMax) return null;
  const user = decodeUtf8(octets);
  return user === null || /\p{Cc}/u.test(user) ? null : user;
}
