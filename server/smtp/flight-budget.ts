/**
 * One ceiling for the octets that all sessions hold together: messages being received and messages
 * waiting for their commit.
 *
 * Over the ceiling, sessions that receive a message are paused, all but the one that began first:
 * it may always go on, so some message always ends and sets octets free, whatever the ceiling. A
 * session paused for longer than `patienceMs` is told so and refuses its message (452).
 *
 * What arrives between two looks is not prevented: at most one read (64 KiB) for each session.
 */

export interface BudgetMember {
  /** There is room again. */
  resumed(): void;
  /** Paused for too long. */
  congested(): void;
}

export class FlightBudget {
  readonly #bytesMax: number;
  readonly #patienceMs: number;
  #bytesHeld = 0;
  readonly #held = new Map<BudgetMember, number>();
  /** In the order in which they began to receive. */
  readonly #receiving = new Set<BudgetMember>();
  readonly #paused = new Map<BudgetMember, NodeJS.Timeout>();

  constructor(options: { readonly bytesMax: number; readonly patienceMs: number }) {
    this.#bytesMax = options.bytesMax;
    this.#patienceMs = options.patienceMs;
  }

  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  get pausedCount(): number {
    return this.#paused.size;
  }

  /** Notes what a session holds now, and says whether it may read on. */
  update(member: BudgetMember, state: { bytesHeld: number; receiving: boolean }): boolean {
    this.#bytesHeld += state.bytesHeld - (this.#held.get(member) ?? 0);
    if (state.bytesHeld === 0) this.#held.delete(member);
    else this.#held.set(member, state.bytesHeld);
    if (state.receiving) this.#receiving.add(member);
    else this.#receiving.delete(member);

    const mayRead = !state.receiving || this.#hasRoomFor(member);
    if (mayRead) this.#unpause(member);
    else this.#pause(member);
    this.#resumeOthers(member);
    return mayRead;
  }

  release(member: BudgetMember): void {
    this.update(member, { bytesHeld: 0, receiving: false });
  }

  #hasRoomFor(member: BudgetMember): boolean {
    if (this.#bytesHeld <= this.#bytesMax) return true;
    const [first] = this.#receiving;
    return first === member;
  }

  #pause(member: BudgetMember): void {
    if (this.#paused.has(member)) return;
    const timer = setTimeout(() => {
      this.#paused.delete(member);
      member.congested();
    }, this.#patienceMs);
    this.#paused.set(member, timer);
  }

  #unpause(member: BudgetMember): void {
    clearTimeout(this.#paused.get(member));
    this.#paused.delete(member);
  }

  #resumeOthers(updated: BudgetMember): void {
    if (this.#paused.size === 0) return;
    for (const member of [...this.#paused.keys()]) {
      if (member === updated || !this.#hasRoomFor(member)) continue;
      this.#unpause(member);
      member.resumed();
    }
  }
}
