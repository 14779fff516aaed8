/**
 * Troubles that have a name, for those who do not write rules. Each is what its provider or network
 * does to a client, as rules of the ordinary form.
 */
import type { FaultSpec } from './types.ts';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What the application will meet, in a sentence. */
  readonly text: string;
  readonly rules: readonly FaultSpec[];
}

const minute = 60_000;

export const scenarios: readonly Scenario[] = [
  {
    name: 'provider-outage',
    title: 'Provider outage',
    text: 'Every connection is greeted with 421 and closed, as by a provider that is down.',
    rules: [
      {
        name: 'Provider outage',
        at: 'banner',
        effect: { kind: 'reply', code: 421, enhanced: '4.3.2', text: 'Service shutting down' },
      },
    ],
  },
  {
    name: 'unreachable',
    title: 'Unreachable server',
    text: 'Connections are accepted and nothing is ever said: does the application give up in time?',
    rules: [{ name: 'Unreachable server', at: 'banner', effect: { kind: 'stall' } }],
  },
  {
    name: 'greylisting',
    title: 'Greylisting provider',
    text: 'The first attempt at each recipient is put off with 451; from 10 seconds later on it succeeds.',
    rules: [{ name: 'Greylisting provider', at: 'rcpt', when: { greylist: { waitMs: 10_000 } } }],
  },
  {
    name: 'rate-limit',
    title: 'Rate limit',
    text: 'Ten messages a minute from each client; more are put off with 450.',
    rules: [
      {
        name: 'Rate limit',
        at: 'mail',
        when: { rateLimit: { max: 10, perMs: minute }, per: 'peer' },
        effect: {
          kind: 'reply',
          code: 450,
          enhanced: '4.7.1',
          text: 'Too many messages, slow down and try again in a minute',
        },
      },
    ],
  },
  {
    name: 'mailbox-full',
    title: 'Mailbox full',
    text: 'Every recipient is refused for now with 452 4.2.2.',
    rules: [
      {
        name: 'Mailbox full',
        at: 'rcpt',
        effect: { kind: 'reply', code: 452, enhanced: '4.2.2', text: 'Mailbox full' },
      },
    ],
  },
  {
    name: 'unknown-user',
    title: 'Unknown user',
    text: 'Every recipient is refused for good with 550 5.1.1: the application should not try again.',
    rules: [
      {
        name: 'Unknown user',
        at: 'rcpt',
        effect: { kind: 'reply', code: 550, enhanced: '5.1.1', text: 'No such user here' },
      },
    ],
  },
  {
    name: 'spam-refused',
    title: 'Refused as spam',
    text: 'Every message is taken in whole and then refused for good with 550 5.7.1.',
    rules: [
      {
        name: 'Refused as spam',
        at: 'final',
        effect: {
          kind: 'reply',
          code: 550,
          enhanced: '5.7.1',
          text: ['Our system has found that this message', 'is likely to be unsolicited mail'],
        },
      },
    ],
  },
  {
    name: 'slow-network',
    title: 'Slow network',
    text: 'Each connection carries 2,000 octets a second, and each command waits 100 to 400 ms.',
    rules: [
      { name: 'Slow network', at: 'accept', effect: { kind: 'throttle', bytesPerSecond: 2_000 } },
      ...(['banner', 'mail', 'rcpt', 'final'] as const).map((at) => ({
        name: 'Slow network',
        at,
        effect: { kind: 'delay' as const, delayMs: [100, 400] as const },
      })),
    ],
  },
  {
    name: 'flaky-network',
    title: 'Flaky network',
    text: 'One message in three loses its connection on the way, and so do pooled connections.',
    rules: [
      { name: 'Flaky network', at: 'body', when: { chance: 0.33 }, effect: { kind: 'reset' } },
      { name: 'Flaky network', at: 'idle', when: { chance: 0.33 }, effect: { kind: 'reset' } },
    ],
  },
  {
    name: 'lost-replies',
    title: 'Lost replies',
    text: 'Messages are stored, and the 250 never comes: does the application send them twice?',
    rules: [{ name: 'Lost replies', at: 'final', effect: { kind: 'store-then-fail' } }],
  },
  {
    name: 'lost-mail',
    title: 'Lost mail',
    text: 'Every second message is acknowledged with 250 and thrown away.',
    rules: [{ name: 'Lost mail', at: 'final', when: { every: 2 }, effect: { kind: 'lose' } }],
  },
  {
    name: 'dead-pool',
    title: 'Pooled connections die',
    text: 'After each message the connection is reset: does the pool notice?',
    rules: [{ name: 'Pooled connections die', at: 'idle', effect: { kind: 'reset' } }],
  },
  {
    name: 'wrong-password',
    title: 'Wrong password',
    text: 'Every login is refused with 535 5.7.8.',
    rules: [
      {
        name: 'Wrong password',
        at: 'auth',
        effect: { kind: 'reply', code: 535, enhanced: '5.7.8', text: 'Authentication failed' },
      },
    ],
  },
  {
    name: 'strict-tls',
    title: 'Strict TLS',
    text: 'Mail is refused with 530 until the client has said STARTTLS.',
    rules: [
      {
        name: 'Strict TLS',
        at: 'mail',
        where: { tls: false },
        effect: {
          kind: 'reply',
          code: 530,
          enhanced: '5.7.0',
          text: 'Must issue a STARTTLS command first',
        },
      },
    ],
  },
  {
    name: 'no-tls',
    title: 'No TLS offered',
    text: 'STARTTLS is hidden: does the application send in clear what it should not?',
    rules: [
      { name: 'No TLS offered', at: 'ehlo', effect: { kind: 'capabilities', drop: ['STARTTLS'] } },
    ],
  },
  {
    name: 'old-server',
    title: 'Old server',
    text: 'No extension but SIZE of 1 MB and AUTH: no pipelining, no UTF-8, no 8BITMIME, no chunks.',
    rules: [
      {
        name: 'Old server',
        at: 'ehlo',
        effect: {
          kind: 'capabilities',
          drop: [
            'PIPELINING',
            '8BITMIME',
            'SMTPUTF8',
            'CHUNKING',
            'BINARYMIME',
            'DSN',
            'ENHANCEDSTATUSCODES',
            'LIMITS',
            'HELP',
          ],
          sizeBytes: 1_000_000,
        },
      },
    ],
  },
];
