/** Every connection leaves a session, whatever became of it: real sockets, a real store. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecordedOutcome, SessionFilter, SessionRecord } from '../../db/session-types.ts';
import { type AppEvent, createEventBus } from '../events.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { SessionStorage, Storage } from '../storage/types.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../testing/smtp-test-server.ts';
import { makeTestCertificates, type TestCertificates } from '../testing/test-certificates.ts';
import { createSessionRecorder, type SessionRecorder } from './session-recorder.ts';
import type { SessionCursor, SessionPage } from './types.ts';

const hello = 'EHLO client.example.test\r\n';
const envelope = 'MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n';
const anything: SessionFilter = {
  outcome: null,
  error: null,
  reply: null,
  peer: null,
  user: null,
  text: null,
};

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

interface Setting extends AsyncDisposable {
  readonly server: TestServer;
  readonly storage: Storage;
  readonly recorder: SessionRecorder;
  readonly events: AppEvent[];
  readonly errors: Error[];
  connect(): Promise<RawSmtpClient>;
  list(filter?: Partial<SessionFilter>): ReturnType<SessionRecorder['list']>;
  /** The session that is over, with its transcript. */
  ended(outcome: RecordedOutcome): Promise<SessionRecord>;
}

async function start(
  options: TestServerOptions & {
    readonly timed?: boolean;
    readonly wrap?: (storage: Storage) => SessionStorage;
  } = {},
): Promise<Setting> {
  const { timed = true, wrap, ...serverOptions } = options;
  const bus = createEventBus();
  const events: AppEvent[] = [];
  const errors: Error[] = [];
  bus.subscribe((event) => events.push(event));
  const storage = await openStorage(
    {
      location: ':memory:',
      retention: { messagesMax: 0, ageMsMax: 0, bytesMax: 0 },
      durability: 'normal',
      threads: false,
    },
    bus,
  );
  const recorder = createSessionRecorder({
    storage: wrap?.(storage) ?? storage,
    events: bus,
    clockMs: timed ? () => performance.now() : null,
    onError: (error) => errors.push(error),
    writeEveryMs: 5,
  });
  const secureContext = certificates.secureContext();
  const server = await startTestServer({
    tls: 'offered',
    smtpsPort: 0,
    secureContext: () => secureContext,
    intake: storage,
    observer: recorder.observer,
    ...serverOptions,
  });
  const list: Setting['list'] = (filter = {}) =>
    recorder.list({ filter: { ...anything, ...filter }, limit: 50, cursor: null });
  return {
    server,
    storage,
    recorder,
    events,
    errors,
    list,
    connect: () => RawSmtpClient.connect({ port: server.port }),
    async ended(outcome) {
      await eventually(async () => (await list({ outcome })).total).toBe(1);
      const [summary] = (await list({ outcome })).sessions;
      const session = await recorder.get(summary?.id ?? '');
      if (session === null) throw new Error('the session is listed and cannot be had');
      expect(session).toMatchObject(summary ?? {});
      expect(session.endedAtMs).toBeGreaterThanOrEqual(session.startedAtMs);
      return session;
    },
    async [Symbol.asyncDispose]() {
      await server.smtp.close({ graceMs: 0 });
      await recorder.close();
      await storage.close();
    },
  };
}

function dialogue(session: SessionRecord): readonly string[] {
  return session.lines.map(({ from, text }) => `${from[0]}: ${text}`);
}

