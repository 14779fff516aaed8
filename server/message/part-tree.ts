/**
 * The tree of parts (RFC 2046 §5.1) as offsets, in one pass over the octets.
 *
 * Native search jumps from one `--` to the next; a hit at the start of a line is looked up among
 * the boundaries that are open, innermost first. An outer delimiter closes every part inside it, so
 * an unclosed multipart costs its siblings nothing. Nothing but headers is decoded, and a message
 * part (message/rfc822) is not entered: its octets are an attachment, exact.
 */
import { type HeaderBlock, readHeaderBlock } from './header.ts';
import { limits } from './limits.ts';
import { boundaryOf, type OpenPart, opaquePart, type PartStart, partOf } from './part-facts.ts';
import { Findings, partPlace } from './problem-catalogue.ts';
import type { Part, Problem } from './types.ts';

export interface PartTree {
  readonly root: Part;
  readonly header: HeaderBlock;
  readonly problems: readonly Problem[];
}

/** A multipart whose delimiters are being looked for. */
interface Frame {
  readonly part: OpenPart;
  readonly boundary: string;
  /** The frame of the same boundary that this one hides; broken senders nest them. */
  readonly shadowed: number | undefined;
  delimiterSeen: boolean;
}

const lf = 0x0a;

export function readPartTree(bytes: Buffer): PartTree {
  return new TreeReader(bytes).read();
}

class TreeReader {
  readonly #bytes: Buffer;
  readonly #frames: Frame[] = [];
  /** Boundary → index of its frame. */
  readonly #open = new Map<string, number>();
  readonly #findings = new Findings();
  /** The leaf that ends at the next delimiter. */
  #leaf: OpenPart | null = null;
  #partCount = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): PartTree {
    const header = readHeaderBlock(this.#bytes, 0, () => false);
    const root = this.#begin({ header, start: 0, parent: null, path: '' });
    let at = header.bodyStart;
    while (this.#frames.length > 0) {
      const line = this.#nextDelimiter(at);
      if (line === null) break;
      at = this.#delimiter(line);
    }
    this.#closeFrames(0, this.#bytes.length);
    return { root, header, problems: this.#findings.list() };
  }

  /** The next line that is a delimiter of an open multipart. */
  #nextDelimiter(from: number): DelimiterLine | null {
    const bytes = this.#bytes;
    for (let at = from; ; ) {
      const hit = bytes.indexOf('--', at, 'latin1');
      if (hit < 0) return null;
      if (hit > 0 && hit !== from && bytes[hit - 1] !== lf) {
        const newline = bytes.indexOf(lf, hit);
        if (newline < 0) return null;
        at = newline + 1;
        continue;
      }
      const newline = bytes.indexOf(lf, hit);
      const next = newline < 0 ? bytes.length : newline + 1;
      const match = this.#match(hit, next);
      if (match !== null) return { start: hit, next, ...match };
      if (newline < 0) return null;
      at = next;
    }
  }

  #match(start: number, next: number): { frame: number; closing: boolean } | null {
    let end = next;
    while (end > start && isLineBlank(this.#bytes[end - 1])) end--;
    const length = end - start - 2;
    if (length < 1 || length > limits.boundaryBytesMax + 2) return null;
    const text = this.#bytes.toString('latin1', start + 2, end);
    const frame = this.#open.get(text);
    if (frame !== undefined) return { frame, closing: false };
    if (!text.endsWith('--')) return null;
    const closed = this.#open.get(text.slice(0, -2));
    return closed === undefined ? null : { frame: closed, closing: true };
  }

  /** Ends what the delimiter ends, begins what it begins; returns where to look on. */
  #delimiter(line: DelimiterLine): number {
    const contentEnd = this.#beforeLineBreak(line.start);
    this.#closeFrames(line.frame + 1, contentEnd);
    const frame = this.#frames[line.frame];
    if (frame === undefined) return line.next;
    frame.delimiterSeen = true;
    if (line.closing) {
      // The epilogue up to the outer delimiter belongs to the multipart; it is not shown.
      this.#frames.pop();
      this.#forget(frame);
      this.#leaf = frame.part;
      return line.next;
    }
    return this.#partCount >= limits.partsMax
      ? this.#opaqueRest(frame, line)
      : this.#nextPart(frame, line);
  }

