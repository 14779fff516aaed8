/**
 * Octets that have arrived and are not consumed yet, and the one place that finds command lines.
 *
 * Only CRLF ends a line (RFC 5321 §2.3.8). The octets of an unfinished line are taken out of the
 * queue as they come, so a line is scanned once however it was cut up. A line that breaks a rule
 * (too long, LF without CR) is reported when the offending octet arrives and then discarded up to
 * its true CRLF: no part of it can become a command. While such a line is discarded, each further
 * bare LF is reported too, because a client that ends its lines in LF alone waits for one reply per
 * line; an overlong line is discarded silently.
 *
 * Message octets do not pass through here: the receivers take `segment()` and say how much they used.
 */
import { commandLineBytesMax, discardedLineBytesMax } from './limits.ts';

const CR = 13;
const LF = 10;
/** Characters shown of a line that was too long. */
const overlongShown = 64;

export type LineEvent =
  /** Without its CRLF; one character per octet. */
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'bareLf'; readonly text: string }
  /** With its first characters only. */
  | { readonly kind: 'tooLong'; readonly text: string }
  /** An overlong line without end: nothing more can be made of this input. */
  | { readonly kind: 'endless' };

type Discarding = 'no' | 'reportingLf' | 'silently';

export class ReceiveBuffer {
  #segments: Buffer[] = [];
  /** Octets of the first segment that are consumed. */
  #offset = 0;
  #bytes = 0;
  /** What was taken of a line whose end has not come, one character per octet. */
  #partial = '';
  #discarding: Discarding = 'no';
  #discardedBytes = 0;
  #lastDiscarded = 0;

  /** Octets held. */
  get bytes(): number {
    return this.#bytes + this.#partial.length;
  }

  push(octets: Uint8Array): void {
    if (octets.length === 0) return;
    const segment = Buffer.isBuffer(octets)
      ? octets
      : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
    this.#segments.push(segment);
    this.#bytes += segment.length;
  }

  /** Forgets everything that was read (RFC 3207 §4.2). */
  clear(): void {
    this.#segments = [];
    this.#offset = 0;
    this.#bytes = 0;
    this.#partial = '';
    this.#discarding = 'no';
  }

  /** What is left of the oldest segment, not copied; `null` when there is nothing. */
  segment(): Buffer | null {
    const first = this.#segments[0];
    if (first === undefined) return null;
    return this.#offset === 0 ? first : first.subarray(this.#offset);
  }

  /** Marks octets of the oldest segment as used. */
  consume(bytes: number): void {
    this.#offset += bytes;
    this.#bytes -= bytes;
    const first = this.#segments[0];
    if (first !== undefined && this.#offset >= first.length) {
      this.#segments.shift();
      this.#offset = 0;
    }
  }

  /** The first octets of the line that comes next, as far as they are here. */
  lineStart(bytes: number): string {
    const start = this.#partial.slice(0, bytes);
    const rest = this.#segments[0]?.toString(
      'latin1',
      this.#offset,
      this.#offset + bytes - start.length,
    );
    return start + (rest ?? '');
  }

  /**
   * The next line, or `null` until more octets arrive. `bytesMaxOf` gives the limit, CRLF included,
   * for a line that starts so; it is asked only for lines beyond `commandLineBytesMax`.
   */
  takeLine(bytesMaxOf: (start: string) => number): LineEvent | null {
    for (;;) {
      if (this.#discarding !== 'no' && this.#discardedBytes > discardedLineBytesMax) {
        return { kind: 'endless' };
      }
      const segment = this.#segments[0];
      if (segment === undefined) return null;
      const event =
        this.#discarding === 'no' ? this.#readLine(segment, bytesMaxOf) : this.#discard(segment);
      if (event !== null) return event;
    }
  }

  #readLine(segment: Buffer, bytesMaxOf: (start: string) => number): LineEvent | null {
    const from = this.#offset;
    const lf = segment.indexOf(LF, from);
    const to = lf === -1 ? segment.length : lf;
    // Octets before the LF, so one of them may be the CR: the limit counts both.
    const bytes = this.#partial.length + to - from;
    const tooLong =
      bytes >= commandLineBytesMax &&
      bytes >=
        bytesMaxOf(this.#partial + segment.toString('latin1', from, Math.min(to, from + 16)));
    const text =
      this.#partial +
      segment.toString('latin1', from, tooLong ? Math.min(to, from + overlongShown) : to);
    this.#partial = '';
    if (lf === -1) {
      this.consume(to - from);
      if (!tooLong) this.#partial = text;
      else this.#startDiscarding('silently', bytes, segment[to - 1] ?? 0);
      return tooLong ? { kind: 'tooLong', text: text.slice(0, overlongShown) } : null;
    }
    const endsInCr = to > from ? segment[to - 1] === CR : text.charCodeAt(text.length - 1) === CR;
    this.consume(to - from + 1);
    if (tooLong) {
      if (!endsInCr || bytes >= discardedLineBytesMax) {
        this.#startDiscarding('silently', bytes + 1, LF);
      }
      return { kind: 'tooLong', text: text.slice(0, overlongShown) };
    }
    if (endsInCr) return { kind: 'line', text: text.slice(0, -1) };
    this.#startDiscarding('reportingLf', bytes + 1, LF);
    return { kind: 'bareLf', text };
  }

  #startDiscarding(how: Discarding, bytes: number, lastOctet: number): void {
    this.#discarding = how;
    this.#discardedBytes = bytes;
    this.#lastDiscarded = lastOctet;
  }

  #discard(segment: Buffer): LineEvent | null {
    const from = this.#offset;
    const lf = segment.indexOf(LF, from);
    const end = lf === -1 ? segment.length : lf + 1;
    const beforeLf = lf > from ? segment[lf - 1] : this.#lastDiscarded;
    this.#discardedBytes += end - from;
    this.#lastDiscarded = segment[end - 1] ?? 0;
    this.consume(end - from);
    if (lf === -1 || this.#discardedBytes > discardedLineBytesMax) return null;
    if (beforeLf === CR) {
      this.#discarding = 'no';
      return null;
    }
    return this.#discarding === 'reportingLf' ? { kind: 'bareLf', text: '' } : null;
  }
}
