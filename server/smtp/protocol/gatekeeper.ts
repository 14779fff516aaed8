/**
 * Between a session and its gate: asks, notes what is wanted, and carries it out by what the session
 * can do anyway. A session without a gate has one of these that never asks.
 *
 * A delay comes before the outcome, but at `final`: there the message is stored first, and its reply
 * comes late, as from a server that is slow to answer what it has taken.
 */
import { unreachable } from '../../assert.ts';
import type {
  AfterStore,
  BreakOff,
  CapabilityChange,
  GatePoint,
  GateQuestion,
  InjectedReply,
  SessionGate,
  Verdict,
} from './gate.ts';
import type { Outbox } from './outbox.ts';
import { replies } from './replies.ts';
import { injected, type Reply, reply } from './reply.ts';

/** What is asked for at one point, and both ways on from there. */
export interface Passage {
  readonly point: GatePoint;
  /** What is not the session's state yet. */
  readonly about?: Partial<GateQuestion>;
  readonly proceed: (change: CapabilityChange | null) => void;
  /** Says it, and does what else a refusal does here. */
  readonly refuse: (reply: Reply) => void;
}

/** What the session lets its gatekeeper do. */
export interface Gated {
  question(point: GatePoint): GateQuestion;
  /** Octets that have arrived and are not consumed. */
  unreadBytes(): number;
  /** Resumed by `Gatekeeper.resume`; `null`: never. */
  wait(ms: number | null): void;
  end(lastReply: Reply | null): void;
}

/** Any reply there is the last: nothing was asked, or nobody could go on. */
const lastWords: ReadonlySet<GatePoint> = new Set(['body', 'idle']);

export class Gatekeeper {
  readonly #gate: SessionGate | null;
  readonly #out: Outbox;
  readonly #session: Gated;
  #next: (() => void) | null = null;
  #afterStore: { readonly delayMs: number; readonly outcome: AfterStore | null } | null = null;
  /** What breaks off the reply that comes next. */
  #cut: BreakOff | null = null;
  /** The transaction that a fault came to last. */
  #touched: number | null = null;
  #struck = false;

  constructor(gate: SessionGate | null, out: Outbox, session: Gated) {
    this.#gate = gate;
    this.#out = out;
    this.#session = session;
  }

  /** What becomes of the session from here on may be the doing of a fault. */
  get struck(): boolean {
    return this.#struck;
  }

  /** Waits for nothing but the client's leaving. */
  get stalled(): boolean {
    return this.#next === null;
  }

  /** The next reply is not to be said whole: `cutShort` has to have it. */
  get cuts(): boolean {
    return this.#cut !== null;
  }

