/**
 * The text after DATA (RFC 5321 §4.5.2): finds its end, takes away the dots that were added.
 *
 * The end is CRLF . CRLF and nothing else, however the octets are cut into segments; the CRLF that
 * ended the DATA command counts as the first one, and the CRLF before the dot belongs to the message
 * (§4.1.1.4). A dot after a CRLF that is followed by anything else is taken away. Bare CR and bare
 * LF are ordinary octets: `LF . LF`, `LF . CRLF`, `CRLF . LF` and `CR . CR` end nothing. Octets that
 * might belong to the end are held back only at the end of a segment, as a number: `#matched`.
 */
import type { MessageBody } from './message-body.ts';

const CR = 13;
const LF = 10;
const DOT = 46;
const lineStartDot = Buffer.from('\r\n.', 'latin1');
const oneCr = Buffer.from('\r', 'latin1');

/** How much of CRLF . CRLF has been seen: 1 CR, 2 CRLF, 3 CRLF dot, 4 CRLF dot CR. */
type Matched = 0 | 1 | 2 | 3 | 4;

export class DataReceiver {
  #matched: Matched = 2;
  #done = false;
  readonly #body: MessageBody;

  constructor(body: MessageBody) {
    this.#body = body;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Takes octets up to the end of the message; returns how many it used. */
  push(segment: Buffer): number {
    let pieceStart = this.#continueMatch(segment, 0);
    while (!this.#done && pieceStart < segment.length) {
      const crlfDot = segment.indexOf(lineStartDot, pieceStart);
      if (crlfDot === -1) {
        this.#body.append(segment, pieceStart, segment.length);
        this.#matched = endOf(segment, pieceStart);
        return segment.length;
      }
      this.#body.append(segment, pieceStart, crlfDot + 2);
      this.#matched = 3;
      pieceStart = this.#continueMatch(segment, crlfDot + 3);
    }
    return pieceStart;
  }

  /** Carries on a match until it is decided; returns where the next piece starts. */
  #continueMatch(segment: Buffer, from: number): number {
    let pieceStart = from;
    for (let at = from; this.#matched !== 0; at++) {
      if (at === segment.length) {
        // Undecided: what is text already goes to the body, a dot or its CR is held back.
        if (this.#matched < 3) this.#body.append(segment, pieceStart, at);
        return at;
      }
      const octet = segment[at];
      if (this.#matched === 4 && octet === LF) {
        this.#done = true;
        return at + 1;
      }
      if (this.#matched === 4) {
        // CRLF dot CR and no LF: the CR held back was text.
        this.#body.append(oneCr, 0, 1);
        pieceStart = at;
      }
      if (this.#matched === 3) pieceStart = octet === CR ? at + 1 : at;
      else if (this.#matched === 2 && octet === DOT) {
        this.#body.append(segment, pieceStart, at);
        pieceStart = at + 1;
      }
      this.#matched = next(this.#matched, octet);
    }
    return pieceStart;
  }
}

function next(matched: Matched, octet: number | undefined): Matched {
  if (matched === 2 && octet === DOT) return 3;
  if (matched === 1 && octet === LF) return 2;
  if (octet === CR) return matched === 3 ? 4 : 1;
  return 0;
}

/** How the piece from `at` to the end of the segment ends, when it holds no CRLF dot. */
function endOf(segment: Buffer, at: number): Matched {
  const last = segment.length - 1;
  if (segment[last] === CR) return 1;
  return segment[last] === LF && last > at && segment[last - 1] === CR ? 2 : 0;
}
