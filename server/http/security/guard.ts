/**
 * Every request passes here before any route: host, origin, credentials, in this order, so that a
 * foreign page learns nothing and cannot use up anybody's guesses.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { HttpProblem } from '../errors.ts';
import type { ContentTokens, ForeignApi, HttpEnv, HttpOptions } from '../types.ts';
import { createAuthCheck } from './basic-auth.ts';
import { secureHeaders } from './headers.ts';
import { createHostCheck } from './host.ts';
import { createOriginCheck } from './origin.ts';

export function createGuard(
  options: HttpOptions,
  contentTokens: ContentTokens,
  foreignApis: readonly ForeignApi[] = [],
): MiddlewareHandler<HttpEnv> {
  const shownContent = [
    /^\/api\/messages\/([0-9A-Za-z]+)\/cid\//,
    ...foreignApis.flatMap((api) => api.shownContent ?? []),
  ];
  const checkHost = createHostCheck(options);
  const checkOrigin = createOriginCheck(options.allowedOrigins);
  const checkAuth = createAuthCheck(options.httpAuth, options.limits);

  return async (c, next) => {
    const host = soleHost(c);
    checkHost(host);
    // A request target in absolute form names a host too, and it is the one that counts.
    checkHost(new URL(c.req.url).host);
    if (/\p{Cc}/u.test(c.req.path)) {
      throw new HttpProblem('not_found', 'There is nothing at a path with control characters.');
    }
    if (isShownContent(c, contentTokens, shownContent)) return next();

    const { allowedOrigin } = checkOrigin({
      method: c.req.method,
      // As a lenient router may see it: `//api/…` is no page for people either.
      path: c.req.path.replace(/\/{2,}/g, '/'),
      host: host ?? '',
      header: (name) => c.req.header(name),
    });
    const asksForWebSocket = c.req.header('upgrade')?.toLowerCase() === 'websocket';
    // Where nobody holds the socket there is nothing to upgrade.
    if (asksForWebSocket && c.env.webSocket === undefined) throw webSocketNotOffered();
    if (allowedOrigin !== null && c.req.method === 'OPTIONS') return preflight(allowedOrigin);
    if (!isProbe(c.req.path)) {
      checkAuth(c.req.header('authorization'), c.env.incoming?.socket.remoteAddress ?? '');
    }
    await next();
    if (allowedOrigin !== null) allow(c.res.headers, allowedOrigin);
  };
}

/** Outermost, so that refusals carry them too. */
export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  secureHeaders(c.res.headers);
};

/** Node keeps the first of several; two are an attempt to mean two servers (RFC 9112 §3.2). */
function soleHost(c: Context<HttpEnv>): string | undefined {
  const raw = c.env.incoming?.rawHeaders ?? [];
  const hosts = raw.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1) {
    throw new HttpProblem('invalid_host', 'The request has more than one Host header field.');
  }
  return c.req.header('host');
}

function isShownContent(
  c: Context<HttpEnv>,
  tokens: ContentTokens,
  shownContent: readonly RegExp[],
): boolean {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return false;
  const [messageId] = shownContent.flatMap((paths) => paths.exec(c.req.path)?.[1] ?? []);
  const token = c.req.query('token');
  return messageId !== undefined && token !== undefined && tokens.verify(messageId, token);
}

export function webSocketNotOffered(): HttpProblem {
  return new HttpProblem(
    'websocket_not_offered',
    'A WebSocket is offered at /api/events only. The same path without one is the stream of server-sent events.',
  );
}

function isProbe(path: string): boolean {
  return path === '/livez' || path === '/readyz';
}

function preflight(origin: string): Response {
  const response = new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Last-Event-ID',
      'Access-Control-Max-Age': '600',
    },
  });
  allow(response.headers, origin);
  return response;
}

function allow(headers: Headers, origin: string): void {
  headers.set('Access-Control-Allow-Origin', origin);
  headers.append('Vary', 'Origin');
}