  cutShort(reply: Reply) {
    if (this.#cut === null) return;
    const { kind, replyBytes } = this.#cut;
    this.#cut = null;
    this.#out.sayPart(reply, replyBytes ?? 0);
    this.#end(kind);
  }

  /** The hot path: without a gate nothing more is done, and nothing is made for the question. */
  watches(point: GatePoint, recipient?: string): boolean {
    return this.#gate?.watches(point, recipient) ?? false;
  }

  /** To be called where `watches` is true. */
  pass(passage: Passage) {
    const question = { ...this.#session.question(passage.point), ...passage.about };
    const verdict = this.#gate?.ask(question) ?? null;
    if (verdict === null) return passage.proceed(null);
    this.#struck = true;
    this.#touched = question.transaction;
    for (const mark of verdict.marks) this.#out.struck(passage.point, mark);
    const heldMs = this.#slowDown(verdict.bytesPerSecond);
    const { delayMs } = verdict;
    if (passage.point === 'final' && storesFirst(verdict)) {
      return this.#storeFirst(verdict, passage, heldMs);
    }
    this.#after(heldMs + delayMs, () => this.#carryOut(verdict, passage));
  }

  /** The time that `wait` asked for is over. */
  resume(): void {
    const next = this.#next;
    this.#next = null;
    next?.();
  }

  /** Whether a fault makes the times of this transaction not ours, or takes away its 250. */
  ofStored(transaction: number): 'said' | 'late' | null {
    if (this.#afterStore !== null && this.#afterStore.outcome !== null) return 'said';
    return this.#touched === transaction || this.#out.late === 'session' ? 'late' : null;
  }

  /** The message is committed; `answer` says so, or what is to be said instead. */
  stored(answer: (instead: Reply | null) => void) {
    const wanted = this.#afterStore;
    this.#afterStore = null;
    if (wanted === null) return answer(null);
    const { delayMs, outcome } = wanted;
    this.#after(delayMs, () => {
      if (outcome === null) answer(null);
      else if (outcome.kind !== 'reply') this.#breakOff(outcome, () => answer(null));
      else if (outcome.code === 421) this.#session.end(toReply(outcome));
      else answer(toReply(outcome));
    });
  }

  /** It is not, and its reply is a genuine one. */
  notStored(): void {
    this.#afterStore = null;
  }

  #storeFirst(verdict: Verdict, passage: Passage, heldMs: number): void {
    const { outcome, delayMs } = verdict;
    this.#after(heldMs, () => {
      this.#afterStore = { delayMs, outcome: afterStore(outcome) };
      passage.proceed(null);
    });
  }

  /** What has arrived already was on the slow line too: how long it would have taken. */
  #slowDown(bytesPerSecond: number | null): number {
    if (bytesPerSecond === null) return 0;
    this.#out.late = 'session';
    this.#out.add({ kind: 'throttle', bytesPerSecond });
    return (this.#session.unreadBytes() / bytesPerSecond) * 1_000;
  }

  #after(ms: number, next: () => void) {
    if (ms <= 0) return next();
    if (this.#out.late === 'no') this.#out.late = 'reply';
    this.#next = next;
    this.#session.wait(ms);
  }

  #carryOut({ outcome, capabilities }: Verdict, passage: Passage) {
    switch (outcome.kind) {
      case 'proceed':
        return passage.proceed(capabilities);
      case 'reply':
        return this.#refuse(outcome, passage);
      case 'stall':
      case 'reset':
      case 'close':
        return this.#breakOff(outcome, () => passage.proceed(capabilities));
      case 'lose':
        return passage.refuse(injected(replies.stored(outcome.id)));
      case 'storeThen':
        return passage.proceed(null);
      default:
        return unreachable(outcome);
    }
  }

  #refuse(outcome: InjectedReply, { point, refuse }: Passage): void {
    // RFC 5321 §3.8: 421 says that the connection is closed. At `accept` it has to wait for TLS.
    const isLast = (outcome.code === 421 && point !== 'accept') || lastWords.has(point);
    if (isLast) this.#session.end(toReply(outcome));
    else refuse(toReply(outcome));
  }

  /** A reply of which a part is said has to be the one that comes by itself: `goOn` leads to it. */
  #breakOff(how: BreakOff, goOn: () => void) {
    if (how.replyBytes === null) return this.#end(how.kind);
    this.#cut = how;
    goOn();
  }

  #end(how: BreakOff['kind']) {
    if (how === 'stall') return this.#session.wait(null);
    if (how === 'reset') this.#out.add({ kind: 'reset' });
    this.#session.end(null);
  }
}

/** Even part of a 250 says that the message is stored. */
function storesFirst({ outcome }: Verdict): boolean {
  return (
    outcome.kind === 'proceed' ||
    outcome.kind === 'storeThen' ||
    ('replyBytes' in outcome && outcome.replyBytes !== null)
  );
}

function afterStore(outcome: Verdict['outcome']): AfterStore | null {
  if (outcome.kind === 'storeThen') return outcome.outcome;
  return 'replyBytes' in outcome ? outcome : null;
}

function toReply({ code, enhanced, texts }: InjectedReply): Reply {
  return injected(reply(code, enhanced, ...texts));
}
