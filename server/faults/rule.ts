/**
 * One rule, compiled, with its counters. `consider` is a function of the question, the time and the
 * questions before; chance is drawn by place (see chance.ts): which connection since the rule was
 * added, which transaction of it, which question of that.
 */
import type { GateQuestion } from '../smtp/protocol/gate.ts';
import { draw } from './chance.ts';
import { isRandom } from './contradictions.ts';
import { globMatcher } from './glob.ts';
import { Keyed } from './keyed.ts';
import type {
  DelayMs,
  FaultEffect,
  FaultKey,
  FaultSpec,
  FaultWhere,
  SingleEffect,
} from './types.ts';

/** A question with what its session adds. */
export interface Occasion {
  readonly question: GateQuestion;
  readonly sessionId: string;
  readonly peerAddress: string;
  /** Ascending over all sessions, in the order of accepting. */
  readonly connection: number;
  /** What rules remember of this very connection; gone with it. */
  readonly memory: WeakMap<Rule, ConnectionMemory>;
  readonly nowMs: number;
}

/** Of one rule and one connection. */
export interface ConnectionMemory {
  transaction: number;
  /** Draws in this transaction. */
  draws: number;
  /** At `body`, where one question is asked many times. */
  bodyDone: boolean;
}

export interface Firing {
  readonly effect: SingleEffect;
  readonly delayMs: number;
}

interface Counter {
  seen: number;
  fired: number;
  windowFromMs: number;
  inWindow: number;
}

interface Acquaintance {
  sinceMs: number | null;
  lastMs: number;
}

export const keysMax = 1_000;
const day = 86_400_000;

const greylisted: FaultEffect = {
  kind: 'reply',
  code: 451,
  enhanced: '4.7.1',
  text: 'Greylisted, try again later',
};
const rateLimited: FaultEffect = {
  kind: 'reply',
  code: 450,
  enhanced: '4.7.1',
  text: 'Too many messages, slow down',
};

/** The effect of a rule, which may leave out what its condition implies. */
export function effectOf({ effect, when }: FaultSpec): FaultEffect {
  if (effect !== undefined) return effect;
  return when?.greylist !== undefined ? greylisted : rateLimited;
}

/** With a seed wherever chance is used, so that what happened can be repeated. */
export function withSeed(spec: FaultSpec, newSeed: () => number): FaultSpec {
  const effect = effectOf(spec);
  const steps = effect.kind === 'sequence' ? effect.steps : [effect];
  const usesChance = spec.when?.chance !== undefined || steps.some(isRandom);
  if (!usesChance || spec.when?.seed !== undefined) return spec;
  return { ...spec, when: { ...spec.when, seed: newSeed() } };
}

export class Rule {
  readonly spec: FaultSpec;
  readonly effect: FaultEffect;
  matchCount = 0;
  paused = false;
  readonly #fits: (occasion: Occasion) => boolean;
  readonly #counters = new Keyed<Counter>(keysMax, () => ({
    seen: 0,
    fired: 0,
    windowFromMs: Number.NEGATIVE_INFINITY,
    inWindow: 0,
  }));
  readonly #known = new Keyed<Acquaintance>(keysMax, () => ({ sinceMs: null, lastMs: 0 }));
  readonly #addedAtMs: number;
  readonly #firstConnection: number;
  /** Nothing is left to be done. */
  #over = false;

  /** `spec` as `checkSpec` and `withSeed` give it. */
  constructor(spec: FaultSpec, added: { readonly atMs: number; readonly connections: number }) {
    this.spec = spec;
    this.effect = effectOf(spec);
    this.#fits = compileWhere(spec.where ?? {});
    this.#addedAtMs = added.atMs;
    this.#firstConnection = added.connections;
  }

  isSpent(nowMs: number): boolean {
    const { forMs } = this.spec.when ?? {};
    return this.#over || (forMs !== undefined && nowMs - this.#addedAtMs >= forMs);
  }

  /** `null`: not this time. An `ok` is a firing too, which spares. */
  consider(occasion: Occasion): Firing | null {
    if (this.paused || this.isSpent(occasion.nowMs) || !this.#fits(occasion)) return null;
    const key = keyOf(this.spec.when?.per ?? 'rule', occasion);
    const counter = this.#counters.of(key);
    const effect = this.#nextEffect(counter);
    if (effect === null || !this.#isDue(effect, occasion)) return null;
    this.matchCount += 1;
    if (!this.#conditionsHold(counter, occasion)) return null;
    counter.fired += 1;
    this.#over = key === '' && this.#usedUp(counter);
    return { effect, delayMs: this.#delayOf(effect, occasion) };
  }

  #nextEffect({ fired }: Counter): SingleEffect | null {
    if (this.effect.kind !== 'sequence') return this.effect;
    const { steps, repeat = false } = this.effect;
    return steps[repeat ? fired % steps.length : fired] ?? null;
  }

  /** At `body` the session asks again and again, and each rule has one answer a message. */
  #isDue(effect: SingleEffect, occasion: Occasion): boolean {
    if (this.spec.at !== 'body') return true;
    const memory = this.#memoryOf(occasion);
    const afterBytes = 'afterBytes' in effect ? (effect.afterBytes ?? 1) : 1;
    // A slow line is slow from the first octet.
    const due = effect.kind === 'throttle' ? 0 : Math.max(1, afterBytes);
    if (memory.bodyDone || occasion.question.messageBytes < due) return false;
    memory.bodyDone = true;
    return true;
  }

  #conditionsHold(counter: Counter, occasion: Occasion): boolean {
    const { rateLimit, greylist, skip = 0, every = 1, chance = 1, times } = this.spec.when ?? {};
    if (rateLimit !== undefined && !exceeds(rateLimit, counter, occasion.nowMs)) return false;
    if (greylist !== undefined && this.#isAcquainted(greylist, occasion)) return false;
    counter.seen += 1;
    if (counter.seen <= skip || (counter.seen - skip) % every !== 0) return false;
    if (chance < 1 && this.#draw(occasion) >= chance) return false;
    return times === undefined || counter.fired < times;
  }

  #isAcquainted(
    { waitMs, forgetMs = day }: { readonly waitMs: number; readonly forgetMs?: number },
    { question, peerAddress, nowMs }: Occasion,
  ): boolean {
    const { sender, recipients } = question;
    const key = [peerAddress, sender ?? '', recipients[0] ?? ''].join('\0').toLowerCase();
    const known = this.#known.of(key);
    if (known.sinceMs === null || nowMs - known.lastMs >= forgetMs) {
      known.sinceMs = nowMs;
      known.lastMs = nowMs;
      return false;
    }
    known.lastMs = nowMs;
    return nowMs - known.sinceMs >= waitMs;
  }

  #usedUp({ fired }: Counter): boolean {
    const { times } = this.spec.when ?? {};
    if (times !== undefined && fired >= times) return true;
    return (
      this.effect.kind === 'sequence' &&
      this.effect.repeat !== true &&
      fired >= this.effect.steps.length
    );
  }

  #delayOf(effect: SingleEffect, occasion: Occasion): number {
    const delayMs: DelayMs = 'delayMs' in effect ? (effect.delayMs ?? 0) : 0;
    if (typeof delayMs === 'number') return delayMs;
    const [least, most] = delayMs;
    return Math.round(least + this.#draw(occasion) * (most - least));
  }

  #draw(occasion: Occasion): number {
    const memory = this.#memoryOf(occasion);
    const connection = occasion.connection - this.#firstConnection;
    const place = [connection, memory.transaction, memory.draws++];
    return draw(this.spec.when?.seed ?? 0, place);
  }

  #memoryOf({ memory, question: { transaction } }: Occasion): ConnectionMemory {
    let own = memory.get(this);
    if (own === undefined || own.transaction !== transaction) {
      own = { transaction, draws: 0, bodyDone: false };
      memory.set(this, own);
    }
    return own;
  }
}

