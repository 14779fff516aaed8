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
/** Blocks start small, because most messages are, and grow with the message. */
const blockBytesMin = 2_048;
const blockBytesMax = 16_384;

export class MessageBody {
  #pieces: Uint8Array[] = [];
  /** Where small pieces are gathered: `#block[#blockStart…#blockEnd]` is not in `#pieces` yet. */
  #block: Buffer | null = null;
  #blockStart = 0;
  #blockEnd = 0;
  #bytes = 0;
  #keeps = true;
  #endsInCr = false;
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

  /** Adds the octets of `segment` from `from` up to, not including, `to`. */
  append(segment: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.#bytes += to - from;
    if (this.#bytes > this.#bytesMax) this.drop();
    if (!this.#keeps) return;
    if (to - from < pieceBytesMin) this.#gather(segment, from, to);
    else {
      this.#seal();
      this.#keep(from === 0 && to === segment.length ? segment : segment.subarray(from, to));
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

  lineEndFacts(): Omit<WireFacts, 'via'> {
    this.#seal();
    const bareCrCount = this.#bareCrCount + (this.#endsInCr ? 1 : 0);
    return { bareLfCount: this.#bareLfCount, bareCrCount };
  }

  #keep(piece: Buffer): void {
    this.#countBareLineEnds(piece.toString('latin1'));
    this.#pieces.push(piece);
  }

  #gather(segment: Buffer, from: number, to: number): void {
    let block = this.#block;
    if (block === null || block.length - this.#blockEnd < to - from) {
      this.#seal();
      block = Buffer.allocUnsafe(Math.min(Math.max(this.#bytes, blockBytesMin), blockBytesMax));
      this.#block = block;
      this.#blockStart = this.#blockEnd = 0;
    }
    segment.copy(block, this.#blockEnd, from, to);
    this.#blockEnd += to - from;
  }

  #seal(): void {
    if (this.#block === null || this.#blockEnd === this.#blockStart) return;
    this.#keep(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }

  /** Over a string, because there `indexOf` costs a tenth of what it costs over a Buffer. */
  #countBareLineEnds(octets: string): void {
    if (this.#endsInCr && octets.charCodeAt(0) !== LF) this.#bareCrCount++;
    for (let lf = octets.indexOf('\n'); lf !== -1; lf = octets.indexOf('\n', lf + 1)) {
      const afterCr = lf === 0 ? this.#endsInCr : octets.charCodeAt(lf - 1) === CR;
      if (!afterCr) this.#bareLfCount++;
    }
    const last = octets.length - 1;
    for (let cr = octets.indexOf('\r'); cr !== -1; cr = octets.indexOf('\r', cr + 1)) {
      if (cr < last && octets.charCodeAt(cr + 1) !== LF) this.#bareCrCount++;
    }
    this.#endsInCr = octets.charCodeAt(last) === CR;
  }
}
