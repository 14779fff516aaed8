import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from './session.ts';
import type {
  CompletedTransaction,
  Observation,
  SessionEffect,
  SessionInput,
  SessionOptions,
} from './session-types.ts';

const options: SessionOptions = {
  hostname: 'localhost',
  messageBytesMax: 100_000,
  recipientsMax: 1_000,
  errorsMax: 20,
  tls: 'offered',
  auth: 'offered',
  authMechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  challenge: () => '<1@localhost>',
  gate: null,
};
const tls = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: false };

/** A session whose questions are answered at once, and everything it said. */
function talk(changes: Partial<SessionOptions> = {}) {
  const session = createSession({ ...options, ...changes });
  const effects: SessionEffect[] = [];
  const say = (input: SessionInput, nowMs = 0): void => {
    const step = session.step(input, nowMs);
    effects.push(...step);
    const last = step.findLast(({ kind }) => kind !== 'observe');
    if (last?.kind === 'store') say({ kind: 'stored', id: 'id' }, nowMs);
    if (last?.kind === 'checkAuth') say({ kind: 'authChecked', accepted: true }, nowMs);
    if (last?.kind === 'startTls') say({ kind: 'tlsReady', tls }, nowMs);
    if (session.unfinished) say({ kind: 'continue' }, nowMs);
  };
  return {
    session,
    effects,
    say,
    send: (text: string, nowMs = 0) =>
      say({ kind: 'bytes', octets: Buffer.from(text, 'latin1') }, nowMs),
    text: () => effects.map((effect) => (effect.kind === 'send' ? effect.text : '')).join(''),
    stored: () => effects.flatMap((e) => (e.kind === 'store' ? [e.transaction] : [])),
    observed: <K extends Observation['kind']>(kind: K) =>
      effects.flatMap((effect) =>
        effect.kind === 'observe' && effect.observation.kind === kind
          ? [effect.observation as Extract<Observation, { kind: K }>]
          : [],
      ),
  };
}

function outcome(talked: ReturnType<typeof talk>) {
  const messages = talked.stored().map((transaction) => ({
    ...transaction,
    raw: Buffer.concat(transaction.raw).toString('latin1'),
  }));
  return { text: talked.text(), messages, closed: talked.session.closed };
}

const envelope = 'MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n';
const message = `${envelope}DATA\r\nSubject: x\r\n\r\nhello\r\n.\r\n`;

