/** Passing a message on, in the words of Mailpit's clients. */
import { parseRecipient, recipientsMax } from '../../../relay/recipient.ts';
import { RelayError } from '../../../relay/relay-error.ts';
import type { Relay } from '../../../relay/types.ts';
import { badRequest, notFound, okAnswer } from '../answers.ts';
import { findId, type MailpitContext } from '../context.ts';
import type { MailpitRoute } from '../router.ts';

export function releaseRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { storage, relay } = context;
  return [
    {
      method: 'POST',
      path: '/api/v1/message/{id}/release',
      summary: 'Pass a message on through the relay',
      async answer(request) {
        const raw = await storage.raw(await findId(context, request));
        if (raw === null) throw notFound();
        const to = readRecipients((await request.json()).texts('To'));
        if (relay !== null) refuseForbidden(relay, to);
        if (to.length === 0) throw badRequest('No valid addresses found');
        if (relay === null) {
          throw badRequest('SMTP error: no relay is configured; name one with --relay-host');
        }
        const { accepted, rejected } = await relay.release({ raw, to }).catch(asRefusal);
        if (rejected.length > 0) {
          const refused = rejected.map(({ address, reply }) => `${address} (${reply})`).join(', ');
          throw badRequest(`SMTP error: refused ${refused}; sent to ${accepted.join(', ')}`);
        }
        return okAnswer();
      },
    },
  ];
}

/** As `GET /api/v1/webui` tells it. */
export function describeRelay(relay: Relay | null) {
  const about = relay?.options;
  return {
    Enabled: about !== undefined,
    SMTPServer: about === undefined ? '' : `${about.host}:${about.port}`,
    ReturnPath: about?.returnPath ?? '',
    AllowedRecipients: about?.allowed.join(',') ?? '',
    BlockedRecipients: about?.blocked.join(',') ?? '',
    OverrideFrom: about?.overrideFrom ?? '',
    PreserveMessageIDs: about?.preserveMessageIds ?? false,
    // The old name of AllowedRecipients.
    RecipientAllowlist: about?.allowed.join(',') ?? '',
  };
}

function readRecipients(given: readonly string[]): readonly string[] {
  if (given.length > recipientsMax)
    throw badRequest(`Failed: more than ${recipientsMax} addresses`);
  const addresses = given.map((text) => {
    const address = parseRecipient(text);
    if (address === null) throw badRequest(`Invalid email address: ${shown(text)}`);
    return address;
  });
  return [...new Set(addresses)];
}

function refuseForbidden(relay: Relay, to: readonly string[]): void {
  const { notAllowed, blocked } = relay.check(to);
  const name = ({ length }: readonly string[]) => (length === 1 ? 'Address' : 'Addresses');
  if (notAllowed.length > 0) {
    const list = notAllowed.join(', ');
    throw badRequest(`Failed: ${name(notAllowed)} do not match the allowlist: ${list}`);
  }
  if (blocked.length > 0) {
    throw badRequest(`Failed: ${name(blocked)} found on blocklist: ${blocked.join(', ')}`);
  }
}

function asRefusal(error: unknown): never {
  if (!(error instanceof RelayError)) throw error;
  throw badRequest(
    error.code === 'noSender' ? `Failed: ${error.message}` : `SMTP error: ${error.message}`,
  );
}

function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 320);
}
