import type { IconName } from '../../components/icon.tsx';
import type { SessionOutcome } from '../../lib/api.ts';

export interface OutcomeWords {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: 'neutral' | 'accent' | 'success' | 'warning' | 'danger';
  /** One sentence, for whoever meets the word for the first time. */
  readonly meaning: string;
}

/** In the order in which they are offered: what goes on, what went well, what went wrong. */
const table: Readonly<Record<SessionOutcome, OutcomeWords>> = {
  open: {
    label: 'Open',
    icon: 'pulse',
    tone: 'accent',
    meaning: 'The connection is open now.',
  },
  delivered: {
    label: 'Delivered',
    icon: 'check',
    tone: 'success',
    meaning: 'At least one message was accepted and stored.',
  },
  nothing: {
    label: 'No mail',
    icon: 'minus',
    tone: 'neutral',
    meaning: 'The client left without sending a message, and nothing went wrong.',
  },
  rejected: {
    label: 'Rejected',
    icon: 'close',
    tone: 'danger',
    meaning: 'What the client asked for was refused, and no message was stored.',
  },
  'auth-failed': {
    label: 'Login failed',
    icon: 'key',
    tone: 'danger',
    meaning: 'The user name or password was not accepted, and no message was stored.',
  },
  'tls-failed': {
    label: 'TLS failed',
    icon: 'unlock',
    tone: 'danger',
    meaning: 'Client and server could not agree on an encrypted connection.',
  },
  fault: {
    label: 'Fault',
    icon: 'bolt',
    tone: 'warning',
    meaning: 'Something was made to go wrong in it on purpose, by a fault rule.',
  },
  'protocol-error': {
    label: 'Not SMTP',
    icon: 'warning',
    tone: 'danger',
    meaning: 'The client spoke another protocol, or broke the rules of this one too often.',
  },
  aborted: {
    label: 'Aborted',
    icon: 'plug',
    tone: 'warning',
    meaning: 'The client went away in the middle of a message or a login.',
  },
  timeout: {
    label: 'Timed out',
    icon: 'clock',
    tone: 'warning',
    meaning: 'The client said nothing for too long.',
  },
  refused: {
    label: 'Turned away',
    icon: 'blocked',
    tone: 'warning',
    meaning: 'Too many connections were open, so this one was not served.',
  },
  shutdown: {
    label: 'Shut down',
    icon: 'power',
    tone: 'neutral',
    meaning: 'The server was stopped while the connection was open.',
  },
};

export const outcomes = Object.keys(table) as readonly SessionOutcome[];

export function isOutcome(value: string | null): value is SessionOutcome {
  return value !== null && Object.hasOwn(table, value);
}

export function outcomeWords(outcome: SessionOutcome): OutcomeWords {
  return table[outcome];
}
