/**
 * A sink in this process: the same engine as the program, with its store in memory, on free ports.
 * Several do not know of each other.
 */
import { type App, startApp } from '../app.ts';
import type { Config } from '../config/options.ts';
import { defaultConfig } from '../config/parse.ts';
import type { Log } from '../log.ts';
import { NotSettledError } from './errors.ts';
import { createExplain } from './explain.ts';
import { createLocalSessions } from './local-sessions.ts';
import { createLocalMessages } from './local-source.ts';
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
  const { storage, events, url: webUrl } = app;
  const sessions = createSessions(createLocalSessions({ sessions: app.sessions, events, webUrl }), {
    waitMs: settings.waitMs,
    ended: ended.signal,
  });
  const messages = createLocalMessages({ storage, events, webUrl });
  return createSink(
    {
      source: { ...messages, settle: (settle) => settleApp(app, settle) },
      sessions,
      smtp: addressOf(app, options),
      webUrl,
      isShared: false,
      ca: () => app.caPem,
      explain: createExplain(),
      async forget() {
        await messages.remove(everything);
        await app.sessions.clear();
        sessions.forget();
      },
      async stop({ graceMs }) {
        ended.abort(settings.stopped());
        await app.close({ graceMs });
      },
    },
    settings,
  );
}

async function settleApp(
  app: App,
  options: { readonly quietMs: number; readonly timeoutMs: number },
): Promise<void> {
  const awake = await app.sessions.quiet(options);
  if (awake.length === 0) return;
  const busy = awake.map(({ peerAddress, peerPort, lastReply }) => {
    const last = lastReply === null ? 'nothing yet' : `${lastReply.verb} ${lastReply.code}`;
    return `  ${addressAndPort(peerAddress, peerPort)}, last answered: ${last}`;
  });
  throw new NotSettledError(
    [
      `After ${options.timeoutMs} ms these clients are still in the middle of something:`,
      ...busy,
    ].join('\n'),
    awake.map(({ id }) => id),
  );
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