describe('awaiting (RFC 2920 §3.2)', () => {
  it('consumes nothing while the store is asked, and answers in order', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    const octets = Buffer.from(`EHLO x\r\n${message}NOOP\r\nQUIT\r\n`);
    const before = session.step({ kind: 'bytes', octets }, 0);
    expect(before.at(-1)?.kind === 'store' || before.some(({ kind }) => kind === 'store')).toBe(
      true,
    );
    expect(session).toMatchObject({ awaiting: true, deadline: 'none', closed: false });
    expect(session.bytesHeld).toBe(
      'Subject: x\r\n\r\nhello\r\n'.length + 'NOOP\r\nQUIT\r\n'.length,
    );
    const after = session.step({ kind: 'stored', id: 'abc' }, 0);
    expect(after.filter(({ kind }) => kind === 'send')).toEqual([
      {
        kind: 'send',
        text: '250 2.0.0 Stored as abc\r\n250 2.0.0 Still here\r\n221 2.0.0 Goodbye, closing the connection\r\n',
      },
    ]);
    expect(session).toMatchObject({ awaiting: false, closed: true, bytesHeld: 0 });
  });

  it('joins the replies of a group into one send, and says them before it asks', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    const kinds = session
      .step({ kind: 'bytes', octets: Buffer.from(`EHLO x\r\n${message}`) }, 0)
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'observe');
    expect(kinds).toEqual(['send', 'store']);
  });

  it('answers a message although its client has gone, then ends', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    session.step({ kind: 'bytes', octets: Buffer.from(`EHLO x\r\n${message}`) }, 0);
    expect(session.step({ kind: 'eof' }, 0)).toEqual([]);
    const kinds = session.step({ kind: 'stored', id: 'x' }, 0).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'observe')).toEqual(['send', 'close']);
  });

  it('a shutdown waits for the reply in flight and runs nothing more', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    session.step({ kind: 'bytes', octets: Buffer.from(`EHLO x\r\n${message}${message}`) }, 0);
    expect(session.step({ kind: 'shutdown' }, 0)).toEqual([]);
    const sends = session
      .step({ kind: 'stored', id: 'x' }, 0)
      .filter(({ kind }) => kind === 'send');
    expect(sends).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/^250 .*\r\n421 4\.3\.2 .*\r\n$/) }),
    ]);
    expect(session.closed).toBe(true);
  });

  it('drops clear octets that come during the handshake (RFC 3207 §4.2)', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    session.step({ kind: 'bytes', octets: Buffer.from('EHLO x\r\nSTARTTLS\r\nEHLO evil\r\n') }, 0);
    session.step({ kind: 'bytes', octets: Buffer.from('MAIL FROM:<evil@b.test>\r\n') }, 0);
    expect(session).toMatchObject({ awaiting: true, bytesHeld: 0 });
    const effects = session.step({ kind: 'tlsReady', tls }, 0);
    expect(effects.filter(({ kind }) => kind !== 'observe')).toEqual([]);
  });

  it('is told nothing it did not ask for', () => {
    const session = createSession(options);
    session.step({ kind: 'connected', tls: null }, 0);
    expect(() => session.step({ kind: 'stored', id: 'x' }, 0)).toThrow(/never happen/);
    expect(() => session.step({ kind: 'authChecked', accepted: true }, 0)).toThrow(/never happen/);
    expect(() => session.step({ kind: 'tlsReady', tls }, 0)).toThrow(/never happen/);
  });

  it('does nothing once it has closed', () => {
    const { say, send, session, effects } = talk();
    say({ kind: 'connected', tls: null });
    send('QUIT\r\nNOOP\r\n');
    const count = effects.length;
    send('NOOP\r\n');
    say({ kind: 'timeout' });
    say({ kind: 'stored', id: 'late' });
    expect(effects).toHaveLength(count);
    expect(session.deadline).toBe('none');
  });
});

describe('deadlines (RFC 5321 §4.5.3.2)', () => {
  it('are those of a command, of data, or none', () => {
    const { say, send, session } = talk();
    say({ kind: 'connected', tls: null });
    expect(session.deadline).toBe('command');
    send(`EHLO x\r\n${envelope}`);
    expect(session.deadline).toBe('command');
    send('DATA\r\nhal');
    expect(session.deadline).toBe('data');
    send('f\r\n.\r\n');
    expect(session.deadline).toBe('command');
    send(`${envelope}BDAT 5\r\nabc`);
    expect(session.deadline).toBe('data');
    send('de');
    expect(session.deadline).toBe('command');
  });
});

describe('memory', () => {
  it('is given back as soon as a message is known to be too large, or is dropped', () => {
    const { say, send, session } = talk({ messageBytesMax: 1_000 });
    say({ kind: 'connected', tls: null });
    send(`EHLO x\r\n${envelope}DATA\r\n${'x'.repeat(900)}`);
    expect(session.bytesHeld).toBe(900);
    send('x'.repeat(200));
    expect(session.bytesHeld).toBe(0);
    send(`\r\n.\r\n${envelope}DATA\r\n${'x'.repeat(500)}`);
    expect(session.bytesHeld).toBe(500);
    say({ kind: 'congested' });
    expect(session.bytesHeld).toBe(0);
    send('x'.repeat(100));
    expect(session.bytesHeld).toBe(0);
  });

  it('keeps slices of what arrived, not copies', () => {
    const { say, send, stored } = talk();
    say({ kind: 'connected', tls: null });
    send(`EHLO x\r\n${envelope}DATA\r\n`);
    const octets = Buffer.from(`${'x'.repeat(5_000)}\r\n.\r\n`);
    say({ kind: 'bytes', octets });
    const raw = stored()[0]?.raw ?? [];
    expect(raw).toHaveLength(1);
    expect(raw[0]?.buffer).toBe(octets.buffer);
  });

  it('congestion without a message in hand changes nothing', () => {
    const { say, send, text } = talk();
    say({ kind: 'connected', tls: null });
    say({ kind: 'congested' });
    send('EHLO x\r\nMAIL FROM:<a@b.test>\r\n');
    say({ kind: 'congested' });
    send('RCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n');
    expect(text()).toContain('250 2.0.0 Stored as');
  });
});

