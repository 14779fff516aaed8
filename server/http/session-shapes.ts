/** Sessions as they cross HTTP. See `shapes.ts` for the manner. */
import { z } from 'zod';
import type { RecordedOutcome } from '../../db/session-types.ts';
import { dialogueLine, tlsFacts } from './shapes.ts';

const time = z.iso.datetime();
const count = z.int().min(0);

export const sessionOutcomes = [
  'open',
  'delivered',
  'rejected',
  'nothing',
  'aborted',
  'timeout',
  'tls-failed',
  'auth-failed',
  'refused',
  'shutdown',
  'protocol-error',
  'fault',
] as const satisfies readonly RecordedOutcome[];

export const sessionOutcome = z.enum(sessionOutcomes);

export const sessionSummary = z.object({
  id: z.string(),
  listener: z.enum(['smtp', 'smtps']),
  peerAddress: z.string(),
  peerPort: z.int(),
  startedAt: time,
  endedAt: time.nullable(),
  durationMs: z.number().nullable(),
  outcome: sessionOutcome,
  ehloName: z.string(),
  tls: tlsFacts.nullable(),
  authUser: z.string().nullable(),
  /** The first 20 messages stored in the session. */
  messageIds: z.array(z.string()),
  messageCount: count,
  bytesReceived: count,
  /** Types of errors that happened, each once; the names of the metrics document. */
  errors: z.array(z.string()),
  lastReply: z.object({ verb: z.string(), code: z.int(), text: z.string() }).nullable(),
});

export const sessionPage = z.object({
  sessions: z.array(sessionSummary),
  nextCursor: z.string().nullable(),
  total: count,
  byOutcome: z.partialRecord(sessionOutcome, count),
});

export const sessionDetail = sessionSummary.extend({
  /** Secrets masked, bodies elided; of many the first and the last, with a note between. */
  lines: z.array(dialogueLine),
  linesDropped: count,
  /**
   * One per reply, in order: when it was sent and how long after its command. The first and the
   * last of many; none when metrics are off, for then nothing is timed.
   */
  replies: z.array(
    z.object({ atMs: z.number(), verb: z.string(), code: z.int(), tookMs: z.number() }),
  ),
  tlsFailure: z.string().nullable(),
});

/** There is no way to mean all by leaving something out. */
export const sessionsRemoval = z.strictObject({ all: z.literal(true) });

export const sessionsRemoved = z.object({ count });

export type SessionOutcomeShape = z.infer<typeof sessionOutcome>;
export type SessionSummaryShape = z.infer<typeof sessionSummary>;
export type SessionPageShape = z.infer<typeof sessionPage>;
export type SessionDetailShape = z.infer<typeof sessionDetail>;
