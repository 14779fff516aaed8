import { describe, expect, it } from 'vitest';
import { boundText, findMatches, groupLines, splitLines } from './text-lines.ts';

describe('splitLines', () => {
  it.each([
    ['', ['']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\rb', ['a', 'b']],
  ])('%j', (text, lines) => {
    expect(splitLines(text).map((line) => line.text)).toEqual(lines);
  });

  it('breaks an overlong line into pieces that count as one line', () => {
    const lines = splitLines(`${'x'.repeat(4_500)}\nend`);
    expect(lines.map((line) => [line.number, line.text.length])).toEqual([
      [1, 2_000],
      [null, 2_000],
      [null, 500],
      [2, 3],
    ]);
  });
});

describe('groupLines', () => {
  it('keeps every line once, in order', () => {
    const lines = splitLines(Array.from({ length: 205 }, (_, n) => `line ${n}`).join('\n'));
    const blocks = groupLines(lines);
    expect(blocks.flatMap((block) => block.lines)).toEqual(lines);
    expect(blocks.map((block) => block.firstIndex)).toEqual([0, 80, 160]);
  });
});

describe('boundText', () => {
  it('leaves a short text alone', () => {
    expect(boundText('abc', 3)).toEqual({ shown: 'abc', isCut: false });
  });

  it('cuts after a whole line, or in the middle of one that has no end in reach', () => {
    expect(boundText('one\ntwo\nthree', 9)).toEqual({ shown: 'one\ntwo\n', isCut: true });
    expect(boundText('x'.repeat(10_000), 5_000).shown).toHaveLength(5_000);
  });
});

describe('findMatches', () => {
  const lines = splitLines('Reset (now)\nreset.');

  it('finds every place, ignoring case', () => {
    expect(findMatches(lines, 'RESET')).toEqual([
      { lineIndex: 0, start: 0, end: 5 },
      { lineIndex: 1, start: 0, end: 5 },
    ]);
  });

  it('takes the sought text literally', () => {
    expect(findMatches(lines, '(now)')).toHaveLength(1);
    expect(findMatches(lines, '.')).toEqual([{ lineIndex: 1, start: 5, end: 6 }]);
    expect(findMatches(lines, '[')).toEqual([]);
  });

  it('finds nothing for nothing', () => {
    expect(findMatches(lines, '')).toEqual([]);
  });
});