describe('dialogue and secrets', () => {
  const secrets = ['c2VjcmV0', 'AGFsaWNlAHNlY3JldA==', 'secret'];

  function withAuth(...lines: string[]) {
    const talked = talk();
    talked.say({ kind: 'connected', tls: null });
    talked.send(['EHLO client.test', ...lines, ''].join('\r\n'));
    talked.send(message);
    return talked;
  }

  it.each([
    ['PLAIN at once', ['AUTH PLAIN AGFsaWNlAHNlY3JldA==']],
    ['PLAIN', ['AUTH PLAIN', 'AGFsaWNlAHNlY3JldA==']],
    ['LOGIN', ['AUTH LOGIN', 'YWxpY2U=', 'c2VjcmV0']],
    ['a refused mechanism', ['AUTH NTLM', 'YWxpY2U=', 'c2VjcmV0']],
    ['a refused mechanism with response', ['AUTH NTLM c2VjcmV0']],
    ['no mechanism', ['AUTH c2VjcmV0', 'c2VjcmV0']],
    ['a syntax error', ['AUTH', 'YWxpY2U=', 'c2VjcmV0']],
    ['a response too many', ['AUTH PLAIN = c2VjcmV0', 'c2VjcmV0']],
    ['the wrong space', ['AUTH\tPLAIN AGFsaWNlAHNlY3JldA==']],
    ['a bare LF', ['AUTH PLAIN', 'AGFsaWNlAHNlY3JldA==\nx']],
    ['an overlong line', ['AUTH PLAIN', `c2VjcmV0${'A'.repeat(13_000)}`, 'NOOP']],
    ['an overlong AUTH', [`AUTH PLAIN c2VjcmV0${'A'.repeat(13_000)}`]],
  ])('%s', (_name, lines) => {
    const { effects, stored } = withAuth(...lines);
    const kept = effects.filter(({ kind }) => kind === 'observe' || kind === 'send');
    const dialogues = stored().map(({ dialogue }) => dialogue);
    expect(dialogues).toHaveLength(1);
    for (const secret of secrets) {
      expect(
        JSON.stringify([kept, dialogues, stored().map(({ envelope }) => envelope)]),
      ).not.toContain(secret);
    }
  });

  it('AUTH before EHLO', () => {
    const { say, send, observed, text } = talk();
    say({ kind: 'connected', tls: null });
    send('AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\n');
    expect(text()).toContain('503 5.5.1');
    expect(observed('line').map(({ line }) => line.text)).toContain('****');
    expect(JSON.stringify(observed('line'))).not.toMatch(/YWxpY2U|c2VjcmV0/);
  });

  it('what follows a known command is shown again', () => {
    const { say, send, observed } = talk();
    say({ kind: 'connected', tls: null });
    send('EHLO x\r\nAUTH NTLM\r\nsecret\r\nNOOP\r\nFROB\r\n');
    const lines = observed('line').filter(({ line }) => line.from === 'client');
    expect(lines.map(({ line }) => line.text)).toEqual([
      'EHLO x',
      'AUTH ****',
      '****',
      'NOOP',
      'FROB',
    ]);
  });

  it('holds the opening, then the transaction; the body as its size', () => {
    const { say, send, stored } = talk();
    say({ kind: 'connected', tls: null }, 1_000);
    send('EHLO clear.test\r\nSTARTTLS\r\n', 1_001);
    send('EHLO secure.test\r\nAUTH PLAIN AGEAYg==\r\n', 1_002);
    send(`${message}NOOP\r\nRSET\r\n`, 1_003);
    send(
      `MAIL FROM:<late@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n${'x'.repeat(10_238)}\r\n.\r\n`,
      1_009,
    );
    const [first, second] = stored().map(({ dialogue }) => dialogue);
    const spoken = (lines: CompletedTransaction['dialogue'] | undefined) =>
      lines
        ?.filter(({ from, text }) => from !== 'server' || text.startsWith('220'))
        .map(({ text }) => text);
    const opening = [
      '220 localhost ESMTP prixfixe-dev ready; mail is caught here, not delivered',
      'EHLO clear.test',
      'STARTTLS',
      '220 2.0.0 Ready, start the TLS handshake',
      'TLSv1.3 TLS_AES_256_GCM_SHA384',
      'EHLO secure.test',
      'AUTH PLAIN ****',
    ];
    expect(spoken(first)).toEqual([
      ...opening,
      'MAIL FROM:<a@b.test>',
      'RCPT TO:<c@d.test>',
      'DATA',
      '… 21 octets of message …',
    ]);
    expect(spoken(second)).toEqual([
      ...opening,
      'MAIL FROM:<late@b.test>',
      'RCPT TO:<c@d.test>',
      'DATA',
      '… 10,240 octets of message …',
    ]);
    expect(second?.[0]?.atMs).toBe(0);
    expect(second?.at(-1)?.atMs).toBe(9);
  });

  it('stays bounded with a thousand recipients', () => {
    const { say, send, stored } = talk();
    say({ kind: 'connected', tls: null });
    send(
      `EHLO x\r\nMAIL FROM:<a@b.test>\r\n${'RCPT TO:<c@d.test>\r\n'.repeat(1_000)}DATA\r\nx\r\n.\r\n`,
    );
    expect(stored()[0]?.envelope.forwardPaths).toHaveLength(1_000);
    expect(stored()[0]?.dialogue.length).toBeLessThanOrEqual(201);
    expect(stored()[0]?.dialogue.at(-1)?.text).toBe('… 3 octets of message …');
  });
});

