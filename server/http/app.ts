/**
 * The Hono app: security first, then the routes, each declared in a file of its resource, then
 * the page. It holds no sockets, so it can be called in process.
 */
import { Hono } from 'hono';
import { HttpProblem, problemResponse, toProblem } from './errors.ts';
import { openApiDocument } from './openapi-document.ts';
import type { Route } from './route.ts';
import { checksRoutes } from './routes/checks.ts';
import { eventsRoutes } from './routes/events.ts';
import { faultsRoutes } from './routes/faults.ts';
import { healthRoutes } from './routes/health.ts';
import { inboxesRoutes } from './routes/inboxes.ts';
import { messagesRoutes } from './routes/messages.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { overviewRoutes } from './routes/overview.ts';
import { createPage } from './routes/page.ts';
import { partsRoutes } from './routes/parts.ts';
import { prometheusRoutes } from './routes/prometheus.ts';
import { releasesRoutes } from './routes/releases.ts';
import { removalsRoutes } from './routes/removals.ts';
import { serverInfoRoutes } from './routes/server-info.ts';
import { sessionsRoutes } from './routes/sessions.ts';
import { testMessagesRoutes } from './routes/test-messages.ts';
import { waitRoutes } from './routes/wait.ts';
import { createGuard, securityHeaders, webSocketNotOffered } from './security/guard.ts';
import type { ForeignApi, HttpEnv, RouteDeps, WebSocketHandshake } from './types.ts';

export type HttpApp = Hono<HttpEnv>;

export function createHttpApp(deps: RouteDeps, foreignApis: readonly ForeignApi[] = []): HttpApp {
  const page = createPage(deps.options.pageDirectory);
  const routes: readonly Route[] = [
    ...messagesRoutes(deps),
    ...waitRoutes(deps),
    ...partsRoutes(deps),
    ...releasesRoutes(deps),
    ...checksRoutes(deps),
    ...removalsRoutes(deps),
    ...inboxesRoutes(deps),
    ...overviewRoutes(deps),
    ...metricsRoutes(deps),
    ...prometheusRoutes(deps, page),
    ...sessionsRoutes(deps),
    ...faultsRoutes(deps),
    ...serverInfoRoutes(deps),
    ...testMessagesRoutes(deps),
    ...eventsRoutes(deps),
    ...openApiRoutes(async () =>
      openApiDocument(routes, {
        version: (await deps.serverInfo()).version,
        secured: deps.options.httpAuth !== null,
      }),
    ),
    ...healthRoutes(deps),
  ];
  const app: HttpApp = new Hono<HttpEnv>();

  app.use(securityHeaders);
  app.use(createGuard(deps.options, deps.contentTokens, foreignApis));
  app.use((c, next) => {
    if (c.env.webSocket !== undefined) return acceptWebSocket(c.req.path, c.env.webSocket);
    const foreign = foreignApis.find((api) => api.owns(c.req.path));
    return foreign === undefined ? next() : foreign.answer(c);
  });
  for (const route of routes) {
    app.on(
      route.declaration.method.toUpperCase(),
      route.declaration.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      (c) => route.answer(c, deps.options.limits.bodyBytesMax),
    );
  }
  // Not `notFound`: what that throws passes by the guard, which has header fields to add.
  app.all('*', (c) => {
    refuseUnknown(routes, c.req.path);
    return page(c);
  });
  app.onError((error, c) => {
    const problem = toProblem(error);
    // Without a cause it is a limit that was reached, not a fault.
    if (problem.status >= 500 && problem.cause !== undefined) {
      deps.logError(`${c.req.method} ${c.req.path} failed`, problem.cause);
    }
    const foreign = foreignApis.find((api) => api.owns(c.req.path));
    return foreign?.presentProblem(problem) ?? problemResponse(problem);
  });
  return app;
}

/** Only events are offered so; whoever holds the socket goes on from here. */
async function acceptWebSocket(path: string, webSocket: WebSocketHandshake): Promise<Response> {
  if (path !== '/api/events') throw webSocketNotOffered();
  webSocket.accept();
  return new Response(null);
}

/** Paths of the API are never the page's: a mistyped call gets a problem, not a document. */
function refuseUnknown(routes: readonly Route[], path: string): void {
  const methods = routes
    .filter(({ declaration }) => fits(declaration.path, path))
    .flatMap(({ declaration: { method } }) => (method === 'get' ? ['GET', 'HEAD'] : [method]))
    .map((method) => method.toUpperCase());
  if (methods.length > 0) {
    const allow = methods.join(', ');
    throw new HttpProblem('method_not_allowed', `Here only ${allow} can be used.`, {
      headers: { Allow: allow },
    });
  }
  if (/^\/+api(?:\/|$)/i.test(path)) {
    throw new HttpProblem(
      'not_found',
      'The API has nothing at this path. GET /api/openapi.json lists what it has.',
    );
  }
}

function fits(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => (segment.startsWith('{') ? given[i] !== '' : segment === given[i]))
  );
}
