/**
 * Receiving, the same for the whole sink and for one inbox, in process and over HTTP.
 *
 * A call takes the messages in the order of their acceptance, those that are there and then those
 * that come, and hands out the first one that matches and was not handed out before. Between the
 * last look at a claim and the claim itself nothing is awaited, so two calls never get one message.
 */
import { isDate } from 'node:util/types';
import { type Caller, callerOf } from './caller.ts';
import type { Claims } from './claims.ts';
import { SinkError } from './errors.ts';
import type { CaughtMail } from './mail.ts';
import { matches, mayMatch } from './mail-match.ts';
import { type Scope, scopeHas } from './scope.ts';
import type { Arrivals, Candidate, MailSource } from './source.ts';
import type { Mail, MailMatch, Receiver, SettleOptions, Wait, WaitOptions } from './types.ts';

const listedMax = 1_000;

export interface ReceiverParts {
  readonly source: MailSource;
  readonly scope: Scope;
  readonly claims: Claims;
  readonly waitMs: number;
  /** Aborted when the sink stops. */
  readonly ended: AbortSignal;
  readonly explain: Explain;
}

/** Makes the errors, for which it looks at everything that happened. */
export interface Explain {
  timeout(wait: FailedWait, caller: Caller): Promise<Error>;
  unexpected(
    about: {
      readonly scope: Scope;
      readonly match: MailMatch;
      readonly mails: readonly CaughtMail[];
    },
    caller: Caller,
  ): Promise<Error>;
}

export interface FailedWait {
  readonly scope: Scope;
  readonly claims: Claims;
  readonly match: MailMatch;
  readonly afterSeq: number;
  readonly count: number;
  /** What matched, which is less than `count`. */
  readonly found: readonly CaughtMail[];
  readonly startedAtMs: number;
  readonly timeoutMs: number;
  readonly because: string | null;
  /** Whenever it came, the newest `limit` of the inbox. */
  ours(limit: number): Promise<readonly CaughtMail[]>;
  /** How much too late a message that matches came, in a moment after the end; `null`: none did. */
  lateArrival(): Promise<number | null>;
}

export function createReceiver(parts: ReceiverParts): Receiver {
  const { source, scope, claims } = parts;

  async function first(call: Call): Promise<Mail> {
    const [mail] = await collect(parts, call);
    if (mail === undefined) throw new Error('a call that found nothing has thrown');
    return mail;
  }

  const receiver: Receiver = {
    next(match = {}, wait = {}) {
      const caller = callerOf(receiver.next);
      return first({ match, wait, caller, count: 1, claims: true });
    },
    nextN(count, match = {}, wait = {}) {
      const caller = callerOf(receiver.nextN);
      if (!Number.isSafeInteger(count) || count < 1 || count > listedMax) {
        throw new SinkError('SINK_ARGUMENT', `nextN takes a count from 1 to ${listedMax}.`);
      }
      return collect(parts, { match, wait, caller, count, claims: true });
    },
    peek(match = {}, wait = {}) {
      const caller = callerOf(receiver.peek);
      return first({ match, wait, caller, count: 1, claims: false });
    },
    async all(match = {}) {
      const afterSeq = await seqOf(source, match);
      const found = await source.list({ scope, match, afterSeq, limit: listedMax });
      return openAll(found, { scope, match, skip: () => false });
    },
    async none(match = {}, options = {}) {
      const caller = callerOf(receiver.none);
      const afterSeq = await seqOf(source, match);
      await settleOf(parts, options);
      const found = await source.list({ scope, match, afterSeq, limit: listedMax });
      const mails = await openAll(found, { scope, match, skip: (id) => claims.has(id) });
      if (mails.length > 0) throw await parts.explain.unexpected({ scope, match, mails }, caller);
    },
    async during(act, match = {}, wait = {}) {
      const caller = callerOf(receiver.during);
      const afterSeq = await source.lastSeq();
      const value = await act();
      const mail = await first({ match, wait, caller, count: 1, claims: true, afterSeq });
      return { value, mail };
    },
    stream(match = {}, { signal, from = 'start' } = {}) {
      // At the call, not when somebody takes the first message.
      const start = startOf(source, match, from);
      start.catch(() => {});
      return streamOf(parts, { match, signal }, start);
    },
    clear: () => source.remove(scope),
  };
  return receiver;
}

interface Call {
  readonly match: MailMatch;
  readonly wait: Wait;
  readonly caller: Caller;
  readonly count: number;
  /** Whether it takes the message for itself. */
  readonly claims: boolean;
  readonly afterSeq?: number;
}

async function collect(parts: ReceiverParts, call: Call): Promise<readonly CaughtMail[]> {
  const { source, scope, claims } = parts;
  const { match, caller, count } = call;
  const wait: WaitOptions = typeof call.wait === 'number' ? { timeoutMs: call.wait } : call.wait;
  const timeoutMs = checkedTimeout(wait.timeoutMs ?? parts.waitMs);
  refuseEnded(parts, wait.signal);
  const startedAtMs = source.nowMs();
  const afterSeq = Math.max(call.afterSeq ?? 0, await seqOf(source, match));
  const arrivals = source.arrivals({ scope, match, afterSeq, timeoutMs });
  const release = closeOn([parts.ended, wait.signal], arrivals);
  let found: readonly CaughtMail[] = [];
  try {
    for (;;) {
      const candidate = await arrivals.next();
      if (candidate === null) break;
      const mail = await openMatching(candidate, { scope, match, skip: (id) => claims.has(id) });
      if (mail === null) continue;
      // Whoever was quicker may have taken one of them while this one was opened.
      found = [...found, mail].filter(({ id }) => !claims.has(id));
      if (found.length < count) continue;
      if (call.claims) for (const { id } of found) claims.claim(id, caller);
      return found;
    }
    refuseEnded(parts, wait.signal);
    throw await parts.explain.timeout(
      {
        scope,
        claims,
        match,
        afterSeq,
        count,
        found,
        startedAtMs,
        timeoutMs,
        because: wait.because ?? null,
        ours: (limit) => newest(parts, limit),
        lateArrival: () => lateArrival(parts, { match, afterSeq, endedAtMs: source.nowMs() }),
      },
      caller,
    );
  } finally {
    release();
  }
}

