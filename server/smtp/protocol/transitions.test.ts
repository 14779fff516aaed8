import { describe, expect, it } from 'vitest';
import { renderStateDiagram, type State, transition } from './transitions.ts';
import { type Verb, verbOf } from './verb.ts';

const open = { tlsNeeded: false, authNeeded: false };
const states: readonly State[] = ['connected', 'greeted', 'mail', 'rcpt', 'chunks'];

describe('policy comes before order', () => {
  it.each([
    'HELO',
    'MAIL',
    'RCPT',
    'DATA',
    'BDAT',
    'RSET',
    'VRFY',
    'EXPN',
    'HELP',
    'AUTH',
  ] as const)('%s needs TLS where TLS is required (RFC 3207 §4)', (verb) => {
    const cell = transition('connected', verb, { tlsNeeded: true, authNeeded: true });
    expect(cell).toEqual({ refusal: 'needTls' });
  });

  it.each(['MAIL', 'RCPT', 'DATA', 'BDAT', 'VRFY', 'EXPN'] as const)(
    '%s needs AUTH where AUTH is required (RFC 4954 §6)',
    (verb) => {
      const cell = transition('greeted', verb, { tlsNeeded: false, authNeeded: true });
      expect(cell).toEqual({ refusal: 'needAuth' });
    },
  );
});

describe('order of commands (RFC 5321 §4.1.4)', () => {
  it('the small commands change nothing anywhere', () => {
    for (const state of states) {
      for (const verb of ['NOOP', 'VRFY', 'EXPN', 'HELP', 'QUIT'] as const) {
        expect(transition(state, verb, open)).toEqual({ next: state });
      }
    }
  });

  it.each<[State, Verb, State]>([
    ['connected', 'EHLO', 'greeted'],
    ['connected', 'RSET', 'connected'],
    ['greeted', 'MAIL', 'mail'],
    ['greeted', 'STARTTLS', 'connected'],
    ['mail', 'RCPT', 'rcpt'],
    ['mail', 'EHLO', 'greeted'],
    ['rcpt', 'RCPT', 'rcpt'],
    ['rcpt', 'DATA', 'greeted'],
    ['rcpt', 'BDAT', 'chunks'],
    ['chunks', 'BDAT', 'chunks'],
    ['chunks', 'RSET', 'greeted'],
  ])('%s, %s leads to %s', (state, verb, next) => {
    expect(transition(state, verb, open)).toEqual({ next });
  });

  it('knows verbs in any case and nothing else', () => {
    expect(verbOf('StartTls')).toBe('STARTTLS');
    expect(verbOf('toString')).toBeUndefined();
  });
});

describe('state diagram', () => {
  it('shows every state, every step between two, and no refusal', () => {
    const diagram = renderStateDiagram();
    expect(diagram.startsWith('stateDiagram-v2\n  [*] --> connected: 220\n')).toBe(true);
    for (const state of states) expect(diagram).toContain(`  ${state} --> [*]: QUIT\n`);
    expect(diagram).toContain('  greeted --> mail: MAIL\n');
    expect(diagram).toContain('  rcpt --> chunks: BDAT\n');
    expect(diagram).toContain('  greeted --> connected: STARTTLS\n');
    expect(diagram).not.toMatch(/connected --> mail|need/);
  });
});