describe('facts of a transaction', () => {
  it('timings are those of its phases', () => {
    const session = createSession(options);
    const at = (nowMs: number, input: SessionInput | string) =>
      session.step(
        typeof input === 'string' ? { kind: 'bytes', octets: Buffer.from(input) } : input,
        nowMs,
      );
    at(100, { kind: 'connected', tls: null });
    at(101, 'EHLO x\r\nSTARTTLS\r\n');
    at(111, { kind: 'tlsReady', tls });
    at(120, 'EHLO x\r\nAUTH PLAIN AGEAYg==\r\n');
    at(127, { kind: 'authChecked', accepted: true });
    at(150, 'MAIL FROM:<a@b.test>\r\n');
    at(155, 'RCPT TO:<c@d.test>\r\n');
    at(170, 'DATA\r\n');
    at(180, 'x\r\n');
    const effects = at(195, '.\r\n');
    const store = effects.find((effect) => effect.kind === 'store');
    expect(store?.kind === 'store' && store.transaction).toMatchObject({
      tls,
      authUser: 'a',
      authMechanism: 'PLAIN',
      timings: {
        sessionAgeMs: 50,
        tlsMs: 10,
        authMs: 7,
        envelopeMs: 20,
        dataMs: 25,
        commitMs: null,
      },
    });
    const replied = at(199, { kind: 'stored', id: 'x' });
    expect(replied).toContainEqual({
      kind: 'observe',
      observation: { kind: 'reply', verb: 'DATA', code: 250, tookMs: 4 },
    });
    const stored = { id: 'x', bytes: 3, tookMs: 49, dataMs: 25, commitMs: 4 };
    expect(replied).toContainEqual({
      kind: 'observe',
      observation: { kind: 'stored', ...stored },
    });
  });

  it('the message of several chunks begins with the first', () => {
    const session = createSession(options);
    const at = (nowMs: number, text: string) =>
      session.step({ kind: 'bytes', octets: Buffer.from(text) }, nowMs);
    session.step({ kind: 'connected', tls: null }, 100);
    at(110, `EHLO x\r\n${envelope}`);
    at(120, 'BDAT 3\r\none');
    const store = at(150, 'BDAT 3 LAST\r\ntwo').find((effect) => effect.kind === 'store');
    expect(store?.kind === 'store' && store.transaction.timings).toMatchObject({
      envelopeMs: 10,
      dataMs: 30,
    });
  });

  it('implicit TLS is TLS from the greeting on', () => {
    const { say, send, stored, text } = talk({ tls: 'required' });
    say({ kind: 'connected', tls });
    send(`EHLO x\r\n${message}`);
    expect(text()).not.toContain('STARTTLS');
    expect(stored()[0]).toMatchObject({ tls, timings: { tlsMs: null } });
  });

  it('survive whatever happens to the next transaction', () => {
    const { say, send, stored } = talk();
    say({ kind: 'connected', tls: null });
    send(
      `EHLO x\r\n${message}MAIL FROM:<z@b.test>\r\nRCPT TO:<y@d.test>\r\nRCPT TO:<w@d.test>\r\n`,
    );
    expect(stored()[0]?.envelope).toEqual({
      reversePath: 'a@b.test',
      forwardPaths: [{ address: 'c@d.test', parameters: {} }],
      parameters: {},
    });
  });
});

