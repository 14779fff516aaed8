import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../../db/session-types.ts';
import type { SessionFacts } from '../../smtp/types.ts';
import { request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { sessionRecord } from '../../testing/session-record.ts';
import { sessionDetail, sessionPage, sessionsRemoved } from '../session-shapes.ts';

const json = { 'Content-Type': 'application/json' };

async function list(http: HttpFixture, query = '') {
  const { status, body } = await request(http.port, `GET /api/sessions${query}`);
  expect(status, body.toString()).toBe(200);
  return sessionPage.parse(JSON.parse(body.toString()));
}

async function problem(http: HttpFixture, line: string, body = '') {
  const answer = await request(http.port, line, body === '' ? {} : json, body);
  return { status: answer.status, ...JSON.parse(answer.body.toString()) };
}

function save(http: HttpFixture, sessions: readonly SessionRecord[]): Promise<void> {
  return http.storage.saveSessions(sessions.map((one) => http.storage.packSession(one)));
}

/** A session that has only been greeted. */
function connectTo(http: HttpFixture, id: string): SessionFacts {
  const facts: SessionFacts = { id, listener: 'smtp', peerAddress: '::1', peerPort: 5 };
  const { observer } = http.sessions;
  observer.connectionOpened?.(facts, { bytesReceived: 3 });
  const line = { atMs: 0, from: 'server', text: '220 mx.example.test' } as const;
  observer.observed?.(facts, { kind: 'line', line }, 0);
  observer.observed?.(facts, { kind: 'reply', verb: 'CONNECT', code: 220, tookMs: 1 }, 0);
  return facts;
}

describe('the list of sessions', () => {
  it('shows open ones and stored ones, with their counts', async () => {
    await using http = await startHttp();
    expect(await list(http)).toEqual({ sessions: [], nextCursor: null, total: 0, byOutcome: {} });
    await save(http, [
      sessionRecord(1, { outcome: 'delivered', messageIds: ['m'], messageCount: 1 }),
      sessionRecord(2, { outcome: 'timeout', errors: ['timeout'], authUser: 'alice' }),
    ]);
    connectTo(http, 'open-1');
    const page = await list(http);
    expect(page.sessions.map(({ id }) => id)).toEqual(['open-1', 'run-2', 'run-1']);
    expect(page).toMatchObject({ total: 3, byOutcome: { open: 1, delivered: 1, timeout: 1 } });
    expect(page.sessions[0]).toMatchObject({
      outcome: 'open',
      endedAt: null,
      durationMs: null,
      bytesReceived: 3,
      lastReply: { verb: 'CONNECT', code: 220, text: 'mx.example.test' },
    });
    expect(page.sessions[1]).toMatchObject({
      startedAt: '2026-01-01T00:00:02.000Z',
      endedAt: '2026-01-01T00:00:02.012Z',
      durationMs: 12.345,
      errors: ['timeout'],
    });
  });

  it.each([
    ['?outcome=timeout', ['run-2']],
    ['?outcome=open', ['open-1']],
    ['?error=timeout', ['run-2']],
    ['?reply=250', ['run-2']],
    ['?reply=CONNECT%20220', ['open-1', 'run-1']],
    ['?reply=220&error=timeout', []],
    ['?peer=%3A%3A1', ['open-1']],
    ['?user=alice', ['run-2']],
    ['?query=EHLO%20client', ['run-2', 'run-1']],
    ['?query=220%20mx&peer=127.0.0.1&outcome=nothing', ['run-1']],
  ])('%s', async (query, ids) => {
    await using http = await startHttp();
    await save(http, [
      sessionRecord(1),
      sessionRecord(2, {
        outcome: 'timeout',
        errors: ['timeout'],
        authUser: 'alice',
        replyKinds: ['MAIL 250'],
      }),
    ]);
    connectTo(http, 'open-1');
    const page = await list(http, query);
    expect(page.sessions.map(({ id }) => id)).toEqual(ids);
    expect(page.total).toBe(ids.length);
  });

  it('is paged by cursor', async () => {
    await using http = await startHttp();
    await save(
      http,
      [1, 2, 3].map((number) => sessionRecord(number)),
    );
    connectTo(http, 'open-1');
    connectTo(http, 'open-2');
    const ids: string[] = [];
    let query = '?limit=2';
    for (let pages = 0; pages < 3; pages++) {
      const page = await list(http, query);
      ids.push(...page.sessions.map(({ id }) => id));
      query = `?limit=2&cursor=${page.nextCursor}`;
      expect(page.nextCursor === null).toBe(pages === 2);
    }
    expect(ids).toEqual(['open-2', 'open-1', 'run-3', 'run-2', 'run-1']);
  });

  it.each([
    '?outcome=fine',
    '?error=TIMEOUT',
    '?error=',
    '?reply=',
    '?reply=600',
    '?reply=mail%20250',
    '?reply=250%20MAIL',
    '?limit=0',
    '?limit=501',
    '?peer=',
    `?query=${'x'.repeat(201)}`,
    '?sort=asc',
    '?limit=1&limit=2',
  ])('%s is refused', async (query) => {
    await using http = await startHttp();
    const refusal = await problem(http, `GET /api/sessions${query}`);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it.each([
    'x',
    Buffer.from('before:x').toString('base64url'),
    Buffer.from('up:1').toString('base64url'),
  ])('the cursor %s is refused', async (cursor) => {
    await using http = await startHttp();
    const refusal = await problem(http, `GET /api/sessions?cursor=${cursor}`);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_cursor' });
    // A cursor of one list is none of the other when it says something else.
    const open = Buffer.from('open:1').toString('base64url');
    expect((await problem(http, `GET /api/messages?cursor=${open}`)).code).toBe('invalid_cursor');
  });
});

describe('one session', () => {
  it('has its transcript and its steps, open or stored', async () => {
    await using http = await startHttp();
    const stored = sessionRecord(1, { tlsFailure: 'why', linesDropped: 2 });
    await save(http, [stored]);
    connectTo(http, 'open-1');
    const get = async (id: string) => {
      const { body } = await request(http.port, `GET /api/sessions/${id}`);
      return sessionDetail.parse(JSON.parse(body.toString()));
    };
    const { lines, replies, linesDropped, tlsFailure } = stored;
    expect(await get('run-1')).toMatchObject({ lines, replies, linesDropped, tlsFailure });
    expect(await get('open-1')).toMatchObject({
      outcome: 'open',
      lines: [{ from: 'server', text: '220 mx.example.test' }],
      replies: [{ atMs: 0, verb: 'CONNECT', code: 220, tookMs: 1 }],
    });
  });

  it('that is not there is a problem', async () => {
    await using http = await startHttp();
    expect(await problem(http, 'GET /api/sessions/nothing')).toMatchObject({
      status: 404,
      code: 'session_not_found',
    });
  });
});

describe('deleting', () => {
  it('takes all that have ended, when asked for all', async () => {
    await using http = await startHttp();
    await save(http, [sessionRecord(1), sessionRecord(2)]);
    connectTo(http, 'open-1');
    const { status, body } = await request(http.port, 'DELETE /api/sessions', json, '{"all":true}');
    expect([status, sessionsRemoved.parse(JSON.parse(body.toString()))]).toEqual([
      200,
      { count: 2 },
    ]);
    expect((await list(http)).byOutcome).toEqual({ open: 1 });
  });

  it.each(['', '{}', '{"all":false}', '{"ids":["run-1"]}', '{"all":true,"ids":[]}'])(
    'with %s as its body takes none',
    async (body) => {
      await using http = await startHttp();
      await save(http, [sessionRecord(1)]);
      expect((await problem(http, 'DELETE /api/sessions', body)).status).toBe(
        body === '' ? 415 : 400,
      );
      expect((await list(http)).total).toBe(1);
    },
  );

  it('from a foreign page is refused', async () => {
    await using http = await startHttp();
    await save(http, [sessionRecord(1)]);
    const headers = { ...json, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const { status } = await request(http.port, 'DELETE /api/sessions', headers, '{"all":true}');
    expect(status).toBe(403);
    expect((await list(http)).total).toBe(1);
  });
});
