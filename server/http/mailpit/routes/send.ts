/** A message by HTTP instead of SMTP. */
import { newMessageId } from '../../../message-id.ts';
import { jsonAnswer, Refusal } from '../answers.ts';
import { composeMessage, type OutgoingMessage } from '../compose.ts';
import type { MailpitContext } from '../context.ts';
import { parseJsonObject } from '../json-object.ts';
import { readOutgoing } from '../read-outgoing.ts';
import type { MailpitRequest, MailpitRoute } from '../router.ts';

export function sendRoutes(context: MailpitContext): readonly MailpitRoute[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/send',
      summary: 'Store a message as if it had come by SMTP',
      async answer(request) {
        try {
          const id = await send(context, request);
          return jsonAnswer({ ID: id });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return jsonAnswer({ Error: error.message }, error.status, error.headers);
        }
      },
    },
  ];
}

async function send(context: MailpitContext, request: MailpitRequest): Promise<string> {
  const { smtp } = await context.serverInfo();
  const bytesMax = smtp.messageBytesMax;
  const tooLarge = () =>
    new Refusal(413, `The message is larger than ${bytesMax} octets`, { Connection: 'close' });
  const message = readOutgoing(parseJsonObject(await request.body({ bytesMax, tooLarge })));
  const raw = await composeMessage(message);
  return store(context, request, message, raw);
}

async function store(
  { storage }: MailpitContext,
  { c }: MailpitRequest,
  message: OutgoingMessage,
  raw: Uint8Array,
): Promise<string> {
  const nowMs = Date.now();
  const socket = c.env.incoming?.socket;
  const id = newMessageId(nowMs);
  const outcome = await storage.append({
    id,
    receivedAtMs: nowMs,
    envelope: {
      reversePath: message.from.address,
      forwardPaths: [...message.to, ...message.cc, ...message.bcc].map(({ address }) => ({
        address,
        parameters: {},
      })),
      parameters: {},
    },
    origin: {
      listener: 'http',
      sessionId: '',
      peerAddress: socket?.remoteAddress ?? '',
      peerPort: socket?.remotePort ?? 0,
      ehloName: '',
      tls: null,
      authUser: userOf(c.req.header('authorization')),
      authMechanism: null,
    },
    timings: {
      sessionAgeMs: null,
      tlsMs: null,
      authMs: null,
      envelopeMs: null,
      dataMs: null,
      commitMs: null,
    },
    dialogue: [],
    wire: { bareLfCount: 0, bareCrCount: 0, via: null },
    raw: [raw],
    sizeBytes: raw.byteLength,
  });
  if (outcome.kind === 'stored') return outcome.id;
  const why = outcome.refusal === 'storageFull' ? 'the disk is full' : 'the store is busy';
  throw new Refusal(503, `The message was not stored because ${why}; try again`, {
    'Retry-After': '1',
  });
}

/** The guard has checked the password where there is one to check. */
function userOf(authorization: string | undefined): string | null {
  const token = /^basic +([a-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return null;
  const [user = ''] = Buffer.from(token, 'base64').toString('utf8').split(':', 1);
  return user === '' ? null : user;
}
