/**
 * Long texts for the page: lines grouped into blocks that the browser may skip while they are out
 * of sight, a ceiling on what is put into the document at all, and a search over what is there.
 */

export interface TextLine {
  /** Counted from 1; a continuation of an overlong line has none. */
  readonly number: number | null;
  readonly text: string;
}

export interface TextBlock {
  readonly firstIndex: number;
  readonly lines: readonly TextLine[];
}

/** One line box of a million characters makes layout slow; this many do not. */
const lineCharsMax = 2_000;
const blockLines = 80;

export function splitLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  const found = text.split(/\r\n|\n|\r/);
  // A line end closes a line; it does not open an empty one after it.
  if (found.length > 1 && found.at(-1) === '') found.pop();
  found.forEach((line, index) => {
    lines.push({ number: index + 1, text: line.slice(0, lineCharsMax) });
    for (let at = lineCharsMax; at < line.length; at += lineCharsMax) {
      lines.push({ number: null, text: line.slice(at, at + lineCharsMax) });
    }
  });
  return lines;
}

export function groupLines(lines: readonly TextLine[]): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  for (let at = 0; at < lines.length; at += blockLines) {
    blocks.push({ firstIndex: at, lines: lines.slice(at, at + blockLines) });
  }
  return blocks;
}

/** Cuts at a line end when one is near, so that the last line shown is whole. */
export function boundText(text: string, charsMax: number): { shown: string; isCut: boolean } {
  if (text.length <= charsMax) return { shown: text, isCut: false };
  const lineEnd = text.lastIndexOf('\n', charsMax - 1);
  const end = lineEnd > charsMax - lineCharsMax ? lineEnd + 1 : charsMax;
  return { shown: text.slice(0, end), isCut: true };
}

export interface Match {
  readonly lineIndex: number;
  readonly start: number;
  readonly end: number;
}

export const matchesMax = 5_000;

/** Case is ignored; matches do not span lines. */
export function findMatches(lines: readonly TextLine[], sought: string): readonly Match[] {
  if (sought === '') return [];
  const pattern = new RegExp(sought.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
  const matches: Match[] = [];
  for (const [lineIndex, { text }] of lines.entries()) {
    for (const match of text.matchAll(pattern)) {
      matches.push({ lineIndex, start: match.index, end: match.index + match[0].length });
      if (matches.length === matchesMax) return matches;
    }
  }
  return matches;
}
