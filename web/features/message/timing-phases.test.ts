import { describe, expect, it } from 'vitest';
import { timingPhases } from './timing-phases.ts';

const nothing = {
  sessionAgeMs: null,
  tlsMs: null,
  authMs: null,
  envelopeMs: null,
  dataMs: null,
  commitMs: null,
};

describe('timingPhases', () => {
  it('leaves out what did not happen', () => {
    expect(timingPhases(nothing)).toEqual([]);
    expect(timingPhases({ ...nothing, commitMs: 2 }).map((phase) => phase.key)).toEqual(['commit']);
  });

  it('takes TLS and AUTH out of the age of the session, so that nothing is counted twice', () => {
    const phases = timingPhases({
      sessionAgeMs: 20,
      tlsMs: 8,
      authMs: 2,
      envelopeMs: 5,
      dataMs: 4,
      commitMs: 1,
    });
    expect(phases.map(({ key, ms, share }) => [key, ms, share])).toEqual([
      ['session', 10, 10 / 30],
      ['tls', 8, 8 / 30],
      ['auth', 2, 2 / 30],
      ['envelope', 5, 5 / 30],
      ['data', 4, 4 / 30],
      ['commit', 1, 1 / 30],
    ]);
  });

  it('never shows a negative time or divides by nothing', () => {
    const phases = timingPhases({ ...nothing, sessionAgeMs: 1, tlsMs: 3, dataMs: 0 });
    expect(phases[0]).toMatchObject({ key: 'session', ms: 0 });
    expect(timingPhases({ ...nothing, dataMs: 0 })[0]?.share).toBe(0);
  });
});
