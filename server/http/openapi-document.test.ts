import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Metrics } from '../metrics/metrics.ts';
import { request } from '../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../testing/http-fixture.ts';
import { startMetrics } from '../testing/metrics-source.ts';
import { type RelayFixture, startTestRelay } from '../testing/relay-fixture.ts';
import { sessionRecord } from '../testing/session-record.ts';
import { createHttpApp } from './app.ts';
import * as checkShapes from './check-shapes.ts';
import { problemStatus } from './errors.ts';
import { createEventStream } from './event-stream.ts';
import * as faultShapes from './fault-shapes.ts';
import * as inboxShapes from './inbox-shapes.ts';
import * as metricsShapes from './metrics-shapes.ts';
import { createContentTokens } from './security/content-token.ts';
import * as sessionShapes from './session-shapes.ts';
import * as messageShapes from './shapes.ts';
import { defaultHttpLimits } from './types.ts';

const shapes = {
  ...messageShapes,
  ...inboxShapes,
  ...checkShapes,
  ...sessionShapes,
  ...metricsShapes,
  ...faultShapes,
};

/** The parts of an OpenAPI 3.1 document that we write, and nothing else. */
const reference = z.strictObject({ $ref: z.string().startsWith('#/components/schemas/') });
const schemaObject = z.union([reference, z.record(z.string(), z.unknown())]);
const content = z.record(
  z.string().regex(/^[\w*.+-]+\/[\w*.+-]+$/),
  z.strictObject({ schema: schemaObject.optional() }),
);
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: z.string().min(1),
  description: z.string().optional(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      in: z.enum(['path', 'query']),
      required: z.boolean(),
      description: z.string().optional(),
      schema: schemaObject,
    }),
  ),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(
    z.string().regex(/^(?:[1-5]\d\d|default)$/),
    z.strictObject({ description: z.string().min(1), content: content.optional() }),
  ),
});
const openApi = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Z]\w+$/), z.record(z.string(), z.unknown())),
    securitySchemes: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** A rule with everything that a rule can have. */
const everyEffect = {
  name: 'All',
  at: 'final',
  where: {
    recipient: '*',
    domain: ['*'],
    sender: '',
    user: 'x',
    inbox: '@y',
    peer: '*',
    tls: true,
  },
  when: { forMs: 1_000, skip: 1, every: 2, chance: 0.5, times: 3, per: 'sender' },
  effect: {
    kind: 'sequence',
    repeat: true,
    steps: [
      { kind: 'reply', code: 451, enhanced: '4.3.0', text: ['a', 'b'], delayMs: [1, 2] },
      { kind: 'delay', delayMs: 5 },
      { kind: 'stall' },
      { kind: 'reset', delayMs: 1 },
      { kind: 'close' },
      { kind: 'throttle', bytesPerSecond: 10 },
      { kind: 'lose' },
      { kind: 'store-then-fail', by: { code: 451, enhanced: null } },
      { kind: 'ok' },
    ],
  },
  mustFire: true,
};

type Document = z.infer<typeof openApi>;

let metrics: Metrics;
let relay: RelayFixture;
let http: HttpFixture;
let document: Document;
beforeAll(async () => {
  metrics = startMetrics();
  relay = await startTestRelay({ returnPath: 'a@example.test' });
  const spamCheck = {
    check: async () => ({ isSpam: false, score: 0.1, threshold: 5, rules: [] }),
  };
  http = await startHttp({ caPem: 'PEM', metrics, relay: relay.relay, spamCheck });
  const answer = await request(http.port, 'GET /api/openapi.json');
  document = openApi.parse(JSON.parse(answer.body.toString()));
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
  await metrics.close();
});

function operations(): [string, z.infer<typeof operation>][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, found]): [string, z.infer<typeof operation>] => [
      `${method.toUpperCase()} ${path}`,
      found,
    ]),
  );
}