/** Counts what is let through, so that refused attempts do not push the limit away. */
function exceeds(
  { max, perMs }: { readonly max: number; readonly perMs: number },
  counter: Counter,
  nowMs: number,
): boolean {
  if (nowMs - counter.windowFromMs >= perMs) {
    counter.windowFromMs = nowMs;
    counter.inWindow = 0;
  }
  if (counter.inWindow >= max) return true;
  counter.inWindow += 1;
  return false;
}

function keyOf(per: FaultKey, { question, sessionId, peerAddress }: Occasion): string {
  switch (per) {
    case 'rule':
      return '';
    case 'connection':
      return `c${sessionId}`;
    case 'message':
      return `m${sessionId} ${question.transaction}`;
    case 'recipient':
      return `r${question.recipients[0]?.toLowerCase() ?? ''}`;
    case 'sender':
      return `s${question.sender?.toLowerCase() ?? ''}`;
    case 'user':
      return `u${question.user ?? ''}`;
    case 'peer':
      return `p${peerAddress}`;
  }
}

function compileWhere(where: FaultWhere): (occasion: Occasion) => boolean {
  const tests: ((occasion: Occasion) => boolean)[] = [];
  const { recipient, domain, sender, user, inbox, peer, tls } = where;
  if (recipient !== undefined) {
    const matches = globMatcher(recipient);
    tests.push(({ question }) => question.recipients.some(matches));
  }
  if (domain !== undefined) {
    const matches = globMatcher(domain);
    tests.push(({ question }) => question.recipients.some((address) => matches(domainOf(address))));
  }
  if (sender !== undefined) {
    const matches = globMatcher(sender);
    tests.push(({ question }) => question.sender !== null && matches(question.sender));
  }
  if (user !== undefined) {
    const matches = globMatcher(user);
    tests.push(({ question }) => question.user !== null && matches(question.user));
  }
  if (inbox !== undefined) tests.push(inboxTest([inbox].flat()));
  if (peer !== undefined) {
    const matches = globMatcher(peer);
    tests.push(({ peerAddress }) => matches(peerAddress));
  }
  if (tls !== undefined) tests.push(({ question }) => question.tls === tls);
  return (occasion) => tests.every((test) => test(occasion));
}

function inboxTest(inboxes: readonly string[]): (occasion: Occasion) => boolean {
  const wanted = new Set(inboxes.map((inbox) => inbox.toLowerCase()));
  return ({ question: { user, recipients } }) =>
    (user !== null && wanted.has(user.toLowerCase())) ||
    recipients.some((address) => {
      const lower = address.toLowerCase();
      return wanted.has(lower) || wanted.has(`@${domainOf(lower)}`);
    });
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
