/**
 * The calls of Mailpit on top of the same store and services as the native API. All that this
 * folder knows stays in it: the app asks it whether a path is its own, and hands such requests
 * over behind the guard.
 */
import type { Context } from 'hono';
import type { HttpProblem } from '../errors.ts';
import type { ForeignApi, HttpEnv, RouteDeps } from '../types.ts';
import { countActivity } from './activity.ts';
import { compressed, Refusal, textAnswer } from './answers.ts';
import type { MailpitContext } from './context.ts';
import { cleanPath, createRouter, type MailpitRoute, toRequest } from './router.ts';
import { applicationRoutes } from './routes/application.ts';
import { chaosRoutes } from './routes/chaos.ts';
import { checksRoutes } from './routes/checks.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { messageRoutes } from './routes/message.ts';
import { messagesRoutes } from './routes/messages.ts';
import { releaseRoutes } from './routes/release.ts';
import { sendRoutes } from './routes/send.ts';
import { tagsRoutes } from './routes/tags.ts';
import { viewRoutes } from './routes/view.ts';
import { createMailpitSocket, type MailpitSocket } from './socket.ts';
import { writeCanonicalNames } from './wire-names.ts';

export interface Mailpit extends ForeignApi {
  /** The events of `GET /api/events` when it is asked for as a WebSocket. */
  readonly socket: MailpitSocket;
  close(): void;
}

/** Images inside the HTML of a message. */
const shownParts = /^\/api\/v1\/message\/([0-9A-Za-z]+)\/part\//;

export function createMailpit(deps: RouteDeps): Mailpit {
  const activity = countActivity(deps.events);
  const context: MailpitContext = { ...deps, activity };
  const routes: readonly MailpitRoute[] = [
    ...messagesRoutes(context),
    ...messageRoutes(context),
    ...sendRoutes(context),
    ...releaseRoutes(context),
    ...checksRoutes(context),
    ...tagsRoutes(context),
    ...chaosRoutes(context),
    ...applicationRoutes(context),
    ...documentationRoutes(() => routes, deps.serverInfo),
    ...viewRoutes(context),
  ];
  const router = createRouter(routes);
  const { limits } = deps.options;
  const socket = createMailpitSocket({
    storage: deps.storage,
    events: deps.events,
    version: async () => `v${(await deps.serverInfo()).version}`,
    limits: { clientsMax: limits.eventClientsMax, queueBytesMax: limits.eventQueueBytesMax },
    logError: deps.logError,
  });

  return {
    owns: (path) => /^\/(?:api\/v1(?:\/|$)|view\/|search$)/.test(cleanPath(path)),
    async answer(c) {
      if (c.env.outgoing !== undefined) writeCanonicalNames(c.env.outgoing);
      try {
        const response = await answer(router, c);
        return await compressed(response, c.req.header('accept-encoding') ?? '');
      } catch (error) {
        if (error instanceof Refusal) return refusalAnswer(error);
        throw error;
      }
    },
    presentProblem,
    shownContent: shownParts,
    socket,
    close() {
      activity.close();
      socket.close();
    },
  };
}

async function answer(
  router: ReturnType<typeof createRouter>,
  c: Context<HttpEnv>,
): Promise<Response> {
  const { method } = c.req.raw;
  const path = cleanPath(c.req.path);
  if (method === 'OPTIONS' && path.startsWith('/api/')) return textAnswer('');
  if (path !== c.req.path && (method === 'GET' || method === 'HEAD')) {
    return new Response(null, {
      status: 301,
      headers: { Location: path + new URL(c.req.url).search },
    });
  }
  const { route, params } = router.find(method, path);
  return route.answer(toRequest(c, params));
}

function refusalAnswer({ status, message, headers }: Refusal): Response {
  return textAnswer(message, status, headers);
}

function presentProblem(problem: HttpProblem): Response {
  switch (problem.code) {
    case 'unauthorized':
      return textAnswer('Unauthorized.\n', 401, { 'WWW-Authenticate': 'Basic realm="Login"' });
    case 'foreign_origin':
      return textAnswer('Blocked due to CORS violation', 403);
    default:
      return textAnswer(problem.message, problem.status, problem.headers);
  }
}
