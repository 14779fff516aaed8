/**
 * Faults: rules that make SMTP sessions go wrong on purpose. The one form in which they are written,
 * over the library, HTTP, the command line and the configuration file alike, and what can be asked
 * of them at run time.
 *
 * Times are milliseconds, sizes octets. FAULTS.md explains each point and effect.
 */
import type { GatePoint } from '../smtp/protocol/gate.ts';

/** Where a session may be interfered with, in the order in which it comes there. */
export const faultPoints = [
  'accept',
  'banner',
  'ehlo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'body',
  'final',
  'idle',
] as const satisfies readonly GatePoint[];
export type FaultPoint = (typeof faultPoints)[number];

export const effectKinds = [
  'reply',
  'delay',
  'stall',
  'reset',
  'close',
  'throttle',
  'capabilities',
  'lose',
  'store-then-fail',
  'ok',
  'sequence',
] as const;
export type EffectKind = (typeof effectKinds)[number];

/** One rule. Rules are looked at in the order in which they were added. */
export interface FaultSpec {
  /** For people: up to 80 characters. */
  readonly name?: string;
  readonly at: FaultPoint;
  /** Every condition must hold; without any the rule is for all. */
  readonly where?: FaultWhere;
  readonly when?: FaultWhen;
  /** May be left out with `when.greylist` (451 4.7.1) and `when.rateLimit` (450 4.7.1). */
  readonly effect?: FaultEffect;
  /** Whoever takes the rule away wants it to have fired; see `FaultHandle.assertFired`. */
  readonly mustFire?: boolean;
}

/** Patterns in which `*` stands for any run of characters and `?` for one; case does not matter. */
export type Globs = string | readonly string[];

/**
 * What is not known yet at a point cannot be asked there: a recipient before `rcpt`, a sender before
 * `mail`, a user before `auth`. From `data` on one recipient that fits is enough.
 */
export interface FaultWhere {
  /** Whole envelope address, without angle brackets: `*@full.test`. */
  readonly recipient?: Globs;
  /** The recipient's part behind the @. */
  readonly domain?: Globs;
  /** Whole address; `''` is the null reverse-path. */
  readonly sender?: Globs;
  /** Who has logged in by AUTH. */
  readonly user?: Globs;
  /** Literal: an address `ada@acme.test`, a domain `@acme.test`, or an SMTP user `ada`. */
  readonly inbox?: string | readonly string[];
  /** The client's IP address. */
  readonly peer?: Globs;
  readonly tls?: boolean;
}

/** Looked at in this order; the first condition that does not hold ends it. */
export interface FaultWhen {
  /** Fires only within this time after the rule was added. */
  readonly forMs?: number;
  /** Fires on what exceeds `max` within a window, which starts with the first that is let through. */
  readonly rateLimit?: { readonly max: number; readonly perMs: number };
  /**
   * Fires on the first attempt of a client, sender and recipient, and until `waitMs` have passed
   * since; remembered for `forgetMs` (a day unless given).
   */
  readonly greylist?: { readonly waitMs: number; readonly forgetMs?: number };
  /** The first so many are spared. */
  readonly skip?: number;
  /** Then each n-th fires. */
  readonly every?: number;
  /** From 0 to 1. */
  readonly chance?: number;
  /** Of chance and of random delays, from 0 to 4294967295; one is drawn and told when left out. */
  readonly seed?: number;
  /** Fires at most so often. */
  readonly times?: number;
  /** What `rateLimit`, `skip`, `every`, `times` and sequences count by; `rule`: all together. */
  readonly per?: FaultKey;
}

export const faultKeys = [
  'rule',
  'connection',
  'message',
  'recipient',
  'sender',
  'user',
  'peer',
] as const;
export type FaultKey = (typeof faultKeys)[number];

/** A fixed time, or the least and the most of a random one. */
export type DelayMs = number | readonly [least: number, most: number];

export interface ReplyText {
  /** 400 to 599. 421 also ends the session (RFC 5321 §3.8). */
  readonly code: number;
  /** Such as `4.2.2`; a usual one for the code unless given, `null` for none. */
  readonly enhanced?: string | null;
  /** Printable ASCII; several make a multi-line reply. */
  readonly text?: string | readonly string[];
}

