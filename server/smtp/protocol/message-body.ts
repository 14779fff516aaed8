/**
 * The octets of one message as they are collected: pieces in order, their size, and what is odd
 * about them. Pieces are slices of what arrived. Small ones are copied together, so that a message
 * sent octet by octet costs its size and not an object per octet. Beyond its limit, or when it is
 * dropped, the body keeps nothing and only goes on counting.
 */
import type { WireFacts } from '../../../db/types.ts';
import { pieceBytesMin } from './limits.ts';

const CR = 13;
const LF = 10;
const blockBytes = 16_384;

export class MessageBody {
  #pieces: Uint8Array[] = [];
  /** Where small pieces are gathered: `#block[#blockStart…#blockEnd]` is not in `#pieces` yet. */
  #block: Buffer | null = null;
  #blockStart = 0;
  #blockEnd = 0;
  #bytes = 0;
  #keeps = true;
  #lastOctet = 0;
  #bareLfCount = 0;
  #bareCrCount = 0;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Size so far, kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  get bytesHeld(): number {
    return this.#keeps ? this.#bytes : 0;
  }

  get tooLarge(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  append(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#bytesMax) this.drop();
    if (!this.#keeps) return;
    this.#countBareLineEnds(piece);
    if (piece.length < pieceBytesMin) this.#gather(piece);
    else {
      this.#seal();
      this.#pieces.push(piece);
    }
  }

  /** Keeps nothing from here on. */
  drop(): void {
    this.#keeps = false;
    this.#pieces = [];
    this.#block = null;
    this.#blockStart = this.#blockEnd = 0;
  }

  pieces(): readonly Uint8Array[] {
    this.#seal();
    return this.#pieces;
  }

  wireFacts(via: 'DATA' | 'BDAT'): WireFacts {
    const bareCrCount = this.#bareCrCount + (this.#lastOctet === CR ? 1 : 0);
    return { bareLfCount: this.#bareLfCount, bareCrCount, via };
  }

  #gather(piece: Buffer): void {
    let block = this.#block;
    if (block === null || block.length - this.#blockEnd < piece.length) {
      this.#seal();
      block = Buffer.allocUnsafe(blockBytes);
      this.#block = block;
      this.#blockStart = this.#blockEnd = 0;
    }
    block.set(piece, this.#blockEnd);
    this.#blockEnd += piece.length;
  }

  #seal(): void {
    if (this.#block === null || this.#blockEnd === this.#blockStart) return;
    this.#pieces.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }

  #countBareLineEnds(piece: Buffer): void {
    const length = piece.length;
    let previous = this.#lastOctet;
    for (let i = 0; i < length; i++) {
      const octet = piece[i] as number;
      if (octet === LF) {
        if (previous !== CR) this.#bareLfCount++;
      } else if (previous === CR) this.#bareCrCount++;
      previous = octet;
    }
    this.#lastOctet = previous;
  }
}
