/**
 * The octets after BDAT (RFC 3030 §2): a count, and no other way to see the end. With no body the
 * chunk is only drained: what follows a refused BDAT must never be read as commands.
 */
import type { MessageBody } from './message-body.ts';

export class ChunkReceiver {
  #bytesLeft: number;
  readonly #body: MessageBody | null;

  constructor(bytes: number, body: MessageBody | null) {
    this.#bytesLeft = bytes;
    this.#body = body;
  }

  get done(): boolean {
    return this.#bytesLeft === 0;
  }

  /** Takes octets up to the end of the chunk; returns how many it used. */
  push(segment: Buffer): number {
    const used = Math.min(this.#bytesLeft, segment.length);
    this.#bytesLeft -= used;
    this.#body?.append(segment, 0, used);
    return used;
  }
}
