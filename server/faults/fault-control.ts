/**
 * The rules of one running server: who asks is the gate of the SMTP server, who is asked are the
 * rules, in the order of adding. Effects that only change how things go (delay, throttle,
 * capabilities) add up; the first that decides what comes ends the search. Magic addresses come last.
 *
 * Nothing here waits or knows a socket; time comes in as a function. Everything that can grow has a
 * ceiling: rules, hits kept, keys that are counted by, magic addresses that are remembered.
 */
import { randomInt } from 'node:crypto';
import { assert } from '../assert.ts';
import type { GatePoint, SessionGate, Verdict } from '../smtp/protocol/gate.ts';
import type { SessionFacts } from '../smtp/types.ts';
import { epochMs, monotonicMs } from '../timers.ts';
import { checkSpec } from './check-spec.ts';
import { describeFiring } from './describe.ts';
import { FaultSpecError, TooManyFaultsError } from './errors.ts';
import { Fault } from './fault.ts';
import { FaultGate, type Judge } from './fault-gate.ts';
import { MagicFaults, magicId } from './magic-faults.ts';
import { type Firing, type Occasion, Rule, withSeed } from './rule.ts';
import { Ruling } from './ruling.ts';
import { scenarios } from './scenarios.ts';
import {
  type FaultControl,
  type FaultHandle,
  type FaultHit,
  type FaultPoint,
  type FaultSpec,
  type FaultWhere,
  faultPoints,
} from './types.ts';

/** Those that can do nothing any more make room for new ones. */
export const faultsMax = 200;
const recipientsPerHit = 10;

export interface FaultControlOptions {
  /** False: addresses under `fault.test` are like any other until `magic.resume()`. */
  readonly magicAddresses?: boolean;
  readonly onHit?: (hit: FaultHit, handle: FaultHandle) => void;
  /** A rule was added, paused, resumed or taken away. */
  readonly onChange?: () => void;
  readonly onClose?: () => void;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
  readonly newSeed?: () => number;
}

export interface FaultEngine extends FaultControl {
  /** For the SMTP server: one for each session. */
  openGate(session: SessionFacts): SessionGate;
  /** Ends every wait; afterwards nothing fires. */
  close(): void;
}

export function createFaultControl(options: FaultControlOptions = {}): FaultEngine {
  return new Control(options);
}

class Control implements FaultEngine, Judge {
  readonly magic: FaultHandle;
  readonly #magic: MagicFaults;
  readonly #faults = new Map<string, Fault>();
  /** For each point the rules that can still fire. */
  readonly #armed = new Map<FaultPoint, readonly Fault[]>();
  readonly #onHit: NonNullable<FaultControlOptions['onHit']>;
  readonly #onChange: () => void;
  readonly #onClose: () => void;
  readonly #nowMs: () => number;
  readonly #newSeed: () => number;
  #serial = 0;
  #connections = 0;
  #closed = false;

