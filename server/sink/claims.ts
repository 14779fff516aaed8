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
  readonly #inboxesMax: number;

  /** Beyond so many inboxes the one that was made first is forgotten. */
  constructor(inboxesMax = Number.POSITIVE_INFINITY) {
    this.#inboxesMax = inboxesMax;
  }

  of(inbox: string): Claims {
    const known = this.#byInbox.get(inbox);
    if (known !== undefined) return known;
    const claims = new Claims();
    this.#byInbox.set(inbox, claims);
    const [oldest] = this.#byInbox.keys();
    if (this.#byInbox.size > this.#inboxesMax && oldest !== undefined) this.#byInbox.delete(oldest);
    return claims;
  }

  clear(): void {
    this.#byInbox.clear();
  }
}
