/** About the server, and the calls whose features are switched off. */
import { badRequest, jsonAnswer, notFound } from '../answers.ts';
import { findId, type MailpitContext } from '../context.ts';
import type { RelayDescription } from '../features.ts';
import type { MailpitRoute } from '../router.ts';

export function applicationRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { features } = context;
  return [
    {
      method: 'GET',
      path: '/api/v1/info',
      summary: 'Version, store and counters',
      answer: async () => jsonAnswer(await describeServer(context)),
    },
    {
      method: 'GET',
      path: '/api/v1/webui',
      summary: 'What is switched on',
      answer: () =>
        jsonAnswer({
          Label: '',
          MessageRelay: {
            Enabled: features.relay !== null,
            ...(features.relay?.description ?? noRelay),
          },
          SpamAssassin: features.spamCheck !== null,
          ChaosEnabled: features.chaos !== null,
          DuplicatesIgnored: false,
          HideDeleteAllButton: false,
        }),
    },
    ...(features.chaos?.routes ?? chaosOff),
    ...(features.relay?.routes ?? relayOff(context)),
    ...(features.spamCheck?.routes ?? []),
    ...features.more,
  ];
}

const noRelay: RelayDescription = {
  SMTPServer: '',
  ReturnPath: '',
  AllowedRecipients: '',
  BlockedRecipients: '',
  OverrideFrom: '',
  PreserveMessageIDs: false,
  RecipientAllowlist: '',
};

const chaosOff: readonly MailpitRoute[] = (['GET', 'PUT'] as const).map((method) => ({
  method,
  path: '/api/v1/chaos',
  summary: 'Faults on purpose; switched off',
  answer: () => {
    throw badRequest('Chaos is not enabled');
  },
}));

function relayOff(context: MailpitContext): readonly MailpitRoute[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/message/{id}/release',
      summary: 'Pass a message on; switched off',
      async answer(request) {
        const id = await findId(context, request);
        if ((await context.storage.get(id)) === null) throw notFound();
        const to = (await request.json()).texts('To');
        if (to.length === 0) throw badRequest('No valid addresses found');
        throw badRequest('SMTP error: no relay is configured');
      },
    },
  ];
}

async function describeServer({ storage, serverInfo, activity }: MailpitContext) {
  const [about, overview] = await Promise.all([serverInfo(), storage.overview()]);
  return {
    Version: `v${about.version}`,
    // Nothing is asked of other servers.
    LatestVersion: 'disabled',
    Database: about.store.location,
    DatabaseSize: about.store.fileBytes,
    Messages: overview.total,
    Unread: overview.unread,
    Tags: countByName(overview.tags),
    RuntimeStats: {
      Uptime: Math.max(0, Math.floor((Date.now() - Date.parse(about.startedAt)) / 1_000)),
      Memory: process.memoryUsage.rss(),
      MessagesDeleted: activity.deletedCount,
      SMTPAccepted: activity.acceptedCount,
      SMTPAcceptedSize: activity.acceptedBytes,
      SMTPRejected: activity.rejectedCount,
      SMTPIgnored: 0,
    },
  };
}

function countByName(
  tags: readonly { readonly name: string; readonly count: number }[],
): Readonly<Record<string, number>> {
  // Without a prototype: a tag may be called `__proto__`.
  const counts: Record<string, number> = Object.create(null);
  for (const { name, count } of tags) counts[name] = count;
  return counts;
}