  constructor(options: FaultControlOptions) {
    this.#onHit = options.onHit ?? (() => {});
    this.#onChange = options.onChange ?? (() => {});
    this.#onClose = options.onClose ?? (() => {});
    this.#nowMs = options.nowMs ?? monotonicMs;
    this.#newSeed = options.newSeed ?? (() => randomInt(0x1_0000_0000));
    this.#magic = new MagicFaults({
      paused: options.magicAddresses === false,
      onChange: () => this.#changed(),
    });
    this.magic = this.#magic;
  }

  add(spec: FaultSpec): FaultHandle {
    const [handle] = this.#addAll([spec]);
    assert(handle !== undefined, 'one spec makes one handle');
    return handle;
  }

  scenario(name: string, where?: FaultWhere): readonly FaultHandle[] {
    const found = scenarios.find((scenario) => scenario.name === name);
    if (found === undefined) {
      const known = scenarios.map((scenario) => scenario.name).join(', ');
      throw new FaultSpecError([
        { path: 'scenario', detail: `"${name.slice(0, 80)}" is not known; known are ${known}` },
      ]);
    }
    return this.#addAll(
      found.rules.map((rule) =>
        where === undefined ? rule : { ...rule, where: { ...rule.where, ...where } },
      ),
    );
  }

  list(): readonly FaultHandle[] {
    return [...this.#faults.values()];
  }

  get(id: string): FaultHandle | null {
    return this.#faultOf(id);
  }

  remove(id: string): boolean {
    const fault = this.#faults.get(id);
    if (fault === undefined) return false;
    this.#take(fault);
    this.#changed();
    return true;
  }

  clear(): number {
    const count = this.#faults.size;
    for (const fault of [...this.#faults.values()]) this.#take(fault);
    if (count > 0) this.#changed();
    return count;
  }

  waitForHits: FaultControl['waitForHits'] = async (id, count, options) => {
    return (await this.#faultOf(id)?.log.reached(count, options)) ?? false;
  };

  openGate({ id, peerAddress }: SessionFacts): SessionGate {
    this.#connections += 1;
    return new FaultGate(this, { sessionId: id, peerAddress, connection: this.#connections });
  }

  close(): void {
    this.#closed = true;
    for (const fault of [...this.#faults.values()]) this.#take(fault);
    this.#magic.log.end();
    this.#armed.clear();
    this.#onClose();
  }

  isArmed(point: GatePoint): boolean {
    return this.#armed.has(point);
  }

  get watchesMagic(): boolean {
    return !this.#closed && !this.#magic.paused;
  }

  magicRulesOf(address: string): readonly Rule[] | null {
    return this.#magic.rulesOf(address, { atMs: this.#nowMs(), connections: this.#connections });
  }

  nowMs(): number {
    return this.#nowMs();
  }

  /** What the rules make of a question, and with it the rules of magic addresses. */
  judge(occasion: Occasion, magicRules: readonly Rule[]): Verdict | null {
    const { point } = occasion.question;
    const ruling = new Ruling(point);
    let spent = false;
    for (const fault of this.#armed.get(point) ?? []) {
      if (ruling.decided) break;
      const firing = fault.rule.consider(occasion);
      if (firing !== null) this.#fire({ fault, firing, occasion, ruling });
      spent ||= fault.rule.isSpent(occasion.nowMs);
    }
    for (const rule of magicRules) {
      if (ruling.decided) break;
      if (rule.spec.at !== point) continue;
      const firing = rule.consider(occasion);
      if (firing !== null) this.#fire({ fault: this.#magic, firing, occasion, ruling });
    }
    if (spent) this.#rearm();
    return ruling.verdict();
  }

  #fire(about: {
    readonly fault: Fault | MagicFaults;
    readonly firing: Firing;
    readonly occasion: Occasion;
    readonly ruling: Ruling;
  }): void {
    const { fault, firing, occasion, ruling } = about;
    const { effect, delayMs } = firing;
    const { point, user, sender, recipients } = occasion.question;
    const text = describeFiring(firing);
    ruling.take(fault.id, firing, text);
    // Nothing happened to whoever was spared.
    if (effect.kind === 'ok' && delayMs === 0) return;
    const hit = fault.log.add((number) => ({
      fault: fault.id,
      number,
      atMs: epochMs(),
      point,
      effect: effect.kind,
      text,
      sessionId: occasion.sessionId,
      peerAddress: occasion.peerAddress,
      user,
      sender,
      recipients: recipients.slice(0, recipientsPerHit),
    }));
    this.#onHit(hit, fault);
  }

  #addAll(given: readonly FaultSpec[]): readonly FaultHandle[] {
    assert(!this.#closed, 'faults are not added to a server that was closed');
    const specs = given.map((spec) => withSeed(checkSpec(spec), this.#newSeed));
    this.#makeRoom(specs.length);
    const added = { atMs: this.#nowMs(), connections: this.#connections };
    const faults = specs.map((spec) => {
      this.#serial += 1;
      const id = `f${this.#serial}`;
      return new Fault(id, new Rule(spec, added), {
        isSpent: (rule) => rule.isSpent(this.#nowMs()),
        onChange: () => this.#changed(),
        remove: () => this.remove(id),
      });
    });
    for (const fault of faults) this.#faults.set(fault.id, fault);
    this.#changed();
    return faults;
  }

  #makeRoom(wanted: number): void {
    for (const fault of [...this.#faults.values()]) {
      if (this.#faults.size + wanted <= faultsMax) return;
      if (fault.state === 'spent') this.#take(fault);
    }
    if (this.#faults.size + wanted <= faultsMax) return;
    throw new TooManyFaultsError(
      `There are ${this.#faults.size} fault rules, and there may be ${faultsMax} at most. Remove some first.`,
    );
  }

  #faultOf(id: string): Fault | MagicFaults | null {
    return id === magicId ? this.#magic : (this.#faults.get(id) ?? null);
  }

  #take(fault: Fault): void {
    this.#faults.delete(fault.id);
    fault.end();
  }

  #changed(): void {
    this.#rearm();
    this.#onChange();
  }

  #rearm(): void {
    const now = this.#nowMs();
    for (const point of faultPoints) {
      const armed = [...this.#faults.values()].filter(
        ({ rule }) => rule.spec.at === point && !rule.paused && !rule.isSpent(now),
      );
      if (armed.length === 0) this.#armed.delete(point);
      else this.#armed.set(point, armed);
    }
  }
}
