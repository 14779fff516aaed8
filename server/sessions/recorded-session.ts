/**
 * One SMTP session as it is recorded. Observations come at the pace of the protocol, many for each
 * message, so they only append; sense is made of them when somebody asks.
 */
import type {
  RecordedOutcome,
  SessionRecord,
  SessionReply,
  SessionSummary,
} from '../../db/session-types.ts';
import type { DialogueLine, TlsFacts } from '../../db/types.ts';
import { unreachable } from '../assert.ts';
import type { Observation, SessionOutcome } from '../smtp/protocol/session-types.ts';
import type { SessionFacts, SmtpObserver } from '../smtp/types.ts';
import { Excerpt } from './excerpt.ts';

const messageIdsMax = 20;
/** More than the protocol has; what is configured may add some. */
const replyKindsMax = 200;
/** Lines and replies; the sizes are of lines, in characters. */
const excerptLimits = { firstMax: 400, firstSizeMax: 52_000, lastMax: 100, lastSizeMax: 13_000 };

type Handshake = Parameters<NonNullable<SmtpObserver['tlsHandshake']>>[1];

/** Where the clock of the session started: time of day, and `monotonicMs()`. */
export interface StartTimes {
  readonly atMs: number;
  readonly clockMs: number;
}

export class RecordedSession {
  readonly facts: SessionFacts;
  /** Ascending in the order of opening. */
  readonly number: number;
  /** It will be told of with the next tick of the announcer, whose mark this is. */
  changeNoted = false;
  readonly #traffic: { readonly bytesReceived: number };
  readonly #start: StartTimes;
  readonly #timed: boolean;
  readonly #lines = new Excerpt<DialogueLine>(excerptLimits, (line) => line.text.length);
  readonly #replies = new Excerpt<SessionReply>(excerptLimits, () => 0);
  readonly #messageIds: string[] = [];
  readonly #errors: string[] = [];
  readonly #replyKinds: { readonly verb: string; readonly code: number }[] = [];
  #messageCount = 0;
  #ehloName = '';
  #authUser: string | null = null;
  #tls: TlsFacts | null = null;
  #tlsFailure: string | null = null;
  /** Of a handshake before the greeting: the protocol's own clock starts after it. */
  #delayMs = 0;
  #lastServerLine: DialogueLine | null = null;
  #lastReply: { readonly verb: string; readonly code: number; readonly text: string } | null = null;
  #somethingRefused = false;
  #transactionOpen = false;
  #handshaking: boolean;
  #authFailed = false;
  #struck = false;
  #ended: { readonly afterMs: number; readonly outcome: RecordedOutcome } | null = null;

  constructor(
    facts: SessionFacts,
    about: {
      readonly number: number;
      readonly traffic: { readonly bytesReceived: number };
      readonly start: StartTimes;
      /** Without times there are no steps to show. */
      readonly timed: boolean;
    },
  ) {
    this.facts = facts;
    this.number = about.number;
    this.#traffic = about.traffic;
    this.#start = about.start;
    this.#timed = about.timed;
    this.#handshaking = facts.listener === 'smtps';
  }

