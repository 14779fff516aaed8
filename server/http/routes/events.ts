import { z } from 'zod';
import { HttpProblem } from '../errors.ts';
import { eventTopics } from '../event-stream.ts';
import { type Route, route } from '../route.ts';
import type { RouteDeps } from '../types.ts';
import { existingInbox, inboxIdText } from './inboxes.ts';

export function eventsRoutes({ eventStream, storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/events',
        operationId: 'streamEvents',
        summary: 'Server-sent events: what happens, as it happens',
        description:
          '`message` and `message-updated` carry a PlacedMessage, `messages-removed` a MessagesRemoved, `resync` an empty object: fetch everything again; `inboxes-changed` an empty object: a named inbox was made, changed, filled or deleted; `session` a SessionSummary when a session opens, changes or ends, `sessions-changed` an empty object: fetch their list again; `fault` a FaultFired when a fault rule fires, `faults-changed` an empty object: fetch the rules again; `metrics` a MetricsDocument, once a second. Ids increase; events of sessions, faults and metrics have none and are not replayed; reconnecting with Last-Event-ID replays what was missed, or answers `resync`. Who leaves messages out of `topics` gets `messages-changed` instead, an empty object, at most every other second. With `inbox` only the messages of that inbox are told of, under the same ids; an event that it cannot be told for is a `resync`.',
        query: z.strictObject({
          topics: z
            .string()
            .max(64)
            .transform((list) => (list === '' ? [] : list.split(',')))
            .pipe(z.array(z.enum(eventTopics)))
            .optional()
            .describe(
              'What to hear of, with commas between: `messages`, `sessions`, `faults`, `metrics`. All of them unless given; with none of them only `messages-changed`.',
            ),
          inbox: inboxIdText
            .optional()
            .describe(
              'Only what happens in this inbox, by its id; then `topics` is `messages` unless given.',
            ),
          lastEventId: z
            .string()
            .max(32)
            .optional()
            .describe('For clients that cannot set the Last-Event-ID header field, which wins.'),
        }),
        responses: { 200: { description: 'Events', content: { 'text/event-stream': 'text' } } },
        problems: ['too_many_event_streams', 'inbox_not_found'],
      },
      async ({ c, query }) => {
        const headers = {
          'Content-Type': 'text/event-stream',
          // Proxies that would collect events until a buffer is full (nginx).
          'X-Accel-Buffering': 'no',
        };
        // Nobody would ever read, or end, the stream behind the answer to HEAD.
        if (c.req.raw.method === 'HEAD') return new Response(null, { headers });
        const inbox =
          query.inbox === undefined ? null : (await existingInbox(storage, query.inbox)).id;
        const topics = query.topics ?? (inbox === null ? undefined : (['messages'] as const));
        const stream = eventStream.connect(
          c.req.header('last-event-id') ?? query.lastEventId ?? null,
          topics && new Set(topics),
          inbox,
        );
        if (stream === null) {
          throw new HttpProblem(
            'too_many_event_streams',
            `${eventStream.clientCount} clients listen to events already, which is the limit. Close some tabs, or ask GET /api/messages now and then instead.`,
            { headers: { 'Retry-After': '10' } },
          );
        }
        return new Response(stream, { headers });
      },
    ),
  ];
}
