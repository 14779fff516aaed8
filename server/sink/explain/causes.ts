/**
 * Why nothing matched, most likely first: the table of `rules`, read from top to bottom. Each rule
 * looks at what happened and says it in a sentence with the way out, or says nothing.
 */
import type { SessionRecord } from '../../../db/session-types.ts';
import { placeOf } from '../caller.ts';
import { addressAndPort } from '../mail.ts';
import { variablesThatPointElsewhere } from './elsewhere.ts';
import { distanceOf, type Miss, type Story } from './evidence.ts';

export interface Cause {
  /** Stays the same; for programs. */
  readonly kind: CauseKind;
  readonly text: string;
  /** The session that shows it. */
  readonly sessionId: string | null;
}

export type CauseKind =
  | 'late'
  | 'claimed'
  | 'still-sending'
  | 'near-miss'
  | 'before'
  | 'fault'
  | 'refused'
  | 'auth-failed'
  | 'tls-failed'
  | 'wrong-protocol'
  | 'client-left'
  | 'too-many-connections'
  | 'other-recipient'
  | 'not-connected'
  | 'nothing-for-us';

const causesMax = 3;

export function causesOf(story: Story): readonly Cause[] {
  const found = rules.flatMap((rule) => rule(story) ?? []);
  const kinds = new Set<CauseKind>();
  return found.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind)).slice(0, causesMax);
}

type Rule = (story: Story) => Cause | null;

const rules: readonly Rule[] = [
  function handedOut({ claimed, wait }) {
    const [miss] = claimed;
    if (miss === undefined) return null;
    const place = miss.claimedBy === null ? null : placeOf(miss.claimedBy);
    const where = place === null ? '' : ` (${place})`;
    const left =
      claimed.length > 1
        ? `All ${claimed.length} messages that match were`
        : 'The message that matches was';
    const advice =
      wait.count > 1
        ? 'Ask for all of them in one call.'
        : 'Keep what next() gave, or look with peek(), which leaves it there.';
    return cause('claimed', `${left} handed out before${where}. ${advice}`);
  },
  function stillSending(story) {
    const session = story.sessions.find(isMidMessage);
    if (session === undefined) return null;
    return cause(
      'still-sending',
      `${clientOf(session)} is still in the middle of a message: ${session.bytesReceived} octets so far. Wait longer than ${story.wait.timeoutMs} ms.`,
      session,
    );
  },
  function nearMiss({ arrived }) {
    const miss = arrived.find((one) => one.isOurs && one.claimedBy === null && distanceOf(one) > 0);
    if (miss === undefined) return null;
    return cause('near-miss', `A message came, but ${differences(miss)}.`);
  },
  function wasThereBefore({ before }) {
    const [miss] = before;
    if (miss === undefined) return null;
    return cause(
      'before',
      `"${miss.mail.subject}" matches, but it was there before the moment from which messages count.`,
    );
  },
  function fault({ sessions, hits }) {
    const hit = hits.find(({ sessionId }) => sessions.some(({ id }) => id === sessionId));
    const session = sessions.find(({ id }) => id === hit?.sessionId);
    if (hit === undefined || session === undefined) return null;
    const rule = hit.rule === '' ? '' : ` "${hit.rule}"`;
    return cause(
      'fault',
      `The fault${rule} that was asked for fired at ${hit.point} (${hit.text}), and the client did not get past it.`,
      session,
    );
  },
  function refused({ sessions }) {
    for (const session of sessions.toReversed()) {
      const refusal = refusalIn(session);
      if (refusal === null) continue;
      return cause('refused', `${refusal.asked} was refused: ${refusal.answer}.`, session);
    }
    return null;
  },
  function authFailed({ sessions, server }) {
    const session = sessions.findLast(({ outcome }) => outcome === 'auth-failed');
    if (session === undefined) return null;
    const note = session.lines.findLast(({ text }) => / login as ".*" refused$/.test(text));
    const who = note === undefined ? 'The login was refused' : `The ${note.text}`;
    const advice = server.authAcceptsAny
      ? 'Any user and password will do here, so its form was wrong: see the transcript.'
      : 'Give the application one of the logins that the sink was started with.';
    return cause('auth-failed', `${who}. ${advice}`, session);
  },
  function tlsFailed({ sessions, server }) {
    const session = sessions.findLast(({ tlsFailure }) => tlsFailure !== null);
    if (session === undefined) return null;
    const reason = session.tlsFailure ?? '';
    return cause(
      'tls-failed',
      `TLS failed: ${reason}. ${tlsAdvice(reason, session, server)}`,
      session,
    );
  },
  function wrongProtocol({ sessions, server }) {
    for (const session of sessions.toReversed()) {
      const text = foreignProtocol(session, server);
      if (text !== null) return cause('wrong-protocol', text, session);
    }
    return null;
  },
  function clientLeft({ sessions }) {
    const session = sessions.findLast(
      ({ outcome }) => outcome === 'nothing' || outcome === 'aborted' || outcome === 'timeout',
    );
    return session === undefined ? null : cause('client-left', howItLeft(session), session);
  },
  function tooMany({ sessions }) {
    const session = sessions.findLast(({ outcome }) => outcome === 'refused');
    if (session === undefined) return null;
    return cause(
      'too-many-connections',
      'More connections at once than the sink takes, so the client was told 421. Raise limits.connections.',
      session,
    );
  },
  function otherRecipient({ arrived }) {
    const miss = arrived.find((one) => !one.isOurs && distanceOf(one) === 0);
    if (miss === undefined) return null;
    const { subject, envelope } = miss.mail;
    return cause('other-recipient', `"${subject}" came, but for ${envelope.to.join(', ')}.`);
  },
  function notConnected(story) {
    const { arrived, sessions, otherSessions, server } = story;
    if (arrived.length > 0 || sessions.length > 0 || otherSessions > 0) return null;
    const elsewhere = variablesThatPointElsewhere(server);
    const found = elsewhere.length === 0 ? '' : ` These point elsewhere: ${elsewhere.join(', ')}.`;
    return cause(
      'not-connected',
      `Nothing connected to ${server.url}. Is the application set to this host and port (sink.url, sink.env()), and did it get as far as sending?${found}`,
    );
  },
  function nothingForUs({ wait, arrived, sessions, otherSessions }) {
    if (arrived.some((miss) => miss.isOurs && miss.claimedBy === null)) return null;
    const count = sessions.length + otherSessions;
    if (count === 0) return null;
    const what = arrived.some(({ isOurs }) => !isOurs)
      ? `brought mail, but none for ${wait.scope.name}`
      : 'brought no further mail';
    return cause(
      'nothing-for-us',
      `${count === 1 ? 'One connection' : `${count} connections`} ${what}.`,
    );
  },
];

