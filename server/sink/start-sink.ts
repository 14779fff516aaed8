/**
 * A sink in this process: the same engine as the program, with its store in memory, on free ports.
 * Several do not know of each other.
 */
import { type App, startApp } from '../app.ts';
import type { Config } from '../config/options.ts';
import { defaultConfig } from '../config/parse.ts';
import type { Log } from '../log.ts';
import { createExplain } from './explain/create-explain.ts';
import type { ServerFacts } from './explain/evidence.ts';
import { createLocalFaults } from './faults.ts';
import { createLocalEngine } from './local-engine.ts';
import { addressAndPort } from './mail.ts';
import { everything } from './scope.ts';
import { createSessions } from './sessions.ts';
import { settingsOf } from './settings.ts';
import { createSink } from './sink.ts';
import type { Sink, SinkOptions } from './types.ts';

/** Says nothing: a test suite's output is the test suite's. */
const silent: Log = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * Starts a server for this test, or for all tests of this process.
 *
 *     await using sink = await startSink();
 *     await using inbox = sink.inbox('signup');
 *     await app.signUp({ email: inbox.address, smtp: sink.url });
 *     const mail = await inbox.next({ subject: 'Confirm' });
 *     await app.visit(mail.link(/confirm/i));
 *
 * Rejects with a typed error (`code`) when a port is taken or a file cannot be opened.
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const settings = settingsOf(options);
  const app = await startApp(configOf(options), { log: silent, timed: true });
  const ended = new AbortController();
  const { url: webUrl } = app;
  const engine = createLocalEngine({
    // One by one: to copy the app would ask it for its CA, which is made when somebody asks.
    storage: app.storage,
    events: app.events,
    sessions: app.sessions,
    faults: app.faults,
    webUrl,
    server: factsOf(app, options),
  });
  const { waitMs } = settings;
  const sessions = createSessions(engine.sessions, { waitMs, ended: ended.signal, webUrl });
  const faults = createLocalFaults(app.faults);
  return createSink(
    {
      source: engine.source,
      sessions,
      faults,
      smtp: addressOf(app, options),
      webUrl,
      isShared: false,
      ca: () => app.caPem,
      explain: createExplain(engine.evidence),
      async forget() {
        await engine.source.remove(everything);
        await app.sessions.clear();
        sessions.forget();
        await faults.clear();
      },
      async stop({ graceMs }) {
        ended.abort(settings.stopped());
        await app.close({ graceMs });
      },
    },
    settings,
  );
}

function factsOf(app: App, options: SinkOptions): ServerFacts {
  const { tls = 'offered', auth = 'any' } = options;
  const { host, port, isImplicitTls } = addressOf(app, options);
  return {
    url: `${isImplicitTls ? 'smtps' : 'smtp'}://${addressAndPort(host, port)}`,
    host,
    port,
    smtpsPort: app.smtps?.port ?? null,
    tls: tls === 'implicit' ? 'offered' : tls,
    auth: auth === 'off' || auth === 'required' ? auth : 'offered',
    authAcceptsAny: auth === 'any' || auth === 'required',
    webUrl: app.url,
    environment: process.env,
  };
}

function addressOf({ smtp, smtps }: App, { tls }: SinkOptions) {
  const isImplicitTls = tls === 'implicit' && smtps !== null;
  return { ...(isImplicitTls ? smtps : smtp), isImplicitTls };
}

function configOf(options: SinkOptions): Config {
  const { host, port = 0, tls = 'offered', auth = 'any', limits = {}, store, web } = options;
  const isImplicit = tls === 'implicit';
  return defaultConfig({
    smtpPort: isImplicit ? 0 : port,
    smtpsPort: isImplicit ? port : null,
    httpPort: webPort(web),
    db: typeof store === 'object' ? store.file : ':memory:',
    tls: tls !== 'off',
    tlsRequired: tls === 'required',
    auth: auth === 'required' ? 'any' : auth,
    authRequired: auth === 'required',
    metrics: webPort(web) !== null,
    // A test decides what is kept.
    keepMessages: 0,
    keepBytes: 0,
    ...(host === undefined ? {} : { smtpHost: host }),
    ...(limits.messageBytes === undefined ? {} : { messageBytesMax: limits.messageBytes }),
    ...(limits.recipients === undefined ? {} : { recipientsMax: limits.recipients }),
    ...(limits.connections === undefined ? {} : { connectionsMax: limits.connections }),
  });
}

function webPort(web: SinkOptions['web']): number | null {
  if (web === undefined || web === false) return null;
  return web === true ? 0 : (web.port ?? 0);
}