describe('errors of a session', () => {
  it('a message too large is not one', () => {
    const { say, send, text, session } = talk({ errorsMax: 2, messageBytesMax: 10 });
    say({ kind: 'connected', tls: null });
    send(`EHLO x\r\n${'MAIL FROM:<> SIZE=11\r\n'.repeat(5)}`);
    expect(text().match(/552 5\.3\.4/g)).toHaveLength(5);
    expect(session.closed).toBe(false);
    send('FROB\r\nFROB\r\nFROB\r\n');
    expect(text()).toMatch(/500 .*\r\n500 .*\r\n421 4\.7\.0 .*\r\n$/);
    expect(session.closed).toBe(true);
  });
});

describe('observations', () => {
  it('name verb and code of each reply, and how the session ended', () => {
    const { say, send, observed } = talk();
    say({ kind: 'connected', tls: null });
    send('EHLO x\r\nfrob\r\nmail from:<a>\r\nDATA\r\nQUIT\r\n');
    expect(observed('reply').map(({ verb, code }) => `${verb} ${code}`)).toEqual([
      'CONNECT 220',
      'EHLO 250',
      'UNKNOWN 500',
      'MAIL 501',
      'DATA 503',
      'QUIT 221',
    ]);
    expect(observed('error').map(({ error }) => error)).toEqual(['parse_error', 'parse_error']);
    expect(observed('ended')).toEqual([{ kind: 'ended', outcome: 'quit' }]);
  });

  it('tell who the client says it is, and what was stored for it', () => {
    const { say, send, observed } = talk();
    say({ kind: 'connected', tls: null });
    send('EHLO first\r\nHELO second\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n');
    send('MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n12345\r\n.\r\n');
    expect(observed('hello').map(({ name }) => name)).toEqual(['first', 'second']);
    expect(observed('authenticated')).toEqual([{ kind: 'authenticated', user: 'alice' }]);
    expect(observed('stored')).toMatchObject([{ kind: 'stored', id: 'id', bytes: 7 }]);
  });

  it.each<[string, SessionInput[], string]>([
    ['eof', [{ kind: 'eof' }], 'closed'],
    ['timeout', [{ kind: 'timeout' }], 'timeout'],
    ['shutdown', [{ kind: 'shutdown' }], 'shutdown'],
    [
      'eof in a transaction',
      [{ kind: 'bytes', octets: Buffer.from('EHLO x\r\nMAIL FROM:<>\r\n') }, { kind: 'eof' }],
      'aborted',
    ],
    ['HTTP', [{ kind: 'bytes', octets: Buffer.from('GET / HTTP/1.1\r\n') }], 'protocol-error'],
  ])('%s', (_name, inputs, ended) => {
    const { say, observed } = talk();
    say({ kind: 'connected', tls: null });
    for (const input of inputs) say(input);
    expect(observed('ended')).toEqual([{ kind: 'ended', outcome: ended }]);
  });

  it('a refused connection ends as refused', () => {
    const { say, observed, text } = talk();
    say({ kind: 'refused', refusal: 'tooManyConnections' });
    expect(text()).toMatch(/^421 4\.7\.0 /);
    expect(observed('ended')).toEqual([{ kind: 'ended', outcome: 'refused' }]);
  });
});

