/**
 * What is known of a wait that failed: what came meanwhile, for whom, and what went wrong on the
 * wire. Gathered the same way in process and over HTTP; judged in `causes.ts`.
 */
import type { SessionRecord } from '../../../db/session-types.ts';
import type { Caller } from '../caller.ts';
import type { CaughtMail } from '../mail.ts';
import { type Condition, conditions } from '../mail-match.ts';
import type { FailedWait } from '../receiver.ts';
import { printInboxKey, type Scope, scopeHas } from '../scope.ts';

/** Where to ask. Times are of the server's clock. */
export interface Evidence {
  readonly server: ServerFacts;
  nowMs(): number;
  /** Of whatever inbox, the newest `limit` received at that time or later, the oldest first. */
  received(sinceMs: number, limit: number): Promise<readonly CaughtMail[]>;
  /** The newest `limit` of those that were open at that time or later, the oldest first. */
  sessions(sinceMs: number, limit: number): Promise<readonly SessionRecord[]>;
  /** Fired at that time or later, the oldest first. */
  faultHits(sinceMs: number): Promise<readonly FaultHit[]>;
}

export interface FaultHit {
  readonly atMs: number;
  readonly point: string;
  /** `452 4.2.2`, `reset`. */
  readonly text: string;
  readonly sessionId: string;
  /** Of the rule; `''` when it has none. */
  readonly rule: string;
}

export interface ServerFacts {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly smtpsPort: number | null;
  readonly tls: 'off' | 'offered' | 'required';
  readonly auth: 'off' | 'offered' | 'required';
  readonly authAcceptsAny: boolean;
  readonly webUrl: string | null;
  /** Of the process that waits; `null` where it is not that of the test. */
  readonly environment: NodeJS.ProcessEnv | null;
}

/** A message, and how far it is from what was wanted. */
export interface Miss {
  readonly mail: CaughtMail;
  readonly isOurs: boolean;
  readonly conditions: readonly Condition[];
  readonly claimedBy: Caller | null;
}

export interface Story {
  readonly wait: FailedWait;
  readonly server: ServerFacts;
  readonly endedAtMs: number;
  /** Ours first, then by how many conditions hold. */
  readonly arrived: readonly Miss[];
  /** Ours, and all conditions hold, but it was handed out before. */
  readonly claimed: readonly Miss[];
  /** Ours, unclaimed, and all conditions hold, but it was there before that counted. */
  readonly before: readonly Miss[];
  /** Sessions that may have to do with it, the oldest first. */
  readonly sessions: readonly SessionRecord[];
  /** Others, which had to do with other inboxes only. */
  readonly otherSessions: number;
  readonly hits: readonly FaultHit[];
  /** How late the message came after all; `null` as long as it did not. */
  readonly lateByMs: number | null;
}

/**
 * A test usually acts first and waits then, so what went wrong was before the wait: since its inbox
 * was made or, where that cannot be told, as long as this.
 */
const lookBackMs = 30_000;
const mailsMax = 50;
const sessionsMax = 200;

export async function gather(evidence: Evidence, wait: FailedWait): Promise<Story> {
  const { scope, startedAtMs } = wait;
  const endedAtMs = evidence.nowMs();
  const sinceMs = Math.min(startedAtMs, scope.sinceMs ?? startedAtMs - lookBackMs);
  const [received, ours, records, hits] = await Promise.all([
    evidence.received(sinceMs, mailsMax),
    wait.ours(mailsMax),
    evidence.sessions(sinceMs, sessionsMax),
    evidence.faultHits(sinceMs),
  ]);
  const known = new Map([...ours, ...received].map((mail) => [mail.id, mail]));
  const misses = [...known.values()].map((mail) => missOf(mail, wait));
  const fitting = misses.filter((miss) => miss.isOurs && distanceOf(miss) === 0);
  const sessions = records.filter((record) => concerns(record, scope));
  return {
    wait,
    server: evidence.server,
    endedAtMs,
    arrived: misses
      .filter(({ mail }) => mail.receivedAt.getTime() >= sinceMs)
      .sort((a, b) => Number(b.isOurs) - Number(a.isOurs) || distanceOf(a) - distanceOf(b)),
    claimed: fitting.filter(({ claimedBy }) => claimedBy !== null),
    before: fitting.filter(
      ({ mail, claimedBy }) => claimedBy === null && mail.seq <= wait.afterSeq,
    ),
    sessions,
    otherSessions: records.length - sessions.length,
    hits,
    lateByMs: null,
  };
}

/** How many conditions do not hold. */
export function distanceOf(miss: Miss): number {
  return miss.conditions.filter(({ holds }) => !holds).length;
}

function missOf(mail: CaughtMail, { scope, match, claims }: FailedWait): Miss {
  const { to: recipients, user } = mail.envelope;
  return {
    mail,
    isOurs: scopeHas(scope, { recipients, user }),
    conditions: conditionsOrNone(match, mail),
    claimedBy: claims.by(mail.id),
  };
}

/** A function of the test's own may not be made for this message. */
function conditionsOrNone(match: FailedWait['match'], mail: CaughtMail): readonly Condition[] {
  try {
    return conditions(match, mail);
  } catch (error) {
    const found = `threw ${error instanceof Error ? error.message : String(error)}`;
    return [{ name: 'where', wanted: 'no error', found, holds: false }];
  }
}

/** A session that was for somebody else only has nothing to do with this inbox. */
function concerns(record: SessionRecord, scope: Scope): boolean {
  if (scope.keys === null) return true;
  const recipients = record.lines.flatMap(({ from, text }) =>
    from === 'client' ? (/^RCPT TO:\s*<([^>]*)>/i.exec(text)?.[1] ?? []) : [],
  );
  if (recipients.length === 0 && record.linesDropped === 0) return true;
  return scopeHas(scope, { recipients, user: record.authUser });
}

export function namesOf(scope: Scope): readonly string[] {
  return scope.keys?.map(printInboxKey) ?? [];
}
