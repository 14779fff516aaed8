/**
 * Why a session ended as it did, in plain words, and the way out. The server's reason for a failed
 * TLS handshake comes as its own sentence or, where it has none, as OpenSSL's name for it; both
 * are recognised by their words.
 */
import type { ServerInfo, SessionDetail } from '../../lib/api.ts';

export interface Explanation {
  readonly title: string;
  readonly why: string;
  /** What to do; each a sentence of its own. */
  readonly wayOut: readonly string[];
  /** Where that is done, on this page. */
  readonly link: 'connect' | 'certificate' | 'faults' | null;
}

type Smtp = ServerInfo['smtp'];
export type Explained = Pick<
  SessionDetail,
  | 'outcome'
  | 'listener'
  | 'errors'
  | 'tlsFailure'
  | 'lines'
  | 'lastReply'
  | 'messageCount'
  | 'ehloName'
>;

/** `null`: it went as it should, and there is nothing to explain. */
export function explainSession(session: Explained, smtp: Smtp | null): Explanation | null {
  if (session.tlsFailure !== null || session.outcome === 'tls-failed') {
    return explainHandshake(session.tlsFailure ?? '', session, smtp);
  }
  if (session.errors.includes('http_request')) return httpOnSmtpPort;
  if (startedTls(session)) return tlsOnPlainPort(smtp);
  if (startedProxy(session)) return proxyProtocol;
  return byOutcome(session, smtp) ?? byError(session);
}

interface HandshakeRule {
  readonly reason: RegExp;
  readonly explain: (session: Explained, smtp: Smtp | null) => Explanation;
}

/** The first that fits. */
const handshakeRules: readonly HandshakeRule[] = [
  {
    reason:
      /unknown.?ca|not trust|certificate.?unknown|bad.?certificate|self.?signed|decrypt.?error/i,
    explain: () => ({
      title: 'The client does not trust the certificate',
      why: 'The certificate was issued by an authority made on this machine, and the client does not know it. It ended the handshake, as it should with a certificate from a stranger.',
      wayOut: [
        'Make the client trust the CA: download it from Connect, where each language’s setting is shown.',
        'For a quick try, let the client skip the check, in development only.',
      ],
      link: 'certificate',
    }),
  },
  {
    reason: /certificate.?expired/i,
    explain: () => ({
      title: 'The certificate is no longer valid for the client',
      why: 'The client found that the certificate has expired. Often its clock, or this machine’s, is wrong.',
      wayOut: [
        'Compare the clocks of both machines.',
        'A certificate given by --tls-cert is renewed by whoever issued it; prixfixe renews its own.',
      ],
      link: 'certificate',
    }),
  },
  {
    reason: /http/i,
    explain: () => ({
      title: 'An HTTP request on the TLS mail port',
      why: 'A browser or HTTP client connected to the port where mail is taken over TLS.',
      wayOut: ['Use the address of this page for HTTP, and this port for mail only.'],
      link: 'connect',
    }),
  },
  {
    reason: /no TLS version|unsupported.?protocol|version.?too.?low|protocol.?version/i,
    explain: () => ({
      title: 'The client’s TLS is too old',
      why: 'Every TLS version that the client offers is below the lowest that is accepted here.',
      wayOut: [
        'Update the client or its TLS library; TLS 1.2 is the usual minimum.',
        'To test an old client, start prixfixe with a lower --tls-min-version.',
      ],
      link: null,
    }),
  },
  {
    reason: /cipher/i,
    explain: () => ({
      title: 'No cipher in common',
      why: 'Client and server each know ways to encrypt, but not one that both accept.',
      wayOut: ['Remove the list of ciphers from the client’s settings, or update its TLS library.'],
      link: null,
    }),
  },
  {
    reason:
      /wrong.?version.?number|something else than a TLS|packet.?length|unexpected.?message|record.?layer/i,
    explain: ({ listener }, smtp) =>
      listener === 'smtps'
        ? {
            title: 'Plain text on the TLS port',
            why: 'This port speaks TLS from the first octet, and the client sent something else, most often a plain EHLO.',
            wayOut: [
              'Set the client to implicit TLS (often called “SSL/TLS” or “secure: true”).',
              `Or keep it as it is and use port ${smtp?.port ?? 'of plain SMTP'}, with STARTTLS if it wants encryption.`,
            ],
            link: 'connect',
          }
        : {
            title: 'No TLS after STARTTLS',
            why: 'The client asked for encryption and then went on with something that is not a TLS handshake.',
            wayOut: [
              'A client that does this has a fault, or something between it and this server rewrites the connection.',
            ],
            link: null,
          },
  },
  {
    reason: /in time|timed? ?out/i,
    explain: () => ({
      title: 'The handshake was not finished in time',
      why: 'The client began, or was invited, and then sent nothing more. One that sends its first octets before the reply to STARTTLS loses them and waits forever.',
      wayOut: [
        'On the TLS port: check that the client is set to implicit TLS, and does not wait for a greeting.',
        'After STARTTLS: the client must wait for the 220 before it begins.',
      ],
      link: 'connect',
    }),
  },
  {
    reason: /closed the connection|reset|hang ?up|EPIPE/i,
    explain: () => ({
      title: 'The client closed the connection during the handshake',
      why: 'It gave no reason. Most clients that do this do not trust the certificate, or expect it for another host name; a port check looks the same.',
      wayOut: [
        'Look at the client’s own error message: it knows the reason.',
        'Make the client trust the CA, and connect by a name that the certificate holds, such as localhost.',
      ],
      link: 'certificate',
    }),
  },
];

