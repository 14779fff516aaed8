import { describeSpec } from './describe.ts';
import { Handle } from './handle.ts';
import { effectOf, type Rule } from './rule.ts';
import type { FaultSpec, FaultState } from './types.ts';

interface FaultActs {
  readonly isSpent: (rule: Rule) => boolean;
  readonly onChange: () => void;
  readonly remove: () => void;
}

/** A rule that was added, as its owner holds it. */
export class Fault extends Handle {
  readonly id: string;
  readonly rule: Rule;
  readonly #acts: FaultActs;
  #removed = false;

  constructor(id: string, rule: Rule, acts: FaultActs) {
    super();
    this.id = id;
    this.rule = rule;
    this.#acts = acts;
  }

  get spec(): FaultSpec {
    return this.rule.spec;
  }

  get state(): FaultState {
    if (this.#removed) return 'removed';
    if (this.#acts.isSpent(this.rule)) return 'spent';
    return this.rule.paused ? 'paused' : 'armed';
  }

  get matchCount(): number {
    return this.rule.matchCount;
  }

  get text(): string {
    return describeSpec({ ...this.spec, effect: effectOf(this.spec) });
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  remove(): void {
    this.#acts.remove();
  }

  end(): void {
    this.#removed = true;
    this.log.end();
  }

  #setPaused(paused: boolean): void {
    if (this.#removed || this.rule.paused === paused) return;
    this.rule.paused = paused;
    this.#acts.onChange();
  }
}