describe('the OpenAPI document', () => {
  it('has every route of the app, and nothing else', () => {
    const options = {
      host: '127.0.0.1',
      port: 0,
      backlog: 1,
      httpAuth: null,
      allowedHosts: [],
      allowedOrigins: [],
      pageDirectory: '/nonexistent',
      limits: defaultHttpLimits,
    };
    const eventStream = createEventStream(http.events, defaultHttpLimits);
    const app = createHttpApp({
      storage: http.storage,
      events: http.events,
      sessions: http.sessions,
      waits: http.waits,
      faults: http.faults,
      metrics: null,
      serverInfo: () => Promise.reject(new Error('not asked')),
      caPem: () => null,
      relay: null,
      checks: { links: { check: async () => [] }, spam: null },
      tasks: http.tasks,
      sendTestMessage: () => Promise.reject(new Error('not asked')),
      logError: () => {},
      options,
      eventStream,
      contentTokens: createContentTokens(),
    });
    eventStream.close();
    // ALL: the guard before, the page behind.
    const routes = app.routes.filter(({ method }) => method !== 'ALL');
    expect(routes.length).toBeGreaterThan(15);
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(
      routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort(),
    );
  });

  it('declares the parameters of every path, and each operation once', () => {
    for (const [name, { parameters }] of operations()) {
      const inPath = Array.from(name.matchAll(/\{(\w+)\}/g), (match) => match[1]);
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      expect(
        declared.map((parameter) => parameter.name),
        name,
      ).toEqual(inPath);
      expect(declared.every(({ required }) => required)).toBe(true);
    }
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers only to schemas that it has, and has every shape', () => {
    const references = Array.from(
      JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
      (match) => match[1] ?? '',
    );
    const names = Object.keys(document.components.schemas);
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(names).toContain(name);
    const shapeNames = Object.entries(shapes)
      .filter(([, shape]) => shape instanceof z.ZodType)
      .map(([name]) => name.charAt(0).toUpperCase() + name.slice(1));
    expect(names.sort()).toEqual(shapeNames.sort());
  });

  it('is closed to unknown fields where requests are, open where answers may grow', () => {
    const { MessageChange, MessageSummary } = document.components.schemas;
    expect(MessageChange?.additionalProperties).toBe(false);
    expect(MessageSummary?.additionalProperties).toBeUndefined();
  });

  it('names only statuses that a problem can have', () => {
    const known = new Set<string>(Object.values(problemStatus).map(String));
    for (const [name, { responses }] of operations()) {
      for (const [status, { content: types }] of Object.entries(responses)) {
        if (types?.['application/problem+json'] && status !== 'default') {
          expect(known.has(status), `${name} ${status}`).toBe(true);
        }
      }
    }
  });

  it('says when credentials are needed', async () => {
    expect(document.security).toBeUndefined();
    await using secured = await startHttp({ httpAuth: { user: 'u', password: 'p' } });
    const { body } = await request(secured.port, 'GET /api/openapi.json', {
      Authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    });
    const { security, components } = openApi.parse(JSON.parse(body.toString()));
    expect(security).toEqual([{ basic: [] }]);
    expect(components.securitySchemes).toEqual({ basic: { type: 'http', scheme: 'basic' } });
  });
});