function cause(kind: CauseKind, text: string, session: SessionRecord | null = null): Cause {
  return { kind, text, sessionId: session?.id ?? null };
}

export function clientOf({ peerAddress, peerPort }: SessionRecord): string {
  return addressAndPort(peerAddress, peerPort);
}

/** What differs, for people: `its subject is "Welcome", where "Confirm" was wanted`. */
function differences(miss: Miss): string {
  return miss.conditions
    .filter(({ holds }) => !holds)
    .map(({ name, wanted, found }) => `its ${name} is ${quoted(found)}, where ${wanted} was wanted`)
    .join(', and ');
}

function quoted(text: string): string {
  return text === 'none' ? 'none' : JSON.stringify(text);
}

function isMidMessage(session: SessionRecord): boolean {
  if (session.outcome !== 'open') return false;
  const last = session.lastReply;
  if (last === null) return false;
  if (last.verb === 'MAIL' || last.verb === 'RCPT') return last.code < 400;
  return last.verb === 'DATA' ? last.code === 354 : false;
}

/** The last part of a delivery that was refused, with the reply; the lines are in pairs. */
function refusalIn({ lines, outcome }: SessionRecord): { asked: string; answer: string } | null {
  if (outcome === 'tls-failed' || outcome === 'auth-failed') return null;
  for (let at = lines.length - 1; at > 0; at--) {
    const line = lines[at];
    if (line?.from !== 'server' || !/^[45]\d\d[ -]/.test(line.text)) continue;
    const asked = lines.slice(0, at).findLast(({ from }) => from !== 'server');
    if (asked?.from === 'note') return { asked: 'The message', answer: line.text };
    if (asked !== undefined && /^(?:MAIL|RCPT|DATA|BDAT)\b/i.test(asked.text)) {
      return { asked: asked.text, answer: line.text };
    }
  }
  return null;
}

function tlsAdvice(reason: string, { listener }: SessionRecord, server: Story['server']): string {
  if (/trust/i.test(reason)) {
    return 'Let the client trust the CA: sink.nodemailer(), tls.ca = sink.ca, or NODE_EXTRA_CA_CERTS; or start the sink with tls: "off".';
  }
  if (/something else|HTTP/i.test(reason)) {
    return listener === 'smtps'
      ? `This port speaks TLS from the first octet: set the client to implicit TLS, or use port ${server.port}.`
      : 'The client asked for STARTTLS and then did not begin the handshake.';
  }
  if (/version/i.test(reason)) return 'The client is older than what is accepted: update it.';
  return 'Look at the client’s own error; often it does not trust the CA (sink.ca), or knows the server by another name than localhost.';
}

function foreignProtocol(session: SessionRecord, server: Story['server']): string | null {
  const first = session.lines.find(({ from }) => from === 'client')?.text ?? '';
  if (first.includes('TLS ClientHello')) {
    const smtps =
      server.smtpsPort === null
        ? 'start the sink with tls: "implicit"'
        : `use port ${server.smtpsPort}`;
    return `The client began with TLS on a port that begins in plain text. Set it to STARTTLS (secure: false), or ${smtps}.`;
  }
  if (session.errors.includes('http_request')) {
    return 'Something spoke HTTP to the mail port: a health check, or a URL where host and port of SMTP were meant.';
  }
  return first.startsWith('PROXY ')
    ? 'A load balancer put a PROXY header in front, which is not understood here.'
    : null;
}

function howItLeft(session: SessionRecord): string {
  const client = clientOf(session);
  if (session.outcome === 'timeout') return `${client} went silent and was sent away.`;
  if (session.outcome === 'aborted') {
    return `${client} went away in the middle of a message. Look for a crash or a time-out there.`;
  }
  return session.ehloName === ''
    ? `${client} connected and left without a word, as port and health checks do.`
    : `${client} said EHLO and left without mail: a mere check of the connection, or it missed something it needs (see its log).`;
}
