/** The HTTP listener: sockets, time limits and the end; what is answered is the app's business. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { ListenError } from '../listen-error.ts';
import { clearTimeout, setTimeout } from '../timers.ts';
import { createHttpApp } from './app.ts';
import { HttpProblem, problemResponse, toProblem } from './errors.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { createMailDev } from './maildev/create-maildev.ts';
import { createMailHog } from './mailhog/create-mailhog.ts';
import { createMailpit } from './mailpit/create-mailpit.ts';
import { createContentTokens } from './security/content-token.ts';
import { secureHeaders } from './security/headers.ts';
import type { HttpDeps, HttpOptions } from './types.ts';
import { createUpgradeHandler, isWebSocket } from './upgrade.ts';

export interface HttpServer {
  /** Rejects with `ListenError`. */
  listen(): Promise<HttpAddress>;
  /** Accepts nothing more, ends event streams at once, lets other replies in flight finish. */
  close(): Promise<void>;
  /** `null` while it does not listen. */
  readonly address: HttpAddress | null;
  readonly eventStream: Pick<EventStream, 'clientCount' | 'queuedBytes'>;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
  /** For people: `http://127.0.0.1:8025`. */
  readonly url: string;
}

/**
 * listen(2) takes an int and the kernel cuts it to its own ceiling, so the largest int asks for
 * that ceiling. Node would read 0 as its default of 511.
 */
const backlogOfPlatform = 0x7fff_ffff;

const otherCatchers = { mailhog: createMailHog, maildev: createMailDev } as const;

export function createHttpServer(options: HttpOptions, deps: HttpDeps): HttpServer {
  const { limits } = options;
  const eventStream = createEventStream(deps.events, limits, deps.metrics);
  const routeDeps = { ...deps, options, eventStream, contentTokens: createContentTokens() };
  const mailpit = createMailpit(routeDeps);
  const asked = (options.compat ?? []).map((name) => otherCatchers[name](routeDeps));
  const app = createHttpApp(routeDeps, [...asked, mailpit]);
  const answer = getRequestListener(app.fetch, {
    // The program, or the test suite it runs in, keeps its own Request and Response.
    overrideGlobalObjects: false,
    errorHandler: (error) => answerUnusable(error, deps),
  });
  const inFlight = new Set<ServerResponse>();
  const server = createServer(
    {
      insecureHTTPParser: false,
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
      noDelay: true,
      // Node 24 asks; to older ones every Upgrade is one, see `upgrade.ts`.
      ...{ shouldUpgradeCallback: isWebSocket },
    },
    (incoming: IncomingMessage, outgoing: ServerResponse) => {
      inFlight.add(outgoing);
      outgoing.once('close', () => inFlight.delete(outgoing));
      void answer(incoming, outgoing);
    },
  );
  server.on('upgrade', createUpgradeHandler(app.fetch, mailpit.socket.accept, deps));
  server.maxConnections = limits.connectionsMax;
  // Stalled readers: sockets on which nothing moves, heartbeats included.
  server.setTimeout(limits.idleTimeoutMs);
  let address: HttpAddress | null = null;

  return {
    async listen() {
      address = await listen(server, options);
      server.on('error', (error) => deps.logError('The HTTP listener failed', error));
      return address;
    },
    async close() {
      address = null;
      eventStream.close();
      mailpit.close();
      await close(server, inFlight, limits.closeGraceMs);
    },
    get address() {
      return address;
    },
    eventStream,
  };
}

const place = {
  what: 'HTTP',
  hostOption: '--http-host (PRIXFIXE_HTTP_HOST)',
  portOption: '--http-port (PRIXFIXE_HTTP_PORT)',
};

function listen(server: Server, options: HttpOptions): Promise<HttpAddress> {
  const { host, port } = options;
  const backlog = options.backlog === 0 ? backlogOfPlatform : options.backlog;
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(new ListenError({ ...place, host, port }, cause));
    server.once('error', refuse);
    server.listen({ host, port, backlog, exclusive: true }, () => {
      server.off('error', refuse);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') throw new Error('not a TCP listener');
      const name = bound.address.includes(':') ? `[${bound.address}]` : bound.address;
      resolve({ host: bound.address, port: bound.port, url: `http://${name}:${bound.port}` });
    });
  });
}

async function close(
  server: Server,
  inFlight: ReadonlySet<ServerResponse>,
  graceMs: number,
): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Event streams have ended, but a client that does not read never lets theirs finish.
  for (const outgoing of inFlight) {
    const isEventStream = outgoing.getHeader('content-type') === 'text/event-stream';
    if (isEventStream && outgoing.writableLength > 0) outgoing.destroy();
  }
  const finished = Array.from(
    inFlight,
    (outgoing) => new Promise<void>((resolve) => outgoing.once('close', () => resolve())),
  );
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([Promise.all(finished), grace]);
  clearTimeout(timer);
  server.closeAllConnections();
  await closed;
}

/** Requests of which no URL can be made never reach the app. */
function answerUnusable(error: unknown, deps: HttpDeps): Response {
  const problem =
    error instanceof RequestError
      ? new HttpProblem(
          'invalid_host',
          `The request cannot be answered because its target or its Host header field is not valid (${error.message}).`,
        )
      : toProblem(error);
  if (problem.status >= 500) deps.logError('A request failed', error);
  const response = problemResponse(problem);
  secureHeaders(response.headers);
  return response;
}
