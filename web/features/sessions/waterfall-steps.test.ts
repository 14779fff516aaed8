import { describe, expect, it } from 'vitest';
import { type StepsSource, waterfallSteps } from './waterfall-steps.ts';

type Lines = StepsSource['lines'];

function session(part: Partial<StepsSource>): StepsSource {
  return {
    lines: [],
    replies: [],
    durationMs: 100,
    outcome: 'nothing',
    tlsFailure: null,
    listener: 'smtp',
    tls: null,
    endedAt: '2026-01-01T00:00:00.100Z',
    linesDropped: 0,
    ...part,
  };
}

const S = (atMs: number, text: string): Lines[number] => ({ atMs, from: 'server', text });
const C = (atMs: number, text: string): Lines[number] => ({ atMs, from: 'client', text });
const note = (atMs: number, text: string): Lines[number] => ({ atMs, from: 'note', text });
const reply = (atMs: number, verb: string, code: number, tookMs: number) => ({
  atMs,
  verb,
  code,
  tookMs,
});
const brief = (source: StepsSource, nowMs = 0) =>
  waterfallSteps(source, nowMs).map(({ label, fromMs, commandMs, endMs }) => [
    label,
    fromMs,
    commandMs,
    endMs,
  ]);

describe('the steps of a session', () => {
  it('waits for the client up to the command, and for the server up to the reply', () => {
    const source = session({
      durationMs: 30,
      lines: [S(0, '220 mx'), C(10, 'EHLO app'), S(10, '250-mx'), S(10, '250 HELP')],
      replies: [reply(0, 'CONNECT', 220, 0.5), reply(10, 'EHLO', 250, 2)],
    });
    expect(brief(source)).toEqual([
      ['Greeting', 0, 0, 0.5],
      ['EHLO', 0.5, 10, 12],
      ['Close', 12, 30, 30],
    ]);
    expect(waterfallSteps(source, 0)[1]).toMatchObject({
      argument: 'app',
      code: 250,
      replyText: 'HELP',
      lineIndex: 1,
    });
  });

  it('tells the transfer of a message from its commit', () => {
    const source = session({
      lines: [
        C(5, 'DATA'),
        S(5, '354 go on'),
        note(40, '… 10,000 octets of message …'),
        S(47, '250 Stored as x'),
      ],
      replies: [reply(5, 'DATA', 354, 1), reply(47, 'DATA', 250, 8)],
    });
    expect(brief(source).slice(0, 2)).toEqual([
      ['DATA', 0, 5, 6],
      ['Message', 6, 40, 48],
    ]);
    expect(waterfallSteps(source, 0)[1]).toMatchObject({ kind: 'message', refused: false });
  });

  it('puts the handshake between STARTTLS and the next command', () => {
    const source = session({
      lines: [
        C(1, 'STARTTLS'),
        S(1, '220 ready'),
        note(6, 'TLSv1.3 AES'),
        C(7, 'EHLO a'),
        S(7, '250 mx'),
      ],
      replies: [reply(1, 'STARTTLS', 220, 0.5), reply(7, 'EHLO', 250, 1)],
    });
    expect(brief(source).slice(0, 3)).toEqual([
      ['STARTTLS', 0, 1, 1.5],
      ['TLS handshake', 1.5, 1.5, 6],
      ['EHLO', 6, 7, 8],
    ]);
  });

  it('shows a handshake that failed as the last step, with its reason', () => {
    const failed = { tlsFailure: 'no cipher', outcome: 'tls-failed', durationMs: 9 } as const;
    const starttls = session({
      ...failed,
      lines: [C(1, 'STARTTLS'), S(1, '220 ready')],
      replies: [reply(1, 'STARTTLS', 220, 1)],
    });
    expect(waterfallSteps(starttls, 0).at(-1)).toMatchObject({
      label: 'TLS handshake',
      argument: 'no cipher',
      fromMs: 2,
      endMs: 9,
      refused: true,
    });
    const smtps = waterfallSteps(session({ ...failed, listener: 'smtps' }), 0);
    expect(smtps.map(({ label }) => label)).toEqual(['TLS handshake']);
  });

  it('begins with the handshake on the port that speaks TLS at once', () => {
    const source = session({
      listener: 'smtps',
      tls: { protocol: 'TLSv1.3', cipher: 'AES', resumed: false },
      lines: [note(4, 'TLSv1.3 AES'), S(4, '220 mx')],
      replies: [reply(4, 'CONNECT', 220, 1)],
    });
    expect(brief(source).slice(0, 2)).toEqual([
      ['TLS handshake', 0, 0, 4],
      ['Greeting', 4, 4, 5],
    ]);
  });

  it('blames a time-out on the client, whatever its reply took', () => {
    const source = session({
      outcome: 'timeout',
      durationMs: 30_000,
      lines: [S(0, '220 mx'), C(2, 'DATA'), S(2, '354 go on'), S(30_000, '421 4.4.2 too late')],
      replies: [
        reply(0, 'CONNECT', 220, 1),
        reply(2, 'DATA', 354, 1),
        reply(30_000, 'UNKNOWN', 421, 29_998),
      ],
    });
    expect(brief(source)[2]).toEqual(['Time-out', 3, 30_000, 30_000]);
  });

  it('counts back from the reply where the transcript has a gap', () => {
    const source = session({
      lines: [S(0, '220 mx')],
      replies: [reply(0, 'CONNECT', 220, 1), reply(50, 'RCPT', 250, 3)],
    });
    expect(brief(source)[1]).toEqual(['RCPT', 1, 47, 50]);
    expect(waterfallSteps(source, 0)[1]?.lineIndex).toBeNull();
  });

  it('waits until now for a session that is still open', () => {
    const source = session({ durationMs: null, endedAt: null, outcome: 'open' });
    expect(brief(source, 1_200)).toEqual([['Waiting', 0, 1_200, 1_200]]);
  });

  it('marks replies that refuse', () => {
    const source = session({
      lines: [C(1, 'RCPT TO:bad'), S(1, '501 not understood')],
      replies: [reply(1, 'RCPT', 501, 1)],
    });
    expect(waterfallSteps(source, 0)[0]).toMatchObject({ refused: true, argument: 'TO:bad' });
  });
});
