import type { GatePoint, GateQuestion, SessionGate, Verdict } from '../smtp/protocol/gate.ts';
import { isMagicDomain } from './magic.ts';
import type { ConnectionMemory, Occasion, Rule } from './rule.ts';

/** Who decides, for all sessions. */
export interface Judge {
  /** Called at every point of every message. */
  isArmed(point: GatePoint): boolean;
  readonly watchesMagic: boolean;
  /** `null`: an address like any other. */
  magicRulesOf(lowerCaseAddress: string): readonly Rule[] | null;
  nowMs(): number;
  judge(occasion: Occasion, magicRules: readonly Rule[]): Verdict | null;
}

/** One session's gate: what it has to remember of its connection. */
export class FaultGate implements SessionGate {
  readonly #judge: Judge;
  readonly #session: {
    readonly sessionId: string;
    readonly peerAddress: string;
    readonly connection: number;
  };
  readonly #memory = new WeakMap<Rule, ConnectionMemory>();
  /** Of the recipients of the open transaction. */
  #magic = new Map<string, readonly Rule[]>();
  #magicTransaction = 0;

  constructor(
    judge: Judge,
    session: {
      readonly sessionId: string;
      readonly peerAddress: string;
      readonly connection: number;
    },
  ) {
    this.#judge = judge;
    this.#session = session;
  }

  watches(point: GatePoint, recipient = ''): boolean {
    if (this.#judge.isArmed(point)) return true;
    if (point !== 'rcpt') return this.#magic.size > 0;
    return this.#judge.watchesMagic && isMagicDomain(recipient.toLowerCase());
  }

  ask(question: GateQuestion): Verdict | null {
    const magicRules = this.#magicRules(question);
    // The usual case by far: a recipient without magic, and no rules.
    if (magicRules.length === 0 && !this.#judge.isArmed(question.point)) return null;
    const { sessionId, peerAddress, connection } = this.#session;
    const memory = this.#memory;
    const nowMs = this.#judge.nowMs();
    return this.#judge.judge(
      { question, sessionId, peerAddress, connection, memory, nowMs },
      magicRules,
    );
  }

  #magicRules({ point, transaction, recipients }: GateQuestion): readonly Rule[] {
    if (transaction !== this.#magicTransaction) {
      this.#magicTransaction = transaction;
      if (this.#magic.size > 0) this.#magic = new Map();
    }
    if (!this.#judge.watchesMagic) return noRules;
    if (point === 'rcpt') this.#learn(recipients[0] ?? '');
    if (this.#magic.size === 0) return noRules;
    return recipients.flatMap((address) => this.#magic.get(address.toLowerCase()) ?? noRules);
  }

  #learn(address: string): void {
    const lower = address.toLowerCase();
    if (!isMagicDomain(lower) || this.#magic.has(lower)) return;
    const rules = this.#judge.magicRulesOf(lower);
    if (rules !== null) this.#magic.set(lower, rules);
  }
}

const noRules: readonly Rule[] = [];
