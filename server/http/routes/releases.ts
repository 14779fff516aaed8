/** Passing a message on through another server, to whom somebody names. */
import { z } from 'zod';
import { parseRecipient } from '../../relay/recipient.ts';
import { RelayError } from '../../relay/relay-error.ts';
import type { Relay } from '../../relay/types.ts';
import { HttpProblem } from '../errors.ts';
import { json, type Route, route } from '../route.ts';
import { release, releaseRequest } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';
import { messageId, messageNotFound } from './messages.ts';

export function releasesRoutes({ storage, relay }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/api/messages/{id}/releases',
        operationId: 'releaseMessage',
        summary: 'Pass a message on through the relay',
        description:
          'Needs a relay (`--relay-host`). Bcc is left out, Date is set to now, and Message-ID to a new one unless `--relay-preserve-message-ids` is given.',
        params: z.object({ id: messageId }),
        body: releaseRequest,
        responses: { 200: json('What the server said to each recipient', release) },
        problems: [
          'message_not_found',
          'relay_off',
          'recipient_not_allowed',
          'sender_missing',
          'relay_failed',
        ],
      },
      async ({ c, params: { id }, body }) => {
        if (relay === null) throw relayOff();
        const to = readRecipients(body.to);
        refuseForbidden(relay, to);
        const message = await storage.get(id);
        const raw = message === null ? null : await storage.raw(message.id);
        if (raw === null) throw messageNotFound(id);
        const { accepted, rejected } = await relay.release({ raw, to }).catch(asProblem);
        return c.json({ accepted: [...accepted], rejected: [...rejected] });
      },
    ),
  ];
}

function readRecipients(given: readonly string[]): readonly string[] {
  const fields = given.flatMap((text, i) =>
    parseRecipient(text) === null
      ? [{ in: 'body' as const, name: `to.${i}`, detail: 'is not one address' }]
      : [],
  );
  if (fields.length > 0) {
    const which = fields.map(({ name }) => name).join(', ');
    throw new HttpProblem(
      'invalid_request',
      `Nothing was sent, because ${which} is not an address such as bob@example.test or Bob <bob@example.test>.`,
      { fields },
    );
  }
  return [...new Set(given.flatMap((text) => parseRecipient(text) ?? []))];
}

function refuseForbidden(relay: Relay, to: readonly string[]): void {
  const { notAllowed, blocked } = relay.check(to);
  const why = [
    ...(notAllowed.length > 0 ? [`--relay-allow does not allow ${notAllowed.join(', ')}`] : []),
    ...(blocked.length > 0 ? [`--relay-block blocks ${blocked.join(', ')}`] : []),
  ];
  if (why.length === 0) return;
  throw new HttpProblem('recipient_not_allowed', `Nothing was sent: ${why.join(', and ')}.`);
}

function asProblem(error: unknown): never {
  if (!(error instanceof RelayError)) throw error;
  // Another server's doing is an answer, no fault of ours to be logged.
  throw new HttpProblem(
    error.code === 'noSender' ? 'sender_missing' : 'relay_failed',
    `Nothing was sent. ${error.message}`,
  );
}

function relayOff(): HttpProblem {
  return new HttpProblem(
    'relay_off',
    'There is no server to pass messages on to. Name one with --relay-host (PRIXFIXE_RELAY_HOST).',
  );
}
