/** Requests that are held until there is what they wait for; nobody has to ask again and again. */
import type { Context } from 'hono';
import { z } from 'zod';
import { HttpProblem } from '../errors.ts';
import { presentDetail } from '../present.ts';
import { json, type Route, route } from '../route.ts';
import { messageDetail, settled } from '../shapes.ts';
import type { HttpEnv, RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';

/** Below the time after which proxies give up on an answer. */
const timeoutMsMax = 55_000;
const timeoutMsDefault = 10_000;
const text = z.string().min(1).max(998);
const address = z.string().min(1).max(320);

const timeout = z
  .string()
  .regex(/^\d{1,6}(?:ms|s)$/, 'must be a time such as 500ms or 10s')
  .transform((written) => Number.parseInt(written, 10) * (written.endsWith('ms') ? 1 : 1_000))
  .pipe(
    z.int().max(timeoutMsMax, `must be at most ${timeoutMsMax / 1_000}s; ask again for longer`),
  );

const waitQuery = z.strictObject({
  inbox: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .describe(
      'Only this inbox: an address, a domain (@acme.test) or an SMTP user (user:billing); several with commas between.',
    ),
  to: address.optional().describe('A recipient of the envelope, or @acme.test for a domain.'),
  from: address.optional().describe('The address in From, or @acme.test.'),
  sender: address.optional().describe('The address in MAIL FROM, or @acme.test.'),
  user: z.string().min(1).max(255).optional().describe('The SMTP user.'),
  subject: text.optional().describe('Part of the subject; case does not matter.'),
  body: text.optional().describe('Part of the text, or of the HTML as text.'),
  attachment: text.optional().describe('Part of the file name of an attachment.'),
  after: z
    .string()
    .max(64)
    .optional()
    .describe('The id of a message; only those accepted after it count.'),
  afterSeq: wholeNumber(0, 99_999_999)
    .optional()
    .describe('The same by `seq`, for programs that go on from where they were.'),
  timeout: timeout.optional().describe('How long to wait, such as 500ms or 10s; 10s unless given.'),
  claim: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be a name of letters, digits, dots and dashes')
    .optional()
    .describe('A group in which no message is handed out twice, such as the name of a script.'),
});

const settleQuery = z.strictObject({
  quiet: timeout
    .optional()
    .describe('How long an open connection must have been silent; 100ms unless given.'),
  timeout: timeout.optional().describe('How long to wait for clients that are busy; 10s.'),
});

export function waitRoutes({ storage, waits, options }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/wait',
        operationId: 'waitForMessage',
        summary: 'Wait for a message',
        description:
          'Answers with the oldest message that meets all conditions, at once when it is there, or as soon as it comes. When the time is over the answer is 408 and says why nothing came. A message whose 250 the sender has is always seen.',
        query: waitQuery,
        responses: { 200: json('The message', messageDetail) },
        problems: ['no_message', 'message_not_found', 'too_many_waits', 'stopping'],
      },
      async ({ c, query }) => {
        const { after, afterSeq = 0, claim = null, timeout: timeoutMs = timeoutMsDefault } = query;
        const wanted = {
          inbox: query.inbox ?? null,
          match: { ...matchOf(query), ...(after === undefined ? {} : { since: after }) },
          afterSeq,
          timeoutMs,
          claim,
        };
        const id = await held(c, (signal) => waits.message(wanted, signal));
        const message = await storage.detail(id);
        if (message === null) {
          throw new HttpProblem('message_not_found', 'The message was deleted as soon as it came.');
        }
        return c.json(presentDetail(message));
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/wait/settled',
        operationId: 'waitUntilSettled',
        summary: 'Wait until nothing is under way',
        description:
          'A barrier for tests that want to say that no mail came: whatever had reached this machine before the call was read and answered, and no client is in the middle of something.',
        query: settleQuery,
        responses: { 200: json('Nothing is under way', settled) },
        problems: ['not_settled', 'too_many_waits', 'stopping'],
      },
      async ({ c, query }) => {
        const { quiet: quietMs = 100, timeout: timeoutMs = timeoutMsDefault } = query;
        await held(c, (signal) => waits.settle({ quietMs, timeoutMs }, signal));
        return c.json({ settled: true });
      },
    ),
  ];

  /** A client that goes away frees its place at once. */
  async function held<T>(
    c: Context<HttpEnv>,
    wait: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (waits.count >= options.limits.waitsMax) {
      throw new HttpProblem(
        'too_many_waits',
        `${waits.count} requests wait for mail already, which is the limit. Try again in a moment.`,
        { headers: { 'Retry-After': '1' } },
      );
    }
    const gone = new AbortController();
    const leave = () => gone.abort(new HttpProblem('stopping', 'The client went away.'));
    c.env.outgoing?.once('close', leave);
    try {
      return await wait(gone.signal);
    } catch (error) {
      throw problemOf(error);
    } finally {
      c.env.outgoing?.off('close', leave);
    }
  }
}

type Wanted = z.output<typeof waitQuery>;

function matchOf({ to, from, sender, user, subject, body, attachment }: Wanted) {
  return {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(sender === undefined ? {} : { sender }),
    ...(user === undefined ? {} : { user }),
    ...(subject === undefined ? {} : { subject }),
    ...(body === undefined ? {} : { body }),
    ...(attachment === undefined ? {} : { attachment }),
  };
}

/** What waiting ended in, by the code of its error. */
function problemOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'MAIL_TIMEOUT':
      return new HttpProblem('no_message', error.message, { causes: causesOf(error) });
    case 'SINK_NOT_SETTLED':
      return new HttpProblem('not_settled', error.message);
    case 'SINK_STOPPED':
      return new HttpProblem('stopping', error.message);
    case 'SINK_ARGUMENT':
      return new HttpProblem('invalid_request', error.message);
    default:
      return error;
  }
}

interface WithCauses extends Error {
  readonly causes: readonly {
    readonly kind: string;
    readonly text: string;
    readonly sessionId: string | null;
  }[];
}

function causesOf(error: Error): WithCauses['causes'] {
  return 'causes' in error ? (error as WithCauses).causes : [];
}
