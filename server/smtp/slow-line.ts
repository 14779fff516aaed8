/**
 * A line that carries so many octets a second each way, and no more. A reply may arrive in several
 * pieces, as on any slow network. What waits is bounded by its user, who stops reading while
 * something does. TLS that begins on a slow line is put on a slow socket instead (`slow-socket.ts`).
 */
import { PacedQueue } from './paced-queue.ts';

/** Replies are ASCII, and characters are octets. */
const encoding = 'latin1';

export interface LineEnds {
  /** Octets of the client, late. */
  readonly deliver: (octets: Uint8Array) => void;
  /** The client has ended its side. */
  readonly deliverEnd: () => void;
  readonly write: (octets: Uint8Array) => void;
  /** Nothing waits any more in one of the directions. */
  readonly drained: () => void;
}

export class SlowLine {
  readonly #ends: LineEnds;
  readonly #incoming: PacedQueue;
  readonly #outgoing: PacedQueue;
  #incomingEnds = false;
  #onSent: (() => void) | null = null;

  constructor(bytesPerSecond: number, ends: LineEnds) {
    this.#ends = ends;
    this.#incoming = new PacedQueue(bytesPerSecond, {
      carry: ends.deliver,
      emptied: () => (this.#incomingEnds ? ends.deliverEnd() : ends.drained()),
    });
    this.#outgoing = new PacedQueue(bytesPerSecond, {
      carry: ends.write,
      emptied: () => {
        const onSent = this.#onSent;
        this.#onSent = null;
        if (onSent !== null) onSent();
        else ends.drained();
      },
    });
  }

  get bytesPerSecond(): number {
    return this.#outgoing.bytesPerSecond;
  }

  /** Never faster than it was. */
  slowDown(bytesPerSecond: number): void {
    this.#incoming.slowDown(bytesPerSecond);
    this.#outgoing.slowDown(bytesPerSecond);
  }

  get isReceiving(): boolean {
    return this.#incoming.bytes > 0;
  }

  get unsentBytes(): number {
    return this.#outgoing.bytes;
  }

  receive(octets: Uint8Array): void {
    this.#incoming.push(octets);
  }

  receiveEnd(): void {
    if (this.isReceiving) this.#incomingEnds = true;
    else this.#ends.deliverEnd();
  }

  send(text: string): void {
    this.#outgoing.push(Buffer.from(text, encoding));
  }

  /** Sends the last of it. */
  finish(text: string, onSent: () => void): void {
    if (this.unsentBytes === 0 && text === '') {
      onSent();
    } else {
      this.#onSent = onSent;
      this.send(text);
    }
  }

  /** Gives back what has not been sent; nothing is carried any more. */
  close(): string {
    this.#incoming.close();
    this.#onSent = null;
    return Buffer.from(this.#outgoing.close()).toString(encoding);
  }
}
