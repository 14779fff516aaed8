/**
 * The composition root: joins configuration, TLS, store, SMTP and HTTP, and nobody else does.
 * Command line, library, tests and journeys all start here.
 *
 * Order matters. The store opens first, so that nothing is accepted that cannot be kept; SMTP
 * listens before HTTP, so that the page never shows a port that is not open. Stopping goes the
 * other way round: no new mail, replies in flight, then the page, then the store.
 */
import { mkdir } from 'node:fs/promises';
import { StoreError } from '../db/store-error.ts';
import type { Config } from './config/options.ts';
import type { Credential } from './config/row.ts';
import { createEventBus, type EventBus } from './events.ts';
import { FaultAnnouncer } from './faults/announcer.ts';
import { createFaultControl, type FaultEngine } from './faults/fault-control.ts';
import type { FaultControl } from './faults/types.ts';
import type { ServerInfoShape } from './http/shapes.ts';
import { defaultHttpLimits, type HttpDeps } from './http/types.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { MetricsSource } from './metrics/types.ts';
import { packageInfo } from './package-info.ts';
import type { Relay } from './relay/types.ts';
import { tellOfMistrust } from './sessions/mistrust.ts';
import { createSessionRecorder, type SessionRecorder } from './sessions/session-recorder.ts';
import { createMailWaits } from './sink/waits.ts';
import { composeObservers } from './smtp/observers.ts';
import { createSmtpServer } from './smtp/server.ts';
import type { Intake, ListeningAddress, SmtpServer, SmtpServerOptions } from './smtp/types.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage, StorageOptions } from './storage/types.ts';
import { epochMs, monotonicMs } from './timers.ts';
import { loadTlsMaterial, type TlsMaterial } from './tls/load-tls-material.ts';