function explainHandshake(reason: string, session: Explained, smtp: Smtp | null): Explanation {
  const rule = handshakeRules.find((candidate) => candidate.reason.test(reason));
  if (rule) return rule.explain(session, smtp);
  return {
    title: 'The TLS handshake failed',
    why: 'Client and server could not agree on an encrypted connection.',
    wayOut: ['Look at the client’s own error message, which often says more.'],
    link: 'connect',
  };
}

function startedTls({ lines }: Explained): boolean {
  return firstWords(lines).includes('TLS ClientHello');
}

function startedProxy({ lines }: Explained): boolean {
  return firstWords(lines).startsWith('PROXY ');
}

function firstWords(lines: Explained['lines']): string {
  return lines.find(({ from }) => from === 'client')?.text ?? '';
}

const httpOnSmtpPort: Explanation = {
  title: 'An HTTP request on the mail port',
  why: 'A browser, a health check or an HTTP client connected to the port where mail is taken.',
  wayOut: [
    'Use the address of this page for HTTP; its health checks are /livez and /readyz.',
    'A health check of the mail port should only connect, or read the greeting.',
  ],
  link: 'connect',
};

function tlsOnPlainPort(smtp: Smtp | null): Explanation {
  const smtps =
    smtp?.smtpsPort == null
      ? 'Or start prixfixe with --smtps-port to have a port that speaks TLS from the start.'
      : `Or use port ${smtp.smtpsPort}, which speaks TLS from the first octet.`;
  return {
    title: 'A TLS handshake on the plain port',
    why: 'The client began with TLS at once. This port begins in plain text and offers STARTTLS.',
    wayOut: ['Set the client to STARTTLS (often called “TLS” or “secure: false”).', smtps],
    link: 'connect',
  };
}

const proxyProtocol: Explanation = {
  title: 'A load balancer’s PROXY header',
  why: 'Something in front of this server announces the client’s address, which is not accepted here.',
  wayOut: ['Turn the PROXY protocol off for this back end.'],
  link: null,
};

function byOutcome(session: Explained, smtp: Smtp | null): Explanation | null {
  switch (session.outcome) {
    case 'auth-failed':
      return {
        title: 'The login was refused',
        why: 'User name or password is not one of those that this server was started with, or the client sent them in a form that cannot be read.',
        wayOut: [
          smtp?.authAcceptsAny
            ? 'Any user and password will do here, so look in the transcript for what was wrong with the form.'
            : 'Use one of the users given by --auth, or start with --auth any to accept every login.',
        ],
        link: 'connect',
      };
    case 'fault':
      return {
        title: 'A fault was injected',
        why: faultWords(session),
        wayOut: ['The rules, with a switch for each, are under Faults.'],
        link: 'faults',
      };
    case 'refused':
      return {
        title: 'Too many connections at once',
        why: 'The limit was reached, so the client was told to come back later (421).',
        wayOut: [
          'Let the client reuse connections, or open fewer at a time.',
          'Or raise --max-connections, or --max-connections-per-ip.',
        ],
        link: null,
      };
    case 'timeout':
      return {
        title: 'The client went silent',
        why: `Nothing arrived for longer than is allowed, so the server closed the connection${session.messageCount > 0 ? ' after what it had already taken' : ''}.`,
        wayOut: [
          'If the client keeps connections open between messages, this is harmless.',
          'Otherwise look where the client waits: the last step of the timeline shows it.',
        ],
        link: null,
      };
    case 'aborted':
      return {
        title: 'The client went away halfway',
        why: 'The connection was closed in the middle of a message or a login. Nothing of that message was kept.',
        wayOut: ['Look for a crash or a time-out in the client at this moment.'],
        link: null,
      };
    case 'nothing':
      return session.ehloName === ''
        ? {
            title: 'Connected and left',
            why: 'The client never said who it is. Port checks and health checks look like this.',
            wayOut: [],
            link: null,
          }
        : null;
    case 'rejected':
      return {
        title: 'No message was accepted',
        why: rejection(session),
        wayOut: ['Each reply says what to change; those that refuse are marked in the timeline.'],
        link: null,
      };
    case 'shutdown':
      return {
        title: 'The server was stopped',
        why: 'The client was told to come back later (421).',
        wayOut: [],
        link: null,
      };
    default:
      return null;
  }
}

function faultWords({ lines }: Explained): string {
  const injected = lines.filter(({ from }) => from === 'fault').map(({ text }) => text);
  const shown = injected.slice(0, 3).join('; ');
  const more = injected.length > 3 ? `, and ${injected.length - 3} more` : '';
  return `This did not happen by itself: ${shown}${more}.`;
}

function rejection({ lines, lastReply }: Explained): string {
  const refusal = lines.findLast(
    ({ from, text }) => from === 'server' && /^[45]\d\d[ -]/.test(text) && !text.startsWith('421'),
  );
  const text = refusal?.text ?? (lastReply ? `${lastReply.code} ${lastReply.text}` : null);
  return text === null
    ? 'The server refused what it was asked.'
    : `The server’s last refusal: ${text}`;
}

function byError({ errors, outcome }: Explained): Explanation | null {
  if (outcome !== 'protocol-error') return null;
  const tooMany = errors.includes('too_many_errors');
  return {
    title: tooMany ? 'Too many errors in one session' : 'The client did not speak SMTP',
    why: errors.includes('line_too_long')
      ? 'It sent a command line without an end.'
      : 'It sent commands that could not be understood, and the server closed the connection.',
    wayOut: [
      'The transcript shows what was sent. SMTP lines end in CRLF, and each command has one form.',
    ],
    link: null,
  };
}