  #nextPart(frame: Frame, line: DelimiterLine): number {
    const header = readHeaderBlock(
      this.#bytes,
      line.next,
      (start, next) => this.#match(start, next) !== null,
    );
    const { part } = frame;
    const path = childPath(part.path, part.children.length);
    part.children.push(this.#begin({ header, start: line.next, parent: part, path }));
    return header.bodyStart;
  }

  /** Too many parts: one last part holds all that is left. */
  #opaqueRest(frame: Frame, line: DelimiterLine): number {
    const { part } = frame;
    const path = childPath(part.path, part.children.length);
    this.#findings.add('too-many-parts', partPlace(path));
    part.children.push(opaquePart({ path, start: line.next, end: this.#bytes.length }));
    for (const each of this.#frames) each.part.bodyEnd = this.#bytes.length;
    this.#frames.length = 0;
    this.#open.clear();
    this.#leaf = null;
    return this.#bytes.length;
  }

  /** A part from its header; a multipart opens a frame, anything else is the current leaf. */
  #begin(facts: PartStart): OpenPart {
    this.#partCount++;
    const { header, path } = facts;
    if (header.truncated) this.#findings.add('header-too-large', partPlace(path));
    const part = partOf(facts, this.#bytes.length);
    const boundary = part.mediaType.startsWith('multipart/') ? boundaryOf(part) : null;
    if (boundary === null) {
      this.#leaf = part;
      return part;
    }
    if (boundary === '') {
      this.#findings.add('missing-boundary', partPlace(path));
      this.#leaf = part;
    } else if (this.#frames.length >= limits.nestingLevelsMax) {
      this.#findings.add('nested-too-deeply', partPlace(path));
      part.role = 'attachment';
      this.#leaf = part;
    } else {
      part.role = 'container';
      const shadowed = this.#open.get(boundary);
      this.#open.set(boundary, this.#frames.length);
      this.#frames.push({ part, boundary, shadowed, delimiterSeen: false });
      this.#leaf = null;
    }
    return part;
  }

  /** Ends every multipart from `depth` on, and the current leaf, at `end`. */
  #closeFrames(depth: number, end: number): void {
    // A part without a body ends where its header does, though the line break there is the
    // delimiter's; its containers must not end before it.
    const leafEnd = Math.max(end, this.#leaf?.bodyStart ?? end);
    if (this.#leaf !== null) this.#leaf.bodyEnd = leafEnd;
    this.#leaf = null;
    while (this.#frames.length > depth) {
      const frame = this.#frames.pop();
      if (frame === undefined) break;
      this.#forget(frame);
      const { part } = frame;
      part.bodyEnd = Math.max(leafEnd, part.bodyStart);
      const code = frame.delimiterSeen ? 'unclosed-multipart' : 'boundary-not-found';
      this.#findings.add(code, partPlace(part.path));
      // Without any delimiter the whole body would vanish: it is shown as text.
      if (!frame.delimiterSeen) part.role = 'text';
    }
  }

  #forget(frame: Frame): void {
    if (frame.shadowed === undefined) this.#open.delete(frame.boundary);
    else this.#open.set(frame.boundary, frame.shadowed);
  }

  /** RFC 2046 §5.1.1: the line break before a delimiter belongs to the delimiter. */
  #beforeLineBreak(lineStart: number): number {
    if (this.#bytes[lineStart - 1] !== lf) return lineStart;
    return this.#bytes[lineStart - 2] === 0x0d ? lineStart - 2 : lineStart - 1;
  }
}

interface DelimiterLine {
  readonly start: number;
  /** Start of the line after it. */
  readonly next: number;
  readonly frame: number;
  readonly closing: boolean;
}

function childPath(parent: string, index: number): string {
  return parent === '' ? `${index + 1}` : `${parent}.${index + 1}`;
}

function isLineBlank(octet: number | undefined): boolean {
  return octet === lf || octet === 0x0d || octet === 0x20 || octet === 0x09;
}