describe('answers are what the document says', () => {
  it('every operation, status, media type and shape', async () => {
    const html = await http.deliver(
      'Subject: x\r\nX-Tags: a\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <c>\r\n\r\nx\r\n--b--\r\n',
    );
    const text = await http.deliver('Subject: y\r\n\r\ntext');
    const doomed = await http.deliver('Subject: z\r\n\r\ntext');
    const removed = await http.storage.remove({ kind: 'ids', ids: [doomed] });
    await http.storage.saveSessions([http.storage.packSession(sessionRecord(1))]);
    const another = await http.deliver('Subject: z\r\n\r\ntext');
    const made = await http.storage.createInbox({
      name: 'All of them',
      query: 'text',
      filter: { kind: 'words', field: 'any', phrase: 'text', prefix: false },
      retention: { messagesMax: 0, ageMsMax: 0 },
    });
    const named = made.kind === 'saved' ? made.id : '';
    const requests: Record<string, { path?: string; body?: unknown; method?: string }> = {
      'GET /api/messages': {},
      'PATCH /api/messages': { body: { selection: { ids: [text] }, isRead: true } },
      'DELETE /api/messages': { body: { ids: [another] } },
      'GET /api/messages/{id}': { path: `/api/messages/${html}` },
      'PATCH /api/messages/{id}': { path: `/api/messages/${text}`, body: { tags: ['t'] } },
      'GET /api/messages/{id}/raw': { path: `/api/messages/${html}/raw?download=1` },
      'GET /api/messages/{id}/html': { path: `/api/messages/${html}/html` },
      'GET /api/messages/{id}/text': { path: `/api/messages/${text}/text` },
      'GET /api/messages/{id}/parts/{path}': { path: `/api/messages/${html}/parts/1` },
      'GET /api/messages/{id}/parts/{path}/thumbnail': {
        path: `/api/messages/${html}/parts/2/thumbnail`,
      },
      'GET /api/messages/{id}/html-check': { path: `/api/messages/${html}/html-check` },
      'POST /api/messages/{id}/link-checks': {
        path: `/api/messages/${html}/link-checks`,
        body: {},
      },
      'POST /api/messages/{id}/spam-checks': { path: `/api/messages/${html}/spam-checks` },
      'GET /api/messages/{id}/cid/{contentId}': { path: `/api/messages/${html}/cid/c` },
      'POST /api/messages/{id}/releases': {
        path: `/api/messages/${text}/releases`,
        body: { to: ['b@example.test'] },
      },
      'DELETE /api/messages/{id}': { path: `/api/messages/${text}` },
      'DELETE /api/removals/{id}': { path: `/api/removals/${removed.id}` },
      'GET /api/inboxes': {},
      'POST /api/inboxes': { body: { name: 'Another', query: 'order' } },
      'GET /api/inboxes/{id}': { path: `/api/inboxes/${named}` },
      'PATCH /api/inboxes/{id}': { path: `/api/inboxes/${named}`, body: { name: 'Renamed' } },
      'GET /api/inboxes/{id}/messages': { path: `/api/inboxes/${named}/messages` },
      'PATCH /api/inboxes/{id}/messages': {
        path: `/api/inboxes/${named}/messages`,
        body: { isRead: true },
      },
      'DELETE /api/inboxes/{id}/messages': { path: `/api/inboxes/${named}/messages` },
      'DELETE /api/inboxes/{id}': { path: `/api/inboxes/${named}` },
      'GET /api/overview': {},
      'GET /api/metrics': {},
      'GET /api/metrics/history': { path: '/api/metrics/history?range=60' },
      'GET /api/metrics/distribution': { path: '/api/metrics/distribution?metric=accept' },
      'GET /metrics': {},
      'GET /api/wait': { path: '/api/wait?timeout=0s' },
      'GET /api/wait/settled': {},
      'GET /api/sessions': {},
      'GET /api/sessions/{id}': { path: '/api/sessions/run-1' },
      'DELETE /api/sessions': { body: { all: true } },
      'GET /api/faults/scenarios': {},
      'POST /api/faults/scenarios/{name}': { path: '/api/faults/scenarios/rate-limit', body: {} },
      'POST /api/faults': { body: everyEffect },
      'GET /api/faults': {},
      'GET /api/faults/{id}': { path: '/api/faults/f2' },
      'PATCH /api/faults/{id}': { path: '/api/faults/f2', body: { paused: true } },
      'GET /api/faults/{id}/hits': { path: '/api/faults/f2/hits' },
      'DELETE /api/faults/{id}': { path: '/api/faults/f2' },
      'DELETE /api/faults': { body: { all: true } },
      'GET /api/server': {},
      'GET /api/ca.pem': {},
      'POST /api/test-messages': { body: {} },
      // A stream has no end to wait for.
      'GET /api/events': { method: 'HEAD' },
      'GET /api/openapi.json': {},
      'GET /livez': {},
      'GET /readyz': {},
    };
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(requests).sort());
    // In the order above: later calls use up what earlier ones need.
    for (const [name, { path, body, method }] of Object.entries(requests)) {
      const [declaredMethod = '', template = ''] = name.split(' ');
      const declared = operations().find(([candidate]) => candidate === name)?.[1];
      const answer = await request(
        http.port,
        `${method ?? declaredMethod} ${path ?? template}`,
        body === undefined ? {} : { 'Content-Type': 'application/json' },
        body === undefined ? '' : JSON.stringify(body),
      );
      const [status] = Object.keys(declared?.responses ?? {}).filter((code) => code < '300');
      expect(String(answer.status), name).toBe(status);
      const types = Object.keys(declared?.responses[status ?? '']?.content ?? {});
      const type = answer.headers['content-type']?.split(';')[0];
      expect(types.length === 0 || types.includes('*/*') || types.includes(type ?? ''), name).toBe(
        true,
      );
      expectShape(declared, status ?? '', type ?? '', answer.body, name);
    }
  });

  it('problems too', async () => {
    for (const line of [
      'GET /api/nothing',
      'GET /api/messages?limit=x',
      'GET /api/messages?cursor=x',
      'PUT /api/messages',
      'DELETE /api/messages',
      'GET /api/messages/x',
      'GET /api/sessions/x',
      'GET /api/faults/x',
      'GET /api/faults/magic/hits?count=1&timeoutMs=1',
      'GET /api/metrics/history?range=1',
    ]) {
      const { body, headers } = await request(http.port, line);
      expect(headers['content-type']).toBe('application/problem+json');
      const problem = JSON.parse(body.toString());
      expect(shapes.problemDetails.parse(problem)).toEqual(problem);
      expect(Object.keys(problemStatus)).toContain(problem.code);
    }
  });
});

/** Parsed by the schema that the document names, an answer loses nothing: no undeclared field. */
function expectShape(
  declared: z.infer<typeof operation> | undefined,
  status: string,
  type: string,
  body: Buffer,
  name: string,
): void {
  const schema = declared?.responses[status]?.content?.[type]?.schema;
  const pointer = reference.safeParse(schema);
  if (!pointer.success) return;
  const shapeName = pointer.data.$ref.slice('#/components/schemas/'.length);
  const shape = Object.entries(shapes).find(
    ([key]) => key.charAt(0).toUpperCase() + key.slice(1) === shapeName,
  )?.[1];
  const value = JSON.parse(body.toString());
  expect(shape instanceof z.ZodType && shape.parse(value), name).toEqual(value);
}
