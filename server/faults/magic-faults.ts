import { Handle } from './handle.ts';
import { readMagicAddress } from './magic.ts';
import { Rule } from './rule.ts';
import type { FaultSpec, FaultState } from './types.ts';

export const magicId = 'magic';

const addressesMax = 1_000;

/** All addresses under `fault.test` together; each has rules, and counts, of its own. */
export class MagicFaults extends Handle {
  readonly id = magicId;
  readonly text = 'addresses under fault.test';
  readonly spec: FaultSpec = { at: 'rcpt', where: { domain: ['fault.test', '*.fault.test'] } };
  readonly #rules = new Map<string, readonly Rule[] | null>();
  readonly #onChange: () => void;
  paused: boolean;

  constructor(options: { readonly paused: boolean; readonly onChange: () => void }) {
    super();
    this.paused = options.paused;
    this.#onChange = options.onChange;
  }

  get state(): FaultState {
    return this.paused ? 'paused' : 'armed';
  }

  get matchCount(): number {
    return this.log.count;
  }

  rulesOf(
    address: string,
    added: { readonly atMs: number; readonly connections: number },
  ): readonly Rule[] | null {
    let rules = this.#rules.get(address);
    if (rules === undefined) {
      rules = readMagicAddress(address)?.map((spec) => new Rule(spec, added)) ?? null;
    }
    // The one not used for longest makes room.
    this.#rules.delete(address);
    this.#rules.set(address, rules);
    if (this.#rules.size > addressesMax) {
      for (const oldest of this.#rules.keys()) {
        this.#rules.delete(oldest);
        break;
      }
    }
    return rules;
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  /** There is nothing that could be taken away. */
  remove(): void {}

  #setPaused(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.#onChange();
  }
}