describe('what became of it', () => {
  test('delivered: all facts, each step with its time, and both ways to the messages', async () => {
    await using setting = await start({ auth: 'offered' });
    const client = await setting.connect();
    await client.send(`${hello}AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n`);
    for (const subject of ['one', 'two']) {
      await client.send(`${envelope}DATA\r\nSubject: ${subject}\r\n\r\nhidden\r\n.\r\n`);
    }
    await client.send('QUIT\r\n');
    expect((await client.readReplies(12)).at(-1)?.code).toBe(221);
    const session = await setting.ended('delivered');

    const page = await setting.storage.list({ filter: null, limit: 9, beforeSeq: null, skip: 0 });
    expect(session).toMatchObject({
      listener: 'smtp',
      peerAddress: '127.0.0.1',
      peerPort: client.socket.localPort,
      ehloName: 'client.example.test',
      authUser: 'alice',
      tls: null,
      tlsFailure: null,
      messageCount: 2,
      messageIds: page.messages.map(({ id }) => id).reverse(),
      bytesReceived: client.socket.bytesWritten,
      errors: [],
      linesDropped: 0,
      lastReply: { verb: 'QUIT', code: 221, text: expect.stringMatching(/^2\.0\.0 /) },
    });
    for (const id of session.messageIds) {
      const message = await setting.storage.get(id);
      expect(message?.origin.sessionId).toBe(session.id);
    }
    expect(session.replies.map(({ verb, code }) => `${verb} ${code}`)).toEqual([
      'CONNECT 220',
      'EHLO 250',
      'AUTH 235',
      ...['MAIL 250', 'RCPT 250', 'DATA 354', 'DATA 250'],
      ...['MAIL 250', 'RCPT 250', 'DATA 354', 'DATA 250'],
      'QUIT 221',
    ]);
    const times = session.replies.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(session.durationMs ?? 0);
    const said = dialogue(session);
    expect(said).toContain('c: AUTH PLAIN ****');
    expect(said).toContain('n: … 24 octets of message …');
    expect(said.join('\n')).not.toMatch(/hidden|AGFsaWNl/);
  });

  test('nothing: connect and close, and no more than talk', async () => {
    await using setting = await start();
    const silent = await setting.connect();
    await silent.readReply();
    silent.end();
    expect(dialogue(await setting.ended('nothing'))).toEqual([
      expect.stringMatching(/^s: 220 mx\.example\.test/),
    ]);
    const polite = await setting.connect();
    await polite.send(`${hello}NOOP\r\nQUIT\r\n`);
    await polite.readReplies(4);
    await eventually(async () => (await setting.list({ outcome: 'nothing' })).total).toBe(2);
  });

  test('a connection that is reset before its greeting is a session too', async () => {
    await using setting = await start();
    const client = await setting.connect();
    client.reset();
    expect(await setting.ended('nothing')).toMatchObject({ bytesReceived: 0, messageCount: 0 });
  });

  test('rejected: something was refused and nothing stored', async () => {
    await using setting = await start({ recipientsMax: 1, messageBytesMax: 1_000 });
    const client = await setting.connect();
    await client.send(`${hello}MAIL FROM:<a@example.test> SIZE=2000\r\nQUIT\r\n`);
    await client.readReplies(4);
    expect(await setting.ended('rejected')).toMatchObject({ errors: ['message_too_large'] });
  });

  test('delivered, though something else was refused', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.send(`${hello}FROB\r\n${envelope}DATA\r\nx\r\n.\r\nQUIT\r\n`);
    await client.readReplies(8);
    expect(await setting.ended('delivered')).toMatchObject({ errors: ['parse_error'] });
  });

  test('aborted: gone in the middle of the message', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.send(`${hello}${envelope}DATA\r\nhalf a`);
    await client.readReplies(5);
    client.destroy();
    expect(await setting.ended('aborted')).toMatchObject({
      errors: ['aborted'],
      messageIds: [],
      lastReply: { verb: 'DATA', code: 354 },
    });
  });

  test('timeout, in mid-transaction after a delivery too; but not when idle after one', async () => {
    await using setting = await start({ commandTimeoutMs: 100, patience: { lingerMs: 50 } });
    const idle = await setting.connect();
    await idle.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n`);
    await idle.readReplies(6);
    expect(await setting.ended('delivered')).toMatchObject({ errors: ['timeout'] });
    const stuck = await setting.connect();
    await stuck.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n${envelope}`);
    expect((await stuck.readReplies(9)).at(-1)?.code).toBe(421);
    expect(await setting.ended('timeout')).toMatchObject({ messageCount: 1 });
  });

  test('tls-failed: with the reason', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.readReply();
    await client.command('EHLO client.example.test');
    await client.command('STARTTLS');
    await client.send(Buffer.alloc(200, 0xff));
    expect(await setting.ended('tls-failed')).toMatchObject({
      tls: null,
      tlsFailure: 'the client sent something else than a TLS handshake',
      errors: ['tls_handshake_failed'],
      ehloName: 'client.example.test',
    });
    const plain = await RawSmtpClient.connect({ port: setting.server.smtpsPort });
    await plain.send(hello);
    await eventually(async () => (await setting.list({ outcome: 'tls-failed' })).total).toBe(2);
    const [implicit] = (await setting.list({ outcome: 'tls-failed' })).sessions;
    expect(implicit).toMatchObject({ listener: 'smtps', ehloName: '', lastReply: null });
  });

  test('STARTTLS and implicit TLS: what was agreed on', async () => {
    await using setting = await start();
    const tls = { ca: certificates.caPem, servername: 'localhost' };
    const upgraded = await setting.connect();
    await upgraded.readReply();
    await upgraded.command('EHLO before.example.test');
    await upgraded.startTls(tls);
    await upgraded.command('EHLO after.example.test');
    await upgraded.command('QUIT');
    const implicit = await RawSmtpClient.connect({ port: setting.server.smtpsPort, tls });
    await implicit.readReply();
    await implicit.command('QUIT');
    await eventually(async () => (await setting.list({ outcome: 'nothing' })).total).toBe(2);
    const sessions = (await setting.list()).sessions;
    for (const session of sessions) {
      expect(session.tls).toMatchObject({ protocol: 'TLSv1.3', resumed: false });
    }
    expect(sessions.map(({ listener, ehloName }) => [listener, ehloName])).toEqual([
      ['smtps', ''],
      ['smtp', 'after.example.test'],
    ]);
    // The handshake is part of the session's time, though the protocol began after it.
    const [newest] = sessions;
    const detail = await setting.recorder.get(newest?.id ?? '');
    expect(detail?.replies[0]?.atMs).toBeGreaterThan(0);
    expect(detail?.replies.at(-1)?.atMs).toBeLessThanOrEqual(detail?.durationMs ?? 0);
  });

  test('auth-failed: and not when the next attempt is right', async () => {
    await using setting = await start({ credentials: [{ user: 'alice', password: 'secret' }] });
    const wrong = await setting.connect();
    await wrong.send(`${hello}AUTH PLAIN AGFsaWNlAHdyb25n\r\nQUIT\r\n`);
    expect((await wrong.readReplies(4))[2]?.code).toBe(535);
    const session = await setting.ended('auth-failed');
    expect(session).toMatchObject({ errors: ['auth_failed'], authUser: null });
    expect(JSON.stringify(session)).not.toContain('AGFsaWNl');
    const second = await setting.connect();
    await second.send(
      `${hello}AUTH PLAIN AGFsaWNlAHdyb25n\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nQUIT\r\n`,
    );
    await second.readReplies(5);
    expect(await setting.ended('rejected')).toMatchObject({ authUser: 'alice' });
  });

  test('refused: 421 at the door', async () => {
    await using setting = await start({ connectionsMax: 1 });
    const served = await setting.connect();
    await served.readReply();
    const refused = await setting.connect();
    expect((await refused.readReply()).code).toBe(421);
    expect(await setting.ended('refused')).toMatchObject({
      errors: ['too_many_connections'],
      lastReply: { verb: 'CONNECT', code: 421 },
    });
    expect((await setting.list()).byOutcome).toEqual({ open: 1, refused: 1 });
  });

  test('protocol-error: HTTP, a ClientHello on the plain port, octets without sense', async () => {
    await using setting = await start();
    const http = await setting.connect();
    await http.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await http.readToEnd();
    const session = await setting.ended('protocol-error');
    expect(session.errors).toEqual(['http_request']);
    expect(dialogue(session)).toContain('c: GET / HTTP/1.1');
    const tls = await setting.connect();
    await tls.send(Buffer.concat([Buffer.from([0x16, 0x03, 0x01]), randomBytes(200)]));
    await tls.readToEnd();
    await eventually(async () => (await setting.list({ outcome: 'protocol-error' })).total).toBe(2);
    const [hidden] = (await setting.list({ text: 'clienthello' })).sessions;
    expect(hidden).toMatchObject({ errors: ['parse_error'], outcome: 'protocol-error' });
  });

  test('shutdown: the server stopped', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.readReply();
    await setting.server.smtp.close({ graceMs: 1_000 });
    expect(await setting.ended('shutdown')).toMatchObject({ lastReply: { code: 421 } });
  });

  test('our own fault ends a session as aborted', async () => {
    await using setting = await start({
      intake: {
        append() {
          throw new Error('broken');
        },
      },
      patience: { lingerMs: 50 },
    });
    const client = await setting.connect();
    await client.send(`${hello}${envelope}DATA\r\nx\r\n.\r\n`);
    await client.readToEnd();
    expect(await setting.ended('aborted')).toMatchObject({ messageIds: [] });
  });
});