async function newest({ source, scope }: ReceiverParts, limit: number) {
  const found = await source.list({ scope, match: {}, afterSeq: 0, limit });
  return openAll(found, { scope, match: {}, skip: () => false });
}

/** For so long a message that comes too late is still noticed. */
const lateMs = 1_000;

async function lateArrival(
  { source, scope, claims, ended }: ReceiverParts,
  wait: { readonly match: MailMatch; readonly afterSeq: number; readonly endedAtMs: number },
): Promise<number | null> {
  const { match, afterSeq, endedAtMs } = wait;
  const arrivals = source.arrivals({
    scope,
    match,
    afterSeq,
    timeoutMs: lateMs,
    isBackground: true,
  });
  const release = closeOn([ended], arrivals);
  try {
    for (;;) {
      const candidate = await arrivals.next();
      if (candidate === null) return null;
      const mail = await openMatching(candidate, { scope, match, skip: (id) => claims.has(id) });
      const lateByMs = mail === null ? 0 : mail.receivedAt.getTime() - endedAtMs;
      if (lateByMs > 0) return lateByMs;
    }
  } catch {
    // The error is on its way already; this would only have made it say more.
    return null;
  } finally {
    release();
  }
}

/** Returns what closes them in any case, and lets go of the signals. */
function closeOn(given: readonly (AbortSignal | undefined)[], arrivals: Arrivals): () => void {
  const signals = given.filter((signal) => signal !== undefined);
  const close = () => arrivals.close();
  for (const signal of signals) signal.addEventListener('abort', close);
  if (signals.some(({ aborted }) => aborted)) close();
  return () => {
    close();
    for (const signal of signals) signal.removeEventListener('abort', close);
  };
}

function refuseEnded({ ended }: ReceiverParts, signal: AbortSignal | undefined): void {
  if (ended.aborted) throw ended.reason;
  if (signal?.aborted === true) throw signal.reason;
}

interface Wanted {
  readonly scope: Scope;
  readonly match: MailMatch;
  readonly skip: (id: string) => boolean;
}

async function openMatching(candidate: Candidate, wanted: Wanted): Promise<CaughtMail | null> {
  const { scope, match, skip } = wanted;
  const { summary, id } = candidate;
  const recipients = summary.forwardPaths;
  const showsAll = recipients.length >= summary.recipientCount;
  if (showsAll && !scopeHas(scope, { recipients, user: summary.authUser })) return null;
  if (skip(id) || !mayMatch(match, summary)) return null;
  const mail = await candidate.open();
  if (mail === null || skip(id)) return null;
  const { envelope } = mail;
  const isOurs = scopeHas(scope, { recipients: envelope.to, user: envelope.user });
  return isOurs && matches(match, mail) ? mail : null;
}

async function openAll(
  candidates: readonly Candidate[],
  wanted: Wanted,
): Promise<readonly CaughtMail[]> {
  const mails: CaughtMail[] = [];
  for (const candidate of candidates) {
    const mail = await openMatching(candidate, wanted);
    if (mail !== null) mails.push(mail);
  }
  return mails;
}

async function* streamOf(
  parts: ReceiverParts,
  call: { readonly match: MailMatch; readonly signal: AbortSignal | undefined },
  start: Promise<number>,
): AsyncGenerator<Mail, void, void> {
  const { source, scope, ended } = parts;
  const { match, signal } = call;
  const afterSeq = await start;
  const arrivals = source.arrivals({ scope, match, afterSeq, timeoutMs: null });
  const release = closeOn([ended, signal], arrivals);
  try {
    for (;;) {
      const candidate = await arrivals.next();
      if (candidate === null) return;
      const mail = await openMatching(candidate, { scope, match, skip: () => false });
      if (mail !== null) yield mail;
    }
  } finally {
    release();
  }
}

async function startOf(source: MailSource, match: MailMatch, from: 'now' | 'start') {
  const [now, since] = await Promise.all([
    from === 'now' ? source.lastSeq() : 0,
    seqOf(source, match),
  ]);
  return Math.max(now, since);
}

/** Where to begin, when the match says after which message. */
async function seqOf(source: MailSource, { since }: MailMatch): Promise<number> {
  if (since === undefined || isDate(since)) return 0;
  const id = typeof since === 'string' ? since : since.id;
  const seq = await source.seqOf(id);
  if (seq !== null) return seq;
  throw new SinkError('SINK_ARGUMENT', `There is no message ${id} that "since" could mean.`);
}

function settleOf({ source, waitMs }: ReceiverParts, options: SettleOptions): Promise<void> {
  return source.settle(completeSettle(options, waitMs));
}

export function completeSettle(options: SettleOptions, waitMs: number): Required<SettleOptions> {
  return { quietMs: options.quietMs ?? 100, timeoutMs: options.timeoutMs ?? waitMs };
}

const timeoutMsMax = 0x7fff_ffff;

function checkedTimeout(timeoutMs: number): number {
  if (timeoutMs >= 0 && timeoutMs <= timeoutMsMax) return timeoutMs;
  throw new SinkError(
    'SINK_ARGUMENT',
    `A wait takes from 0 to ${timeoutMsMax} milliseconds, not ${timeoutMs}.`,
  );
}
