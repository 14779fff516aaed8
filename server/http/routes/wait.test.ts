/** A request that is held until the message is there, or until it is known why it is not. */
import { expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { openSocket } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';

const message = (subject: string) =>
  `From: App <app@acme.test>\r\nTo: x@y.test\r\nSubject: ${subject}\r\n\r\nYour code is 493027.\r\n`;

/** A message or a problem. */
interface Answer {
  readonly id: string;
  readonly seq: number;
  readonly subject: string;
  readonly detail: string;
}

async function wait(http: HttpFixture, query: string) {
  const response = await fetch(`${http.url}/api/wait${query}`);
  return { status: response.status, body: (await response.json()) as Answer };
}

test('what is there is answered at once, with codes', async () => {
  await using http = await startHttp();
  await http.deliver(message('Confirm'), ['ann@acme.test']);
  const { status, body } = await wait(http, '?to=ANN@acme.test&subject=confirm&timeout=0s');
  expect(status).toBe(200);
  expect(body).toMatchObject({ subject: 'Confirm', codes: [{ value: '493027' }] });
});

test('a request is held, and answered when the message comes, once', async () => {
  await using http = await startHttp();
  const waiting = wait(http, '?inbox=@acme.test,user:nobody');
  await eventually(() => http.waits.count).toBe(1);
  await http.deliver(message('Other'), ['x@else.test']);
  const id = await http.deliver(message('Mine'), ['ann@acme.test']);
  expect((await waiting).body).toMatchObject({ id });
  expect(http.waits.count).toBe(0);
});

test('the oldest comes first, and one can go on behind a message', async () => {
  await using http = await startHttp();
  const first = await http.deliver(message('One'));
  await http.deliver(message('Two'));
  const one = await wait(http, '?timeout=0s');
  expect(one.body.id).toBe(first);
  expect((await wait(http, `?after=${first}&timeout=0s`)).body.subject).toBe('Two');
  expect((await wait(http, `?afterSeq=${one.body.seq}&timeout=0s`)).body.subject).toBe('Two');
});

test('within a group no message is handed out twice, also when all ask at once', async () => {
  await using http = await startHttp();
  const asking = Array.from({ length: 5 }, () => wait(http, '?claim=suite&timeout=10s'));
  await eventually(() => http.waits.count).toBe(5);
  for (const subject of ['1', '2', '3', '4', '5']) await http.deliver(message(subject));
  const answers = await Promise.all(asking);
  expect(answers.map(({ body }) => body.subject).sort()).toEqual(['1', '2', '3', '4', '5']);
  expect((await wait(http, '?claim=suite&timeout=0s')).status).toBe(408);
  expect((await wait(http, '?claim=other&timeout=0s')).body.subject).toBe('1');
});

test('when nothing comes the answer is 408 and says why', async () => {
  await using http = await startHttp();
  await http.deliver(message('Welcome'), ['ann@acme.test']);
  const { status, body } = await wait(http, '?inbox=ann@acme.test&subject=Confirm&timeout=20ms');
  expect(status).toBe(408);
  expect(body).toMatchObject({ code: 'no_message', causes: [{ kind: 'near-miss' }] });
  expect(body.detail).toContain('subject ✗ (has Welcome)');
});

test.each([
  ['?inbox=nonsense', 400, 'invalid_request'],
  ['?timeout=1h', 400, 'invalid_request'],
  ['?timeout=56s', 400, 'invalid_request'],
  ['?subjekt=x', 400, 'invalid_request'],
  ['?after=nobody', 400, 'invalid_request'],
  ['?claim=a%20b', 400, 'invalid_request'],
])('%s is refused', async (query, status, code) => {
  await using http = await startHttp();
  expect(await wait(http, query)).toMatchObject({ status, body: { code } });
});

test('only so many may wait; one that goes away frees its place', async () => {
  await using http = await startHttp({ limits: { waitsMax: 1 } });
  const socket = await openSocket(http.port);
  socket.write('GET /api/wait HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await eventually(() => http.waits.count).toBe(1);
  expect(await wait(http, '?timeout=0s')).toMatchObject({
    status: 503,
    body: { code: 'too_many_waits' },
  });
  socket.destroy();
  await eventually(() => http.waits.count).toBe(0);
  await http.deliver(message('Late'));
  expect((await wait(http, '?timeout=0s')).status).toBe(200);
  expect(http.errors).toEqual([]);
});

test('a server that stops lets nobody hang', async () => {
  const http = await startHttp();
  const waiting = wait(http, '?timeout=50s');
  await eventually(() => http.waits.count).toBe(1);
  await http[Symbol.asyncDispose]();
  expect(await waiting).toMatchObject({ status: 503, body: { code: 'stopping' } });
});

test('when nothing is under way the barrier is passed at once', async () => {
  await using http = await startHttp();
  const response = await fetch(`${http.url}/api/wait/settled?timeout=0s`);
  expect(await response.json()).toEqual({ settled: true });
});
