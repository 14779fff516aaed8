import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askGate } from '../../testing/ask-gate.ts';
import { request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';

let http: HttpFixture;
beforeEach(async () => {
  http = await startHttp();
});
afterEach(() => http[Symbol.asyncDispose]());

const mailboxFull = {
  at: 'rcpt',
  where: { recipient: '*@full.test' },
  when: { times: 2 },
  effect: { kind: 'reply', code: 452, enhanced: '4.2.2' },
};

async function call(line: string, body?: unknown) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const answer = await request(
    http.port,
    line,
    headers,
    body === undefined ? '' : JSON.stringify(body),
  );
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

/** What the SMTP server would ask when a client names this recipient. */
function rcpt(recipient = 'a@full.test') {
  askGate(http.faults).ask('rcpt', { recipients: [recipient] });
}

describe('what is wrong is named, and nothing is added', () => {
  test.each<readonly [unknown, string, RegExp]>([
    [{ ...mailboxFull, at: 'helo' }, 'at', /accept/],
    [{ ...mailboxFull, wehn: {} }, 'wehn', /not known/],
    [{ ...mailboxFull, where: { to: 'x' } }, 'where.to', /known are recipient, domain/],
    [{ ...mailboxFull, effect: { kind: 'reset', code: 5 } }, 'effect.code', /^is not known$/],
    [{ ...mailboxFull, when: { times: 0 } }, 'when.times', /1/],
    [{ ...mailboxFull, effect: { kind: 'explode' } }, 'effect.kind', /reply/],
    [{ ...mailboxFull, effect: { kind: 'lose' } }, 'effect', /cannot happen at rcpt/],
    [{ ...mailboxFull, at: 'banner' }, 'where.recipient', /not known at banner/],
    [{ at: 'rcpt' }, 'effect', /missing/],
    [{ ...mailboxFull, where: { recipient: 'x'.repeat(300) } }, 'where.recipient', /256/],
  ])('%j', async (spec, field, detail) => {
    const { status, body } = await call('POST /api/faults', spec);
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
    expect(body.fields).toContainEqual({
      in: 'body',
      name: field,
      detail: expect.stringMatching(detail),
    });
    expect(http.faults.list()).toEqual([]);
  });

  test('a flood is refused with 409', async () => {
    const add = () => call('POST /api/faults', { ...mailboxFull, when: {} });
    for (let i = 0; i < 200; i++) expect((await add()).status).toBe(201);
    expect(await add()).toMatchObject({ status: 409, body: { code: 'too_many_faults' } });
    expect(await call('DELETE /api/faults', { all: true })).toMatchObject({ body: { count: 200 } });
    expect((await add()).status).toBe(201);
  });

  test.each(['GET /api/faults/f9', 'DELETE /api/faults/f9', 'GET /api/faults/f9/hits'])(
    '%s',
    async (line) => {
      expect(await call(line)).toMatchObject({ status: 404, body: { code: 'fault_not_found' } });
    },
  );

  test('all are removed by saying so only', async () => {
    await call('POST /api/faults', mailboxFull);
    expect((await call('DELETE /api/faults', {})).status).toBe(400);
    expect(http.faults.list()).toHaveLength(1);
  });

  test('an unknown scenario', async () => {
    expect(await call('POST /api/faults/scenarios/sunspots', {})).toMatchObject({
      status: 404,
      body: { code: 'scenario_not_found' },
    });
  });
});

test('a rule from its adding to its end', async () => {
  const added = await call('POST /api/faults', mailboxFull);
  expect(added).toMatchObject({
    status: 201,
    body: {
      id: 'f1',
      spec: { at: 'rcpt', when: { times: 2 } },
      text: 'rcpt: 452 4.2.2, recipient *@full.test, 2 times',
      state: 'armed',
      hitCount: 0,
      lastHit: null,
    },
  });
  rcpt();
  rcpt('b@other.test');
  expect((await call('GET /api/faults')).body.faults).toMatchObject([
    { id: 'f1', hitCount: 1, matchCount: 1, lastHit: { recipients: ['a@full.test'] } },
  ]);
  expect(await call('PATCH /api/faults/f1', { paused: true })).toMatchObject({
    body: { state: 'paused' },
  });
  rcpt();
  expect(await call('PATCH /api/faults/f1', { paused: false })).toMatchObject({
    body: { state: 'armed' },
  });
  rcpt();
  const removed = await call('DELETE /api/faults/f1');
  expect(removed.body).toMatchObject({ state: 'removed', hitCount: 2 });
  expect(removed.body.hits.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
  expect((await call('GET /api/faults/f1')).status).toBe(404);
});

describe('waiting for hits', () => {
  test('is answered the moment there are enough', async () => {
    await call('POST /api/faults', { ...mailboxFull, when: {} });
    expect((await call('GET /api/faults/f1/hits')).body).toEqual({ hitCount: 0, hits: [] });
    const waiting = call('GET /api/faults/f1/hits?count=2&timeoutMs=60000');
    // The request has to be there first, or it would find what it waits for.
    await http.faults.waitForHits('f1', 1, { timeoutMs: 1 });
    rcpt();
    rcpt();
    expect(await waiting).toMatchObject({
      status: 200,
      body: { hitCount: 2, hits: [{ number: 1 }, { number: 2, text: '452 4.2.2' }] },
    });
    expect((await call('GET /api/faults/f1/hits?count=2')).status).toBe(200);
  });

  test('says with 408 how far it came', async () => {
    await call('POST /api/faults', mailboxFull);
    rcpt();
    const { status, body } = await call('GET /api/faults/f1/hits?count=2&timeoutMs=1');
    expect(status).toBe(408);
    expect(body).toMatchObject({ code: 'fault_not_fired' });
    expect(body.detail).toContain('fired 1 of 2 times within 1 ms');
  });

  test('ends when the rule goes', async () => {
    await call('POST /api/faults', mailboxFull);
    const waiting = call('GET /api/faults/f1/hits?count=1&timeoutMs=60000');
    await call('DELETE /api/faults', { all: true });
    expect((await waiting).body.code).toMatch(/^fault_not_f(?:ired|ound)$/);
  });

  test.each(['count=0', 'count=x', 'timeoutMs=600000', 'wait=1'])('refuses %s', async (query) => {
    await call('POST /api/faults', mailboxFull);
    expect((await call(`GET /api/faults/f1/hits?${query}`)).status).toBe(400);
  });
});

test('scenarios are listed, started and narrowed', async () => {
  const { body } = await call('GET /api/faults/scenarios');
  expect(body.scenarios.length).toBeGreaterThan(10);
  for (const { name, title, text, rules } of body.scenarios) {
    expect([name, title, text].every((word) => word.length > 0)).toBe(true);
    const started = await call(`POST /api/faults/scenarios/${name}`, {});
    expect(started.status).toBe(201);
    expect(started.body.faults).toHaveLength(rules.length);
  }
  const narrowed = await call('POST /api/faults/scenarios/mailbox-full', {
    where: { inbox: 'a@full.test' },
  });
  expect(narrowed.body.faults).toMatchObject([{ spec: { where: { inbox: ['a@full.test'] } } }]);
  const wrong = await call('POST /api/faults/scenarios/provider-outage', {
    where: { sender: 'x' },
  });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

test('magic addresses can be seen and switched off, not removed', async () => {
  rcpt('452@rcpt.fault.test');
  expect((await call('GET /api/faults')).body.magic).toMatchObject({ id: 'magic', hitCount: 1 });
  expect(await call('PATCH /api/faults/magic', { paused: true })).toMatchObject({
    body: { state: 'paused' },
  });
  rcpt('452@rcpt.fault.test');
  expect((await call('GET /api/faults/magic/hits')).body.hitCount).toBe(1);
  expect((await call('DELETE /api/faults/magic')).status).toBe(404);
});
