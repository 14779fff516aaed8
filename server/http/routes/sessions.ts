import { z } from 'zod';
import type { ReplyKind } from '../../../db/session-types.ts';
import { decodeSessionCursor } from '../cursor.ts';
import { HttpProblem } from '../errors.ts';
import { presentSessionDetail, presentSessionPage } from '../present-session.ts';
import { json, type Route, route } from '../route.ts';
import {
  sessionDetail,
  sessionOutcome,
  sessionPage,
  sessionsRemoval,
  sessionsRemoved,
} from '../session-shapes.ts';
import type { RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';

const listQuery = z.strictObject({
  outcome: sessionOutcome.optional().describe('Only sessions that ended so, or are `open`.'),
  error: z
    .string()
    .regex(/^[a-z_]{1,40}$/, 'must be the name of an error as the metrics have it')
    .optional()
    .describe('Only sessions in which this error happened, such as `timeout`.'),
  reply: z
    .string()
    .regex(/^([A-Z]{1,16} )?[2-5]\d\d$/, 'must be a code such as `550`, or a verb and a code')
    .optional()
    .describe(
      'Only sessions that were sent this reply: `550`, or `RCPT 550` for the reply to one verb. What a transcript merely mentions does not count.',
    ),
  peer: z.string().min(1).max(64).optional().describe('Only sessions from this address.'),
  user: z.string().min(1).max(255).optional().describe('Only sessions of this SMTP user.'),
  query: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Text that occurs in the EHLO name, the address, the user or the transcript.'),
  limit: wholeNumber(1, 500).optional().describe('At most this many sessions; 50 unless given.'),
  cursor: z.string().max(64).optional().describe('`nextCursor` of the previous page.'),
});

/** What the pattern above has let pass. */
function parseReplyKind(text: string): ReplyKind {
  const [code = '', verb = null] = text.split(' ').reverse();
  return { verb, code: Number(code) };
}

export function sessionsRoutes({ sessions }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/sessions',
        operationId: 'listSessions',
        summary: 'List SMTP sessions, open ones first, then the last to end',
        description:
          'Every connection is a session, also one that delivered nothing. `total` counts what meets all conditions, `byOutcome` what meets all but that on the outcome.',
        query: listQuery,
        responses: { 200: json('One page', sessionPage) },
        problems: ['invalid_cursor'],
      },
      async ({ c, query }) => {
        const page = await sessions.list({
          filter: {
            outcome: query.outcome ?? null,
            error: query.error ?? null,
            reply: query.reply === undefined ? null : parseReplyKind(query.reply),
            peer: query.peer ?? null,
            user: query.user ?? null,
            text: query.query ?? null,
          },
          limit: query.limit ?? 50,
          cursor: query.cursor === undefined ? null : decodeSessionCursor(query.cursor),
        });
        return c.json(presentSessionPage(page));
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/sessions',
        operationId: 'removeSessions',
        summary: 'Delete all sessions that have ended',
        description: 'This cannot be taken back. Messages stay.',
        body: sessionsRemoval,
        responses: { 200: json('How many were deleted', sessionsRemoved) },
      },
      async ({ c }) => c.json({ count: await sessions.clear() }),
    ),

    route(
      {
        method: 'get',
        path: '/api/sessions/{id}',
        operationId: 'getSession',
        summary: 'One session with its transcript and the time of each step',
        description: 'The id is the `sessionId` in the origin of the messages stored in it.',
        params: z.object({ id: z.string().max(64).describe('The id of a session.') }),
        responses: { 200: json('The session', sessionDetail) },
        problems: ['session_not_found'],
      },
      async ({ c, params }) => {
        const session = await sessions.get(params.id);
        if (session === null) {
          throw new HttpProblem(
            'session_not_found',
            'There is no session with this id. Only the newest 10,000 are kept, up to 64 MiB of them.',
          );
        }
        return c.json(presentSessionDetail(session));
      },
    ),
  ];
}
