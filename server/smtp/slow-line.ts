/**
 * A line that carries so many octets a second each way, and no more: what comes in is handed on in
 * slices, and so is what goes out, a slice every tick. A reply may arrive in several pieces, as on
 * any slow network. What waits is bounded by its user, who stops reading while something does.
 */
import { clearTimeout, setTimeout } from '../timers.ts';

const tickMs = 20;

export interface LineEnds {
  /** Octets of the client, late. */
  readonly deliver: (octets: Uint8Array) => void;
  /** The client has ended its side. */
  readonly deliverEnd: () => void;
  readonly write: (text: string) => void;
  /** Nothing waits any more in one of the directions. */
  readonly drained: () => void;
}

export class SlowLine {
  readonly #ends: LineEnds;
  #bytesPerTick: number;
  #incoming: Uint8Array[] = [];
  #incomingEnds = false;
  #outgoing = '';
  #onSent: (() => void) | null = null;
  /** What this tick may carry, fractions included. */
  #budgetIn = 0;
  #budgetOut = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(bytesPerSecond: number, ends: LineEnds) {
    this.#bytesPerTick = bytesPerTick(bytesPerSecond);
    this.#ends = ends;
  }

  /** Never faster than it was. */
  slowDown(bytesPerSecond: number): void {
    this.#bytesPerTick = Math.min(this.#bytesPerTick, bytesPerTick(bytesPerSecond));
  }

  get isReceiving(): boolean {
    return this.#incoming.length > 0;
  }

  /** Characters, which are octets. */
  get unsentBytes(): number {
    return this.#outgoing.length;
  }

  receive(octets: Uint8Array): void {
    this.#incoming.push(octets);
    this.#run();
  }

  receiveEnd(): void {
    if (this.isReceiving) this.#incomingEnds = true;
    else this.#ends.deliverEnd();
  }

  send(text: string): void {
    this.#outgoing += text;
    this.#run();
  }

  /** Sends the last of it. */
  finish(text: string, onSent: () => void): void {
    if (this.#outgoing === '' && text === '') {
      onSent();
    } else {
      this.#onSent = onSent;
      this.send(text);
    }
  }

  /** Gives back what has not been sent; nothing is carried any more. */
  close(): string {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const unsent = this.#outgoing;
    this.#outgoing = '';
    this.#incoming = [];
    this.#onSent = null;
    return unsent;
  }

  #run(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#carryOut();
      this.#carryIn();
      if (this.isReceiving || this.#outgoing !== '') this.#run();
    }, tickMs);
  }

  #carryOut(): void {
    if (this.#outgoing === '') return;
    this.#budgetOut += this.#bytesPerTick;
    const bytes = Math.floor(this.#budgetOut);
    if (bytes === 0) return;
    this.#budgetOut -= bytes;
    const slice = this.#outgoing.slice(0, bytes);
    this.#outgoing = this.#outgoing.slice(bytes);
    this.#ends.write(slice);
    if (this.#outgoing !== '') return;
    // What an idle line did not carry is not saved up.
    this.#budgetOut = 0;
    const onSent = this.#onSent;
    this.#onSent = null;
    if (onSent !== null) onSent();
    else this.#ends.drained();
  }

  #carryIn(): void {
    if (!this.isReceiving) return;
    this.#budgetIn += this.#bytesPerTick;
    while (this.#budgetIn >= 1) {
      const first = this.#incoming[0];
      if (first === undefined) break;
      const slice = first.subarray(0, Math.floor(this.#budgetIn));
      this.#budgetIn -= slice.length;
      if (slice.length === first.length) this.#incoming.shift();
      else this.#incoming[0] = first.subarray(slice.length);
      this.#ends.deliver(slice);
    }
    if (this.isReceiving) return;
    this.#budgetIn = 0;
    if (this.#incomingEnds) this.#ends.deliverEnd();
    else this.#ends.drained();
  }
}

function bytesPerTick(bytesPerSecond: number): number {
  return (bytesPerSecond * tickMs) / 1_000;
}
