/** About the server. */
import { jsonAnswer } from '../answers.ts';
import type { MailpitContext } from '../context.ts';
import type { MailpitRoute } from '../router.ts';
import { describeRelay } from './release.ts';

export function applicationRoutes(context: MailpitContext): readonly MailpitRoute[] {
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
          MessageRelay: describeRelay(context.relay),
          SpamAssassin: context.checks.spam !== null,
          ChaosEnabled: context.options.chaosEnabled === true,
          DuplicatesIgnored: false,
          HideDeleteAllButton: false,
        }),
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