describe('while it is open', () => {
  test('it is listed first, with what it did so far, and can be filtered', async () => {
    await using setting = await start();
    const over = await setting.connect();
    await over.command('QUIT');
    await setting.ended('nothing');
    const client = await setting.connect();
    await client.send(`EHLO Grinding.example.test\r\n${envelope}`);
    await client.readReplies(4);
    const page = await setting.list();
    expect(page.sessions.map(({ outcome }) => outcome)).toEqual(['open', 'nothing']);
    expect(page.total).toBe(2);
    expect(page.byOutcome).toEqual({ open: 1, nothing: 1 });
    expect(page.sessions[0]).toMatchObject({
      endedAtMs: null,
      durationMs: null,
      ehloName: 'Grinding.example.test',
      lastReply: { verb: 'RCPT', code: 250 },
    });
    const totals: [Partial<SessionFilter>, number][] = [
      [{ outcome: 'open' }, 1],
      [{ outcome: 'timeout' }, 0],
      [{ text: 'GRINDING' }, 1],
      [{ text: 'rcpt to:<B@' }, 1],
      [{ text: '220 mx' }, 2],
      [{ text: '%' }, 0],
      [{ peer: '127.0.0.1' }, 2],
      [{ peer: '127.0.0' }, 0],
      [{ user: 'alice' }, 0],
      [{ error: 'timeout' }, 0],
    ];
    for (const [filter, total] of totals) {
      expect((await setting.list(filter)).total, JSON.stringify(filter)).toBe(total);
    }
    await client.command('AUTH PLAIN AEFsaWNlAHNlY3JldA==');
    expect((await setting.list({ user: 'alice' })).total).toBe(0);
  });

  test('by reply and by error it is found when it caused them, not when it mentions them', async () => {
    await using setting = await start();
    const cause = await setting.connect();
    await cause.send('FOO\r\n');
    await cause.readReplies(2);
    const mention = await setting.connect();
    await mention.send('EHLO 500.parse_error.example.test\r\nNOOP 500 UNKNOWN 500 parse_error\r\n');
    await mention.readReplies(3);
    const [found] = (await setting.list({ text: 'FOO' })).sessions;
    const cases: [Partial<SessionFilter>, number][] = [
      [{ text: '500' }, 2],
      [{ text: 'parse_error' }, 1],
      [{ reply: { verb: null, code: 500 } }, 1],
      [{ reply: { verb: 'UNKNOWN', code: 500 } }, 1],
      [{ reply: { verb: 'NOOP', code: 500 } }, 0],
      [{ error: 'parse_error' }, 1],
      [{ reply: { verb: null, code: 220 } }, 2],
      [{ reply: { verb: null, code: 500 }, error: 'timeout' }, 0],
    ];
    const check = async () => {
      for (const [filter, total] of cases) {
        const page = await setting.list(filter);
        expect({ filter, total: page.total }).toEqual({ filter, total });
        if (total === 1 && filter.text === undefined) expect(page.sessions[0]?.id).toBe(found?.id);
      }
    };
    expect(found?.outcome).toBe('open');
    await check();
    for (const client of [cause, mention]) await client.command('QUIT');
    await eventually(async () => (await setting.list()).byOutcome).toEqual({
      rejected: 1,
      nothing: 1,
    });
    await check();
    const whole = { filter: anything, limit: 9, beforeSeq: null };
    await eventually(async () => (await setting.storage.listSessions(whole)).sessions.length).toBe(
      2,
    );
    await check();
  });

  test('a reply that could not be written was not sent', async () => {
    await using setting = await start();
    const { observer } = setting.recorder;
    const facts = { id: 'gone', listener: 'smtp', peerAddress: '::1', peerPort: 5 } as const;
    observer.connectionOpened?.(facts, { bytesReceived: 0 });
    observer.observed?.(facts, { kind: 'reply', verb: 'DATA', code: 451, tookMs: 1 }, null);
    observer.observed?.(facts, { kind: 'reply', verb: 'DATA', code: 452, tookMs: 1 }, 7);
    expect((await setting.list({ reply: { verb: null, code: 451 } })).total).toBe(0);
    expect((await setting.list({ reply: { verb: null, code: 452 } })).total).toBe(1);
  });

  test('pages go from open ones to stored ones and miss none', async () => {
    await using setting = await start();
    for (let i = 0; i < 3; i++) await (await setting.connect()).command('QUIT');
    await eventually(async () => (await setting.list({ outcome: 'nothing' })).total).toBe(3);
    const clients = await Promise.all([1, 2, 3].map(() => setting.connect()));
    for (const client of clients) await client.readReply();
    const whole = await setting.list();
    expect(whole.sessions).toHaveLength(6);
    for (const limit of [1, 2, 3, 4, 6]) {
      const found: string[] = [];
      let cursor: SessionCursor | null = null;
      for (let pages = 0; pages === 0 || cursor !== null; pages++) {
        const page: SessionPage = await setting.recorder.list({ filter: anything, limit, cursor });
        expect(page.total).toBe(6);
        expect(page.sessions.length).toBeLessThanOrEqual(limit);
        found.push(...page.sessions.map(({ id }) => id));
        cursor = page.next;
        expect(pages).toBeLessThan(7);
      }
      expect(found).toEqual(whole.sessions.map(({ id }) => id));
    }
  });
});