/** What may come at one step of a sequence. */
export type SingleEffect =
  | (ReplyText & { readonly kind: 'reply'; readonly delayMs?: DelayMs })
  /** As it would have been, but later. */
  | { readonly kind: 'delay'; readonly delayMs: DelayMs }
  /**
   * Nothing is said any more. `afterBytes`, also of those that follow: at `body` so many octets of
   * the message have come before; at `banner`, `ehlo`, `starttls`, `auth`, `mail`, `rcpt`, `data`
   * and `final` so many octets of the reply are still said, and at `final` the message is stored.
   */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** RST. */
  | { readonly kind: 'reset'; readonly afterBytes?: number; readonly delayMs?: DelayMs }
  /** FIN. */
  | { readonly kind: 'close'; readonly afterBytes?: number; readonly delayMs?: DelayMs }
  /** From there to the end of the connection, both ways. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** At `ehlo`: extensions hidden, invented, or another SIZE. */
  | {
      readonly kind: 'capabilities';
      readonly drop?: readonly string[];
      readonly add?: readonly string[];
      readonly sizeBytes?: number;
    }
  /** At `final`: 250, and nothing is stored. */
  | { readonly kind: 'lose'; readonly delayMs?: DelayMs }
  /** At `final`: stored, and then no 250: RST unless something else is given. */
  | {
      readonly kind: 'store-then-fail';
      readonly by?: 'reset' | 'close' | 'stall' | ReplyText;
      readonly delayMs?: DelayMs;
    }
  /** Spared, also from the rules that follow. */
  | { readonly kind: 'ok' };

export type FaultEffect =
  | SingleEffect
  /** One step each time the rule fires; spent after the last unless `repeat`. */
  | {
      readonly kind: 'sequence';
      readonly steps: readonly SingleEffect[];
      readonly repeat?: boolean;
    };

/** One time a rule fired. */
export interface FaultHit {
  readonly fault: string;
  /** Of this rule, from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly point: FaultPoint;
  readonly effect: EffectKind;
  /** Such as `451 4.7.1`, `reset`, `delay 200 ms`. */
  readonly text: string;
  readonly sessionId: string;
  readonly peerAddress: string;
  readonly user: string | null;
  readonly sender: string | null;
  /** The first ten. */
  readonly recipients: readonly string[];
}

/** `spent`: it cannot fire any more, because `times`, a sequence or `forMs` is over. */
export type FaultState = 'armed' | 'paused' | 'spent' | 'removed';

/** Milliseconds, or more about it. 5000 unless given. */
export type FaultWait =
  | number
  | { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly because?: string };

/** What can be asked and wanted of one rule, whether it is in this process or behind HTTP. */
export interface FaultHandle extends Disposable {
  readonly id: string;
  /** As given, with a drawn seed filled in. */
  readonly spec: FaultSpec;
  /** The rule in a few words. */
  readonly text: string;
  readonly addedAtMs: number;
  readonly state: FaultState;
  readonly hitCount: number;
  /** The newest 100, oldest first. */
  readonly hits: readonly FaultHit[];
  /** How often its conditions held, whether or not it then fired. */
  readonly matchCount: number;
  /**
   * Resolves once it has fired `count` times (1 unless given) since it was added, with its hits.
   * Rejects with `FaultNotFiredError`, which says how far it came.
   */
  fired(count?: number, wait?: FaultWait): Promise<readonly FaultHit[]>;
  /** Throws `FaultNotFiredError` when it never did. */
  assertFired(): void;
  pause(): void;
  resume(): void;
  /** Takes it away; with `using`, at the end of the block, and then `mustFire` is looked at. */
  remove(): void;
}

/** The rules of one running server. */
export interface FaultControl {
  /** Throws `FaultSpecError`, which names every field that is wrong, and `TooManyFaultsError`. */
  add(spec: FaultSpec): FaultHandle;
  /**
   * The rules that a name stands for (`scenarios.ts`), added together or not at all. `where` narrows
   * each of them. Throws as `add` does.
   */
  scenario(name: string, where?: FaultWhere): readonly FaultHandle[];
  /** In the order of adding. */
  list(): readonly FaultHandle[];
  get(id: string): FaultHandle | null;
  /** False when there is none of that id. */
  remove(id: string): boolean;
  /** Takes all away; returns how many there were. */
  clear(): number;
  /** What addresses under `fault.test` have done; it can be paused and not removed. */
  readonly magic: FaultHandle;
  /** Resolves true when `count` is reached, false when it was not in time, or cannot be any more. */
  waitForHits(
    id: string,
    count: number,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>;
}