  get outcome(): RecordedOutcome {
    return this.#ended?.outcome ?? 'open';
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  get id(): string {
    return this.facts.id;
  }

  /** In the middle of a transaction or of a handshake. */
  get isBusy(): boolean {
    return this.#transactionOpen || this.#handshaking;
  }

  get bytesReceived(): number {
    return this.#traffic.bytesReceived;
  }

  /** On the clock of the session; `null` when nothing is timed. */
  get lastHeardMs(): number | null {
    if (!this.#timed) return null;
    return this.#start.clockMs + this.#delayMs + (this.#lastServerLine?.atMs ?? 0);
  }

  /** `wasWritten`: one who is gone has not been answered, whatever the protocol said. */
  observe(observation: Observation, wasWritten: boolean): void {
    switch (observation.kind) {
      case 'line':
        this.#lines.add(observation.line);
        if (observation.line.from === 'server') this.#lastServerLine = observation.line;
        return;
      case 'reply':
        this.#reply(observation.verb, observation.code, observation.tookMs);
        if (wasWritten) this.#noteKind(observation);
        return;
      case 'fault':
        this.#struck = true;
        return;
      case 'hello':
        this.#ehloName = observation.name;
        return;
      case 'authenticated':
        this.#authUser = observation.user;
        this.#authFailed = false;
        return;
      case 'stored':
        this.#messageCount += 1;
        this.#transactionOpen = false;
        if (this.#messageIds.length < messageIdsMax) this.#messageIds.push(observation.id);
        return;
      case 'error':
        this.#error(observation.error);
        if (observation.error === 'auth_failed') this.#authFailed = true;
        return;
      case 'ended':
        return;
      default:
        unreachable(observation);
    }
  }

  handshake({ ok, reason, tls, injected }: Handshake, clockMs: number): void {
    this.#tls = tls;
    this.#handshaking = false;
    if (ok) {
      if (this.facts.listener === 'smtps') this.#delayMs = clockMs - this.#start.clockMs;
      return;
    }
    this.#tlsFailure = reason;
    if (injected === undefined) this.#error('tls_handshake_failed');
  }

  /** `null`: it was cut off without a word of the protocol. */
  end(outcome: SessionOutcome | null, clockMs: number): void {
    this.#ended ??= {
      afterMs: Math.max(0, clockMs - this.#start.clockMs),
      outcome: this.#outcome(outcome),
    };
  }

  summary(): SessionSummary {
    const { id, listener, peerAddress, peerPort } = this.facts;
    const ended = this.#ended;
    return {
      id,
      listener,
      peerAddress,
      peerPort,
      startedAtMs: this.#start.atMs,
      endedAtMs: ended === null ? null : Math.round(this.#start.atMs + ended.afterMs),
      durationMs: ended === null ? null : ended.afterMs,
      outcome: this.outcome,
      ehloName: this.#ehloName,
      tls: this.#tls,
      authUser: this.#authUser,
      messageIds: [...this.#messageIds],
      messageCount: this.#messageCount,
      bytesReceived: this.#traffic.bytesReceived,
      errors: [...this.#errors],
      lastReply: this.#lastReply,
    };
  }

  record(): SessionRecord {
    const linesDropped = this.#lines.dropped;
    const lines = this.#lines.items((next) => ({
      atMs: next.atMs,
      from: 'note',
      text: `… ${linesDropped} lines left out …`,
    }));
    const summary = this.summary();
    // Written out: a copy of the summary with more in it costs ten times as much.
    return {
      id: summary.id,
      listener: summary.listener,
      peerAddress: summary.peerAddress,
      peerPort: summary.peerPort,
      startedAtMs: summary.startedAtMs,
      endedAtMs: summary.endedAtMs,
      durationMs: summary.durationMs,
      outcome: summary.outcome,
      ehloName: summary.ehloName,
      tls: summary.tls,
      authUser: summary.authUser,
      messageIds: summary.messageIds,
      messageCount: summary.messageCount,
      bytesReceived: summary.bytesReceived,
      errors: summary.errors,
      lastReply: summary.lastReply,
      lines: delayed(lines, this.#delayMs),
      linesDropped,
      replies: delayed(this.#replies.items(), this.#delayMs),
      replyKinds: this.#replyKinds.map(({ verb, code }) => `${verb} ${code}`),
      tlsFailure: this.#tlsFailure,
    };
  }

  #reply(verb: string, code: number, tookMs: number): void {
    const line = this.#lastServerLine;
    const atMs = line?.atMs ?? 0;
    if (this.#timed) this.#replies.add({ atMs, verb, code, tookMs });
    // Code and separator come before the text (RFC 5321 §4.2).
    this.#lastReply = { verb, code, text: line?.text.slice(4) ?? '' };
    if (code >= 400) this.#somethingRefused = true;
    if (verb === 'STARTTLS') this.#handshaking = code === 220;
    if (verb === 'MAIL') this.#transactionOpen ||= code < 400;
    else if (verb === 'DATA') this.#transactionOpen &&= code === 354;
    else if (verb === 'BDAT') this.#transactionOpen &&= code < 400;
    else if (verb === 'RSET' || verb === 'EHLO' || verb === 'HELO') this.#transactionOpen = false;
  }

  /** There are a handful; to look through them costs less than to make a name for a set. */
  #noteKind({ verb, code }: { readonly verb: string; readonly code: number }): void {
    for (const known of this.#replyKinds) {
      if (known.code === code && known.verb === verb) return;
    }
    if (this.#replyKinds.length < replyKindsMax) this.#replyKinds.push({ verb, code });
  }

  #error(error: string): void {
    if (!this.#errors.includes(error)) this.#errors.push(error);
  }

  /**
   * What went wrong last says most, but a client that has delivered and then only keeps its
   * connection until we end it has delivered.
   */
  #outcome(outcome: SessionOutcome | null): RecordedOutcome {
    const done = this.#messageCount > 0 && !this.#transactionOpen;
    // Whatever became of it, it was not left to itself.
    if (this.#struck) return 'fault';
    if (outcome === 'refused') return 'refused';
    if (this.#tlsFailure !== null) return 'tls-failed';
    switch (outcome) {
      case null:
      case 'aborted':
        return 'aborted';
      case 'protocol-error':
      case 'fault':
        return outcome;
      case 'timeout':
      case 'shutdown':
        return done ? 'delivered' : outcome;
      case 'quit':
      case 'closed':
        if (done) return 'delivered';
        if (this.#authFailed) return 'auth-failed';
        return this.#somethingRefused ? 'rejected' : 'nothing';
      default:
        return unreachable(outcome);
    }
  }
}

function delayed<T extends { readonly atMs: number }>(
  items: readonly T[],
  delayMs: number,
): readonly T[] {
  return delayMs === 0 ? items : items.map((item) => ({ ...item, atMs: item.atMs + delayMs }));
}