describe('events', () => {
  const told = (events: readonly AppEvent[]) =>
    events.flatMap((event) => (event.kind === 'session' ? [event.session] : []));

  test('at its opening, for changes, and at its end', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.readReply();
    await client.command('EHLO client.example.test');
    await eventually(() => told(setting.events).at(-1)?.ehloName).toBe('client.example.test');
    await client.command('QUIT');
    await eventually(() => told(setting.events).at(-1)?.outcome).toBe('nothing');
    const events = told(setting.events);
    expect(events[0]).toMatchObject({ outcome: 'open', lastReply: null });
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  test('of many at once only some are told, and then that there were more', async () => {
    await using setting = await start({ connectionsMax: 500 });
    await Promise.all(
      Array.from({ length: 150 }, async () => {
        const client = await setting.connect();
        await client.send(`${hello}QUIT\r\n`);
        await client.readToEnd();
      }),
    );
    await eventually(() => setting.events.some(({ kind }) => kind === 'sessions-changed')).toBe(
      true,
    );
    expect(told(setting.events).length).toBeLessThan(300);
    expect((await setting.list()).total).toBe(150);
  });
});

describe('bounds', () => {
  test('of a long session the first and the last lines, and how many are missing', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.send(`${hello}${'NOOP\r\n'.repeat(2_000)}VRFY last\r\nQUIT\r\n`);
    await client.readReplies(2_004);
    const session = await setting.ended('nothing');
    // Greeting, EHLO and its reply lines, two for each NOOP, two each for VRFY and QUIT.
    expect(session.lines.length).toBe(501);
    expect(session.lines[400]).toMatchObject({
      from: 'note',
      text: `… ${session.linesDropped} lines left out …`,
    });
    expect(session.linesDropped).toBeGreaterThan(3_500);
    expect(dialogue(session)).toContain('c: VRFY last');
    expect(session.replies.length).toBe(500);
    expect(session.replies.at(-1)).toMatchObject({ verb: 'QUIT', code: 221 });
  });

  test('of long lines so many that a session stays small', async () => {
    await using setting = await start({ errorsMax: 1_000 });
    const client = await setting.connect();
    await client.send(`HELP ${'x'.repeat(490)}\r\n`.repeat(500));
    await client.send('QUIT\r\n');
    await client.readReplies(502);
    await eventually(async () => (await setting.list({ outcome: 'open' })).total).toBe(0);
    const [summary] = (await setting.list()).sessions;
    const session = await setting.recorder.get(summary?.id ?? '');
    const characters = session?.lines.reduce((sum, { text }) => sum + text.length, 0);
    expect(characters).toBeLessThan(66_000);
    expect(session?.linesDropped).toBeGreaterThan(100);
    expect(session?.lines.at(-1)?.text).toMatch(/^221 /);
  });

  test('ids of the first 20 messages, and the count of all', async () => {
    await using setting = await start();
    const client = await setting.connect();
    await client.send(`${hello}${`${envelope}DATA\r\nx\r\n.\r\n`.repeat(25)}QUIT\r\n`);
    await client.readReplies(103);
    const session = await setting.ended('delivered');
    expect([session.messageIds.length, session.messageCount]).toEqual([20, 25]);
  });
});

