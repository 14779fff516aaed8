import type { MessageDetailShape } from '../../../server/http/shapes.ts';

type Timings = MessageDetailShape['timings'];

export interface Phase {
  readonly key: 'session' | 'tls' | 'auth' | 'envelope' | 'data' | 'commit';
  readonly label: string;
  /** What the phase spans, for the legend. */
  readonly span: string;
  readonly ms: number;
  /** Of all phases together, 0 to 1. */
  readonly share: number;
}

const labels = {
  session: ['Session', 'connection accepted to MAIL, without TLS and AUTH'],
  tls: ['TLS', 'the handshake'],
  auth: ['AUTH', 'the authentication exchange'],
  envelope: ['Envelope', 'MAIL to the reply that invites the message'],
  data: ['Data', 'that reply to the last octet'],
  commit: ['Commit', 'last octet to stored'],
} as const satisfies Record<Phase['key'], readonly [string, string]>;

/** The phases that happened, in order, none counted twice: the session's age includes TLS and AUTH. */
export function timingPhases(timings: Timings): readonly Phase[] {
  const { sessionAgeMs, tlsMs, authMs, envelopeMs, dataMs, commitMs } = timings;
  const ownSessionMs =
    sessionAgeMs === null ? null : Math.max(0, sessionAgeMs - (tlsMs ?? 0) - (authMs ?? 0));
  const measured = [
    ['session', ownSessionMs],
    ['tls', tlsMs],
    ['auth', authMs],
    ['envelope', envelopeMs],
    ['data', dataMs],
    ['commit', commitMs],
  ] as const;
  const totalMs = measured.reduce((sum, [, ms]) => sum + (ms ?? 0), 0);
  return measured.flatMap(([key, ms]) => {
    if (ms === null) return [];
    const [label, span] = labels[key];
    return [{ key, label, span, ms, share: totalMs === 0 ? 0 : ms / totalMs }];
  });
}