describe('any split of the same octets', () => {
  const line = fc.constantFrom(
    'EHLO x\r\n',
    'MAIL FROM:<a@b.test>\r\n',
    'RCPT TO:<c@d.test>\r\n',
    'DATA\r\n',
    'Subject: x\r\n\r\n..y\r\n',
    '.\r\n',
    '\r\n.\r\n',
    '\n.\n',
    '\r.\r\n',
    'BDAT 5\r\nab',
    'cde',
    'BDAT 3 LAST\r\n',
    'BDAT 4 WRONG\r\n',
    'RSET\r\n',
    'NOOP\n',
    'AUTH LOGIN\r\n',
    'YQ==\r\n',
    '*\r\n',
    `NOOP ${'x'.repeat(2_100)}\r\n`,
    'x'.repeat(1_100),
    '\r',
    '\n',
    '\x16\x03',
    'QUIT\r\n',
  );
  const script = fc.array(line, { maxLength: 30 }).map((lines) => lines.join(''));
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 });

  function play(segments: readonly string[]) {
    const talked = talk({ messageBytesMax: 1_500, errorsMax: 50, recipientsMax: 3 });
    talked.say({ kind: 'connected', tls: null });
    for (const segment of segments) talked.send(segment);
    talked.say({ kind: 'eof' });
    return outcome(talked);
  }

  function cut(text: string, cuts: readonly number[]): string[] {
    const segments: string[] = [];
    for (let at = 0, i = 0; at < text.length; i++) {
      const size = cuts[i % cuts.length] ?? 1;
      segments.push(text.slice(at, at + size));
      at += size;
    }
    return segments;
  }

  it('gives the same replies and the same messages', () => {
    fc.assert(
      fc.property(fc.boolean(), script, sizes, (greeted, text, cuts) => {
        const whole = greeted ? `EHLO x\r\n${envelope}${text}` : text;
        expect(play(cut(whole, cuts))).toEqual(play([whole]));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('random octets', () => {
  it('give a reply or a close, never a throw', () => {
    const start = fc.constantFrom(
      '',
      'EHLO x\r\n',
      `EHLO x\r\n${envelope}`,
      `EHLO x\r\n${envelope}DATA\r\n`,
    );
    const octets = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom('\r\n', '\n', '.', ' ').map((t) => Buffer.from(t)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(start, octets, (opening, segments) => {
        const talked = talk({ errorsMax: 5 });
        talked.say({ kind: 'connected', tls: null });
        talked.send(opening);
        const before = talked.text().length;
        for (const segment of segments) talked.say({ kind: 'bytes', octets: segment });
        talked.send('\r\n.\r\n');
        const answered = talked.text().length > before;
        expect(answered || talked.session.closed || talked.session.deadline === 'data').toBe(true);
        expect(talked.text()).toMatch(/^(?:[2-5]\d\d[ -][\x20-\x7e]*\r\n)+$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