export interface App {
  readonly smtp: ListeningAddress;
  readonly smtps: ListeningAddress | null;
  /** `null` without HTTP. */
  readonly http: ListeningAddress | null;
  /** Where a browser finds the page; `null` without HTTP. */
  readonly url: string | null;
  /** The local authority for clients to trust; `null` with own certificate files or without TLS. */
  readonly caPem: string | null;
  /** What a person should hear of at the start. */
  readonly notices: readonly string[];
  readonly storage: Storage;
  readonly events: EventBus;
  readonly sessions: SessionRecorder;
  /** What is to go wrong on purpose. */
  readonly faults: FaultControl;
  /** `null` with `--no-metrics`. */
  readonly metrics: MetricsSource | null;
  /** Replies in flight get `graceMs` to finish; 5 s unless given. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Rejects with a typed error whose `message` says what happened and the way out. */
export async function startApp(
  config: Config,
  io: {
    readonly log: Log;
    /** Where `--metrics-log -` goes. */
    readonly print?: (line: string) => void;
    /** Times the steps of sessions also where nothing is measured. */
    readonly timed?: boolean;
  },
): Promise<App> {
  const { log } = io;
  const startedAtMs = epochMs();
  const toClose: Close[] = [];
  const closeAll: Close = async (options) => {
    for (let close = toClose.pop(); close !== undefined; close = toClose.pop()) {
      await close(options);
    }
  };

  try {
    const inMemory = config.db === ':memory:';
    if (!inMemory) await makeDataDirectory(config.dataDir);
    const events = createEventBus();
    const metrics = config.metrics ? await openMetrics(config, log) : null;
    toClose.push(async () => metrics?.close());
    // Its threads take as long to start as everything else together, which is done meanwhile.
    const opening = openStorage(storageOptions(config, { log, metrics }), events);
    toClose.push(() =>
      opening.then(
        (opened) => opened.close(),
        () => {},
      ),
    );
    const modules = config.httpPort === null ? null : loadHttpModules();
    const tls = config.tls ? await loadTls(config, log) : null;
    const storage = await opening;
    if (metrics !== null) await startRecording(metrics, { config, storage, io, toClose });

    const isTimed = metrics !== null || io.timed === true;
    const sessions = createSessionRecorder({
      storage,
      events,
      clockMs: isTimed ? monotonicMs : null,
      onError: (error) => log.error('SMTP sessions could not be stored', { error }),
    });
    toClose.push(() => sessions.close());

    const faults = openFaults(config, events);
    const intake = countedIntake(storage);
    const smtpServer = createSmtpServer(smtpOptions(config, tls), {
      intake,
      observer: composeObservers(
        metrics === null ? [sessions.observer] : [metrics.observer, sessions.observer],
      ),
      ...(isTimed ? {} : { clockMs: null }),
      gate: faults,
      reportFailure: ({ session, during, error }) =>
        log.error('An SMTP session failed by a fault of ours', { ...session, during, error }),
    });
    const { smtp, smtps } = await smtpServer.listen();
    toClose.push((options) => smtpServer.close(options));

    const relay = await relayOf(config);
    const waits = createMailWaits({
      storage,
      events,
      sessions,
      faults,
      // A message's own page is named by whoever asked over HTTP.
      webUrl: null,
      server: {
        url: `smtp://${addressText(smtp)}`,
        ...smtp,
        smtpsPort: smtps?.port ?? null,
        tls: tlsOffer(config),
        auth: authOffer(config),
        authAcceptsAny: config.auth === 'any',
        webUrl: null,
        // Of this process, not of the one whose mail is waited for.
        environment: null,
      },
    });
    const http = await startHttp(config, {
      toClose,
      modules,
      deps: {
        storage,
        events,
        sessions,
        waits,
        faults,
        metrics,
        relay,
        serverInfo: () =>
          describeServer({
            config,
            tls,
            smtp,
            smtps,
            storage,
            relay,
            startedAtMs,
            ...packageInfo(),
          }),
        caPem: () => tls?.caPem ?? null,
        sendTestMessage: async (to) => {
          const { sendTestMessage } = await import('./commands/test-message.ts');
          const caPem = tls?.caPem ?? null;
          return sendTestMessage({ to, server: smtp, caPem, credential: testCredential(config) });
        },
        logError: (message, error) => log.error(message, { error }),
      },
    });
    // Before the listener: it lets replies in flight finish, and these would not.
    toClose.push(async () => waits.close());
    // Before HTTP, where requests may be held until something fires.
    toClose.push(async () => faults.close());
    if (tls !== null && config.tlsCertFile === null && http !== null) {
      const ca = `${urlOf(http)}/api/ca.pem`;
      tellOfMistrust(events, ({ peerAddress, peerPort }) =>
        log.warn(
          `A client took STARTTLS and left without a word, as those do that do not trust the local CA. Give it the CA (curl -o ca.pem ${ca}; with Node.js NODE_EXTRA_CA_CERTS=ca.pem), let it not check certificates, or start with --no-tls.`,
          { peerAddress, peerPort },
        ),
      );
    }
    if (metrics !== null) {
      metrics.attachGauges({
        activeConnections: () => smtpServer.connectionCount,
        bytesInFlight: () => smtpServer.bytesInFlight,
        commitDepth: () => intake.depth,
        readDepth: () => storage.readDepth,
        databaseBytes: async () => (await storage.status()).fileBytes,
      });
      // Not waited for: until the queues are watched, the loop alone tells.
      void metrics.watchListeners(listenersOf(smtpServer, http));
    }

    return {
      smtp,
      smtps,
      http,
      url: http === null ? null : urlOf(http),
      get caPem() {
        return tls?.caPem ?? null;
      },
      notices: tls?.notices ?? [],
      storage,
      events,
      sessions,
      faults,
      metrics,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Close = (options?: { readonly graceMs?: number }) => Promise<void>;

/** Only where they are wanted: a sink inside a test needs no page. */
function loadHttpModules() {
  const loading = Promise.all([
    import('./http/server.ts'),
    import('./checks/links/create-link-check.ts'),
    import('./checks/spam/create-spam-check.ts'),
    import('./tasks/task-thread.ts'),
  ]);
  // It may fail before anybody waits for it; whoever waits is told.
  loading.catch(() => {});
  return loading;
}

async function startHttp(
  config: Config,
  about: {
    readonly deps: Omit<HttpDeps, 'checks' | 'tasks'>;
    readonly toClose: Close[];
    readonly modules: ReturnType<typeof loadHttpModules> | null;
  },
): Promise<ListeningAddress | null> {
  const { toClose, modules } = about;
  if (config.httpPort === null || modules === null) return null;
  const [{ createHttpServer }, { createLinkCheck }, { createSpamCheck }, { createTaskThread }] =
    await modules;
  const tasks = createTaskThread();
  toClose.push(() => tasks.close());
  const server = createHttpServer(
    {
      host: config.httpHost,
      port: config.httpPort,
      backlog: config.listenBacklog,
      httpAuth: config.httpAuth,
      allowedHosts: config.allowedHosts,
      allowedOrigins: config.allowedOrigins,
      compat: config.compat,
      chaosEnabled: config.chaosEnabled,
      pageDirectory: packageInfo().pageDirectory,
      limits: defaultHttpLimits,
    },
    {
      ...about.deps,
      checks: {
        links: createLinkCheck({ userAgent: `prixfixe-dev/${packageInfo().version}` }),
        spam: config.spamd === null ? null : createSpamCheck(config.spamd),
      },
      tasks,
    },
  );
  const http = await server.listen();
  toClose.push(() => server.close());
  return http;
}

async function makeDataDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      'cannotOpen',
      `The data directory ${path} cannot be made (${why}). Name another with --data-dir (PRIXFIXE_DATA_DIR).`,
      error,
    );
  }
}

function loadTls(config: Config, log: Log): Promise<TlsMaterial> {
  return loadTlsMaterial({
    certFile: config.tlsCertFile,
    keyFile: config.tlsKeyFile,
    minVersion: config.tlsMinVersion,
    dataDirectory: config.db === ':memory:' ? null : config.dataDir,
    hostname: config.hostname,
    report: (notice) => log.warn(notice),
  });
}

async function openMetrics(config: Config, log: Log): Promise<Metrics> {
  const { createMetrics } = await import('./metrics/metrics.ts');
  return createMetrics({
    connectionsMax: config.connectionsMax,
    bytesInFlightMax: config.bytesInFlightMax,
    backlog: config.listenBacklog,
    thresholds: {
      acceptP99CriticalMs: config.alertAcceptP99CriticalMs,
      acceptP99WarningMs: config.alertAcceptP99WarningMs,
      errorRate: config.alertErrorRate,
      connections: config.alertConnections,
      throughput: config.alertThroughput,
      tlsFailures: config.alertTlsFailures,
    },
    onAlert: ({ alert, ended }) => {
      const { id, severity, since, value, threshold, unit } = alert;
      const fields = { id, severity, since, value, threshold, unit };
      if (ended) log.info('An alert is over', fields);
      else log.warn(alert.text, fields);
    },
  });
}

/** History and JSON lines. What is closed last is first: a slot ends, its row and line follow. */
async function startRecording(
  metrics: Metrics,
  about: {
    readonly config: Config;
    readonly storage: Storage;
    readonly io: { readonly log: Log; readonly print?: (line: string) => void };
    readonly toClose: Close[];
  },
): Promise<void> {
  const { recordHistory } = await import('./storage/record-history.ts');
  const { config, storage, toClose } = about;
  const { log, print = (line) => process.stdout.write(line) } = about.io;
  const history = recordHistory({
    row: () => metrics.historyRow(),
    storage,
    onError: (error) => log.error('The history of the metrics could not be stored', { error }),
  });
  toClose.push(() => history.close());
  toClose.push(() => metrics.close());
  const { metricsLog } = config;
  if (metricsLog === null) return;
  const { appendTo, startMetricsLog } = await import('./metrics/metrics-log.ts');
  const lines = startMetricsLog({
    document: () => metrics.document(),
    intervalMs: config.metricsIntervalMs,
    write: metricsLog === '-' ? async (line) => void print(line) : appendTo(metricsLog),
    onError: (error) =>
      log.error('The metrics could not be written; see --metrics-log', { file: metricsLog, error }),
  });
  toClose.push(() => lines.close());
}

function openFaults(config: Config, events: EventBus): FaultEngine {
  const announcer = new FaultAnnouncer((fault, hits) =>
    events.publish({ kind: 'fault', fault, hits }),
  );
  const control = createFaultControl({
    magicAddresses: config.magicAddresses,
    onHit: (hit, fault) => announcer.hit(hit, fault),
    onChange: () => events.publish({ kind: 'faults-changed' }),
    onClose: () => announcer.close(),
  });
  for (const order of config.faults) {
    if (order.kind === 'rule') control.add(order.spec);
    else control.scenario(order.name, order.where ?? undefined);
  }
  return control;
}

/** Knows how many messages wait for their commit. */
function countedIntake(storage: Storage): Intake & { readonly depth: number } {
  let depth = 0;
  return {
    get depth() {
      return depth;
    },
    async append(message) {
      depth += 1;
      try {
        return await storage.append(message);
      } finally {
        depth -= 1;
      }
    },
  };
}

function listenersOf(smtp: SmtpServer, http: ListeningAddress | null) {
  return [
    ...smtp.sockets.map(({ listener, address }) => ({ name: listener, address })),
    ...(http === null ? [] : [{ name: 'http' as const, address: http }]),
  ];
}

function storageOptions(
  config: Config,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics | null },
): StorageOptions {
  return {
    location: config.db,
    retention: {
      messagesMax: config.keepMessages,
      ageMsMax: config.keepAgeMs,
      bytesMax: config.keepBytes,
    },
    durability: config.durability,
    // SMTP holds its clients back by the first, and lets one more message in; whoever was let in
    // there is not refused here.
    queuedBytesMax: config.bytesInFlightMax + config.messageBytesMax,
    threads: config.db !== ':memory:',
    onError: (error) => log.error('The store failed', { error }),
    timed: metrics !== null,
    onRead: (tookMs) => metrics?.recordReading(tookMs),
  };
}

