/**
 * What receivers need, from the engine in this process: for a sink inside a test, and for the
 * server that answers tests elsewhere.
 */
import type { SessionRecord, SessionSummary } from '../../db/session-types.ts';
import type { EventBus } from '../events.ts';
import type { FaultControl } from '../faults/types.ts';
import type { SessionSource } from '../sessions/types.ts';
import type { Storage } from '../storage/types.ts';
import { epochMs } from '../timers.ts';
import { NotSettledError } from './errors.ts';
import type { Evidence, ServerFacts } from './explain/evidence.ts';
import { createLocalSessions, type SessionFeed } from './local-sessions.ts';
import { createLocalMessages } from './local-source.ts';
import { addressAndPort, CaughtMail } from './mail.ts';
import type { MailSource } from './source.ts';

export interface LocalEngine {
  readonly source: MailSource;
  readonly sessions: SessionFeed;
  readonly evidence: Evidence;
}

export function createLocalEngine(parts: {
  readonly storage: Storage;
  readonly events: EventBus;
  readonly sessions: SessionSource;
  readonly faults: Pick<FaultControl, 'list' | 'magic'>;
  readonly webUrl: string | null;
  readonly server: ServerFacts;
}): LocalEngine {
  const { storage, sessions, webUrl, server } = parts;
  const feed = createLocalSessions(parts);
  return {
    source: {
      ...createLocalMessages(parts),
      async settle(options) {
        const { timeoutMs } = options;
        const awake = await sessions.quiet(options);
        if (awake.length > 0) throw notSettled(awake, timeoutMs);
      },
    },
    sessions: feed,
    evidence: {
      server,
      nowMs: epochMs,
      async received(sinceMs, limit) {
        const filter = { kind: 'receivedAfter', atMs: sinceMs } as const;
        const page = await storage.list({ filter, limit, beforeSeq: null, skip: 0 });
        const opened = await Promise.all(
          page.messages.map(async ({ id }) => {
            const [facts, raw] = await Promise.all([storage.get(id), storage.raw(id)]);
            return facts === null || raw === null ? null : new CaughtMail(facts, raw, webUrl);
          }),
        );
        return opened.filter((mail) => mail !== null).reverse();
      },
      async sessions(sinceMs, limit) {
        const records = await feed.list({ match: {}, limit });
        return records.filter((record) => wasOpenAt(record, sinceMs));
      },
      async faultHits(sinceMs) {
        const handles = [...parts.faults.list(), parts.faults.magic];
        return handles
          .flatMap(({ spec, hits }) => hits.map((hit) => ({ ...hit, rule: spec.name ?? '' })))
          .filter(({ atMs }) => atMs >= sinceMs)
          .sort((a, b) => a.atMs - b.atMs);
      },
    },
  };
}

export function wasOpenAt({ endedAtMs }: SessionRecord, sinceMs: number): boolean {
  return endedAtMs === null || endedAtMs >= sinceMs;
}

export function notSettled(awake: readonly SessionSummary[], timeoutMs: number): NotSettledError {
  const lines = awake.slice(0, 10).map(({ peerAddress, peerPort, lastReply, bytesReceived }) => {
    const last = lastReply === null ? 'nothing' : `${lastReply.code} to ${lastReply.verb}`;
    return `  ${addressAndPort(peerAddress, peerPort)}  last answered ${last}, ${bytesReceived} octets received`;
  });
  return new NotSettledError(
    [
      `After ${timeoutMs} ms a client is still in the middle of something, so nobody can say that no mail comes:`,
      ...lines,
    ].join('\n'),
    awake.map(({ id }) => id),
  );
}
