/** Which messages were handed out, for each inbox by itself, and where in the test that was. */
import type { Caller } from './caller.ts';

/** Beyond it the oldest are forgotten; the messages themselves are gone long before. */
const claimsMax = 100_000;

export class Claims {
  readonly #byId = new Map<string, Caller>();

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** `null` when it was not claimed. */
  by(id: string): Caller | null {
    return this.#byId.get(id) ?? null;
  }

  claim(id: string, caller: Caller): void {
    this.#byId.set(id, caller);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > claimsMax && oldest !== undefined) this.#byId.delete(oldest);
  }
}

/** One set of claims for each inbox, whoever asked for it. */
export class ClaimBook {
  readonly #byInbox = new Map<string, Claims>();

  of(inbox: string): Claims {
    const known = this.#byInbox.get(inbox);
    if (known !== undefined) return known;
    const claims = new Claims();
    this.#byInbox.set(inbox, claims);
    return claims;
  }

  forget(inbox: string): void {
    this.#byInbox.delete(inbox);
  }

  clear(): void {
    this.#byInbox.clear();
  }
}