function smtpOptions(config: Config, tls: TlsMaterial | null): SmtpServerOptions {
  return {
    host: config.smtpHost,
    port: config.smtpPort,
    smtpsPort: config.smtpsPort,
    backlog: config.listenBacklog,
    hostname: config.hostname,
    connectionsMax: config.connectionsMax,
    connectionsPerAddressMax: config.connectionsPerAddressMax,
    messageBytesMax: config.messageBytesMax,
    recipientsMax: config.recipientsMax,
    errorsMax: config.errorsMax,
    commandTimeoutMs: config.commandTimeoutMs,
    dataTimeoutMs: config.dataTimeoutMs,
    bytesInFlightMax: config.bytesInFlightMax,
    tls: tlsOffer(config),
    secureContext: tls === null ? null : () => tls.secureContext(),
    auth: authOffer(config),
    credentials: typeof config.auth === 'string' ? null : config.auth,
  };
}

function tlsOffer(config: Config): 'off' | 'offered' | 'required' {
  if (!config.tls) return 'off';
  return config.tlsRequired ? 'required' : 'offered';
}

function authOffer(config: Config): 'off' | 'offered' | 'required' {
  if (config.auth === 'off') return 'off';
  return config.authRequired ? 'required' : 'offered';
}

async function relayOf(config: Config): Promise<Relay | null> {
  if (config.relayHost === null) return null;
  const { createRelay } = await import('./relay/create-relay.ts');
  return createRelay({
    host: config.relayHost,
    port: config.relayPort,
    tls: config.relayTls,
    anyCertificate: config.relayAnyCertificate,
    credential: config.relayAuth,
    returnPath: config.relayReturnPath,
    overrideFrom: config.relayOverrideFrom,
    preserveMessageIds: config.relayPreserveMessageIds,
    allowed: config.relayAllow,
    blocked: config.relayBlock,
    hostname: config.hostname,
  });
}

