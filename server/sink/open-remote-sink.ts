/** A sink over HTTP: the same interface to a server that runs elsewhere and may be shared. */
import type { ServerInfoShape } from '../http/shapes.ts';
import { SinkError } from './errors.ts';
import { createExplain } from './explain/create-explain.ts';
import type { Evidence, ServerFacts } from './explain/evidence.ts';
import { createRemoteFaults } from './faults.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { wasOpenAt } from './local-engine.ts';
import { addressAndPort, type CaughtMail } from './mail.ts';
import { createRemoteSessions } from './remote-sessions.ts';
import { askServer, createRemoteSource } from './remote-source.ts';
import { everything } from './scope.ts';
import { createSessions } from './sessions.ts';
import { settingsOf } from './settings.ts';
import { createSink } from './sink.ts';
import type { AttachOptions, Sink } from './types.ts';

/** See `attachSink`, which loads this when it is called. */
export async function openRemoteSink(
  url: string | URL,
  { nowMs, ...options }: AttachOptions & { readonly nowMs: () => number },
): Promise<Sink> {
  const settings = settingsOf(options);
  const http = createHttpClient(url, options.auth ?? null);
  try {
    return await attach(http, { ...settings, nowMs });
  } catch (error) {
    http.close();
    throw error;
  }
}

async function attach(
  http: HttpClient,
  settings: ReturnType<typeof settingsOf> & { readonly nowMs: () => number },
): Promise<Sink> {
  const info = await serverInfo(http);
  const ca = info.caAvailable
    ? (await askServer(http, '/api/ca.pem')).octets.toString('utf8')
    : null;
  const server = factsOf(info, http);
  const source = createRemoteSource({ http, offsetMs: 0 }, settings.nowMs);
  const ended = new AbortController();
  const feed = createRemoteSessions(http);
  const { waitMs } = settings;
  const sessions = createSessions(feed, { waitMs, ended: ended.signal, webUrl: http.origin });
  const evidence: Evidence = {
    server,
    nowMs: () => source.nowMs(),
    async received(sinceMs, limit) {
      const found = await source.list({ scope: everything, match: {}, afterSeq: 0, limit });
      const fresh = found.filter(({ summary }) => summary.receivedAtMs >= sinceMs);
      const mails = await Promise.all(fresh.map((candidate) => candidate.open()));
      return mails.filter((mail): mail is CaughtMail => mail !== null);
    },
    async sessions(sinceMs, limit) {
      const records = await feed.list({ match: {}, limit });
      return records.filter((record) => wasOpenAt(record, sinceMs));
    },
    faultHits: (sinceMs) => faultHits(http, sinceMs),
  };
  const faults = createRemoteFaults(http);
  return createSink(
    {
      source,
      sessions,
      faults,
      smtp: { host: server.host, port: server.port, isImplicitTls: false },
      webUrl: http.origin,
      isShared: true,
      ca: () => ca,
      explain: createExplain(evidence),
      async forget() {
        await source.remove(everything);
        await askServer(http, '/api/sessions', { method: 'DELETE', body: { all: true } });
        sessions.forget();
        await faults.clear();
      },
      async stop() {
        ended.abort(settings.stopped());
        http.close();
      },
    },
    settings,
  );
}

async function serverInfo(http: HttpClient): Promise<ServerInfoShape> {
  const answer = await askServer(http, '/api/server');
  const info: Partial<ServerInfoShape> = isJson(answer.octets) ? answer.json() : {};
  if (answer.status === 200 && info.name === 'prixfixe-dev' && info.smtp !== undefined) {
    return info as ServerInfoShape;
  }
  throw new SinkError(
    'SINK_UNREACHABLE',
    `What answers at ${http.origin} is not prixfixe-dev. Give the address of its page.`,
  );
}

function isJson(octets: Buffer): boolean {
  try {
    JSON.parse(octets.toString('utf8'));
    return true;
  } catch {
    // A page of something else.
    return false;
  }
}

/** A wildcard is no place to connect to, and loopback is another machine's when that is far away. */
function factsOf({ smtp }: ServerInfoShape, http: HttpClient): ServerFacts {
  const isWildcard = smtp.host === '0.0.0.0' || smtp.host === '::';
  const isNear = /^(?:localhost|127\..*|::1)$/i.test(http.hostname);
  const isLoopback = /^(?:localhost|127\..*|::1)$/i.test(smtp.host);
  const host = isWildcard || (isLoopback && !isNear) ? http.hostname : smtp.host;
  return {
    url: `smtp://${addressAndPort(host, smtp.port)}`,
    host,
    port: smtp.port,
    smtpsPort: smtp.smtpsPort,
    tls: smtp.tls,
    auth: smtp.auth,
    authAcceptsAny: smtp.authAcceptsAny,
    webUrl: http.origin,
    environment: process.env,
  };
}

interface ListedFault {
  readonly id: string;
  readonly hitCount: number;
  readonly spec: { readonly name?: string };
}

async function faultHits(http: HttpClient, sinceMs: number) {
  const answer = await askServer(http, '/api/faults');
  const { faults, magic }: { faults: readonly ListedFault[]; magic: ListedFault } = answer.json();
  const fired = [...faults, magic].filter(({ hitCount }) => hitCount > 0);
  const hits = await Promise.all(
    fired.map(async ({ id, spec }) => {
      const path = `/api/faults/${encodeURIComponent(id)}`;
      const detail: { readonly hits?: readonly HitShape[] } = (await askServer(http, path)).json();
      return (detail.hits ?? []).map(({ at, point, text, sessionId }) => ({
        atMs: Date.parse(at),
        point,
        text,
        sessionId,
        rule: spec.name ?? '',
      }));
    }),
  );
  return hits
    .flat()
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((a, b) => a.atMs - b.atMs);
}

interface HitShape {
  readonly at: string;
  readonly point: string;
  readonly text: string;
  readonly sessionId: string;
}
