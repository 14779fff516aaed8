/** A real HTTP server on a free port over a real store in memory, each test with its own. */
import { createLinkCheck } from '../checks/links/create-link-check.ts';
import type { SpamCheck } from '../checks/spam/types.ts';
import { createEventBus, type EventBus } from '../events.ts';
import { createFaultControl, type FaultEngine } from '../faults/fault-control.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { ServerInfoShape } from '../http/shapes.ts';
import {
  defaultHttpLimits,
  type HttpDeps,
  type HttpLimits,
  type HttpOptions,
} from '../http/types.ts';
import { newMessageId } from '../message-id.ts';
import type { MetricsSource } from '../metrics/types.ts';
import type { Relay } from '../relay/types.ts';
import { createSessionRecorder, type SessionRecorder } from '../sessions/session-recorder.ts';
import { createMailWaits, type MailWaits } from '../sink/waits.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/types.ts';
import { createTaskThread, type TaskThread } from '../tasks/task-thread.ts';

export interface HttpFixture extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly storage: Storage;
  readonly events: EventBus;
  /** Its observer takes what an SMTP server would observe. */
  readonly sessions: SessionRecorder;
  readonly waits: MailWaits;
  readonly faults: FaultEngine;
  readonly server: HttpServer;
  readonly tasks: TaskThread;
  readonly errors: readonly unknown[];
  /** Stores a message as SMTP would and returns its id. */
  deliver(raw: string | Uint8Array, to?: readonly string[]): Promise<string>;
}

export interface HttpFixtureOptions extends Partial<Omit<HttpOptions, 'limits'>> {
  readonly limits?: Partial<HttpLimits>;
  readonly caPem?: string | null;
  readonly metrics?: MetricsSource | null;
  readonly sendTestMessage?: HttpDeps['sendTestMessage'];
  readonly relay?: Relay | null;
  readonly spamCheck?: SpamCheck | null;
  /** Lets the link check reach servers of the test. */
  readonly mayConnect?: (address: string) => boolean;
  /** Wraps the store, to make it fail. */
  readonly wrapStorage?: (storage: Storage) => Storage;
}

export async function startHttp(options: HttpFixtureOptions = {}): Promise<HttpFixture> {
  const {
    limits,
    caPem = null,
    metrics = null,
    sendTestMessage,
    relay = null,
    spamCheck = null,
    mayConnect,
    wrapStorage,
    ...overrides
  } = options;
  const events = createEventBus();
  const errors: unknown[] = [];
  const storage = await openStorage(
    {
      location: ':memory:',
      retention: { messagesMax: 0, ageMsMax: 0, bytesMax: 0 },
      durability: 'normal',
      threads: false,
    },
    events,
  );
  const sessions = createSessionRecorder({
    storage,
    events,
    clockMs: () => performance.now(),
    onError: (error) => errors.push(error),
  });
  const tasks = createTaskThread();
  const faults = createFaultControl({
    onHit: (hit, fault) => events.publish({ kind: 'fault', fault, hits: [hit] }),
    onChange: () => events.publish({ kind: 'faults-changed' }),
  });
  const waits = createMailWaits({
    storage,
    events,
    sessions,
    faults,
    webUrl: null,
    server: {
      url: 'smtp://127.0.0.1:1025',
      host: '127.0.0.1',
      port: 1025,
      smtpsPort: null,
      tls: 'offered',
      auth: 'offered',
      authAcceptsAny: true,
      webUrl: null,
      environment: null,
    },
  });
  const server = createHttpServer(
    {
      host: '127.0.0.1',
      port: 0,
      backlog: 256,
      httpAuth: null,
      allowedHosts: [],
      allowedOrigins: [],
      pageDirectory: '/nonexistent',
      ...overrides,
      limits: { ...defaultHttpLimits, ...limits },
    },
    {
      storage: wrapStorage?.(storage) ?? storage,
      events,
      sessions,
      waits,
      faults,
      metrics,
      serverInfo: () => serverInfo,
      caPem: () => caPem,
      sendTestMessage: sendTestMessage ?? (async () => ({ messageId: '<test@example.test>' })),
      relay,
      checks: {
        links: createLinkCheck({
          userAgent: 'test',
          ...(mayConnect === undefined ? {} : { mayConnect }),
        }),
        spam: spamCheck,
      },
      tasks,
      logError: (_, error) => errors.push(error),
    },
  );
  const { port, url } = await server.listen();
  return {
    port,
    url,
    storage,
    events,
    sessions,
    waits,
    faults,
    server,
    tasks,
    errors,
    deliver: (raw, to = ['to@example.test']) => deliver(storage, raw, to),
    async [Symbol.asyncDispose]() {
      waits.close();
      faults.close();
      await server.close();
      await tasks.close();
      await sessions.close();
      await storage.close();
    },
  };
}

async function deliver(
  storage: Storage,
  raw: string | Uint8Array,
  to: readonly string[],
): Promise<string> {
  const octets = typeof raw === 'string' ? Buffer.from(raw) : raw;
  const nowMs = Date.now();
  const outcome = await storage.append({
    id: newMessageId(nowMs),
    receivedAtMs: nowMs,
    envelope: {
      reversePath: 'from@example.test',
      forwardPaths: to.map((address) => ({ address, parameters: { NOTIFY: 'NEVER' } })),
      parameters: { BODY: '8BITMIME', SMTPUTF8: true },
    },
    origin: {
      listener: 'smtp',
      sessionId: 's1',
      peerAddress: '127.0.0.1',
      peerPort: 40000,
      ehloName: 'client.example.test',
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: false },
      authUser: 'alice',
      authMechanism: 'PLAIN',
    },
    timings: {
      sessionAgeMs: 1,
      tlsMs: 2,
      authMs: 3,
      envelopeMs: 4,
      dataMs: 5,
      commitMs: null,
    },
    dialogue: [{ atMs: 1, from: 'server', text: '220 ready' }],
    wire: { bareLfCount: 0, bareCrCount: 0, via: 'DATA' },
    raw: [octets],
    sizeBytes: octets.length,
  });
  if (outcome.kind !== 'stored') throw new Error(`not stored: ${outcome.refusal}`);
  return outcome.id;
}

const serverInfo: ServerInfoShape = {
  name: 'prixfixe-dev',
  version: '1.2.3',
  startedAt: '2026-01-01T00:00:00.000Z',
  smtp: {
    host: '127.0.0.1',
    port: 1025,
    smtpsPort: null,
    hostname: 'localhost',
    tls: 'offered',
    auth: 'offered',
    authAcceptsAny: true,
    messageBytesMax: 10_485_760,
    recipientsMax: 1000,
    connectionsMax: 100,
    listenBacklog: 256,
  },
  caAvailable: false,
  relay: null,
  store: {
    location: ':memory:',
    fileBytes: 0,
    retention: { messagesMax: 10_000, ageMsMax: 0, bytesMax: 0 },
    prunedCount: 0,
    lastPrunedAt: null,
    pendingCount: 0,
  },
};