/** With a list of users the test message logs in as the first; else nobody asks. */
function testCredential({ auth, authRequired }: Config): Credential | null {
  if (typeof auth !== 'string') return auth[0] ?? null;
  return authRequired ? { user: 'test', password: 'test' } : null;
}

async function describeServer(about: {
  readonly config: Config;
  readonly tls: TlsMaterial | null;
  readonly smtp: ListeningAddress;
  readonly smtps: ListeningAddress | null;
  readonly storage: Storage;
  readonly relay: Relay | null;
  readonly startedAtMs: number;
  readonly version: string;
}): Promise<ServerInfoShape> {
  const { config, smtp, smtps, tls } = about;
  const relay = about.relay?.options;
  const status = await about.storage.status();
  return {
    name: 'prixfixe-dev',
    version: about.version,
    startedAt: new Date(about.startedAtMs).toISOString(),
    smtp: {
      host: smtp.host,
      port: smtp.port,
      smtpsPort: smtps?.port ?? null,
      hostname: config.hostname,
      tls: tlsOffer(config),
      auth: authOffer(config),
      authAcceptsAny: config.auth === 'any',
      messageBytesMax: config.messageBytesMax,
      recipientsMax: config.recipientsMax,
      connectionsMax: config.connectionsMax,
      listenBacklog: config.listenBacklog,
    },
    caAvailable: tls?.source === 'generated',
    relay:
      relay === undefined
        ? null
        : {
            host: relay.host,
            port: relay.port,
            allowed: [...relay.allowed],
            blocked: [...relay.blocked],
          },
    store: {
      location: status.location,
      fileBytes: status.fileBytes,
      retention: {
        messagesMax: config.keepMessages,
        ageMsMax: config.keepAgeMs,
        bytesMax: config.keepBytes,
      },
      prunedCount: status.prunedCount,
      lastPrunedAt:
        status.lastPrunedAtMs === null ? null : new Date(status.lastPrunedAtMs).toISOString(),
      pendingCount: status.pendingCount,
    },
  };
}

/** A wildcard address is no place to go to; the loopback address of its family is. */
function urlOf(address: ListeningAddress): string {
  return `http://${addressText(address)}`;
}

function addressText({ host, port }: ListeningAddress): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