describe('the store', () => {
  test('a failure is told once, and what waits is written when it is over', async () => {
    let broken = true;
    await using setting = await start({
      wrap: (storage) => ({
        packSession: (session) => storage.packSession(session),
        unpackSession: (packed) => storage.unpackSession(packed),
        saveSessions: (sessions) =>
          broken ? Promise.reject(new Error('no room')) : storage.saveSessions(sessions),
        listSessions: (query) => storage.listSessions(query),
        getSession: (id) => storage.getSession(id),
        clearSessions: () => storage.clearSessions(),
      }),
    });
    for (let i = 0; i < 3; i++) await (await setting.connect()).command('QUIT');
    await eventually(async () => (await setting.list({ outcome: 'nothing' })).total).toBe(3);
    const page = await setting.list();
    expect(page.sessions).toHaveLength(3);
    expect(await setting.recorder.get(page.sessions[0]?.id ?? '')).toMatchObject({
      outcome: 'nothing',
    });
    expect(setting.errors.map(({ message }) => message)).toEqual(['no room']);
    broken = false;
    expect((await setting.list()).total).toBe(3);
    const stored = { filter: anything, limit: 9, beforeSeq: null };
    expect((await setting.storage.listSessions(stored)).sessions).toHaveLength(3);
  });

  test('clearing deletes what has ended and leaves what is open', async () => {
    await using setting = await start();
    await (await setting.connect()).command('QUIT');
    await setting.ended('nothing');
    await (await setting.connect()).readReply();
    expect(await setting.recorder.clear()).toBe(1);
    expect((await setting.list()).byOutcome).toEqual({ open: 1 });
    expect(setting.events.at(-1)).toEqual({ kind: 'sessions-changed' });
  });

  test('without a clock sessions are kept, and no step claims a time', async () => {
    await using setting = await start({ timed: false });
    const client = await setting.connect();
    await client.send(`${hello}${envelope}DATA\r\nx\r\n.\r\nQUIT\r\n`);
    await client.readReplies(7);
    const session = await setting.ended('delivered');
    expect(session.replies).toEqual([]);
    expect(dialogue(session)).toContain('c: DATA');
    expect(session.lastReply).toMatchObject({ verb: 'QUIT', code: 221 });
  });
});
