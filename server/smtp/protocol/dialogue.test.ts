import { describe, expect, it } from 'vitest';
import { Dialogue, grouped, legible, masked } from './dialogue.ts';

const line = (text: string) => ({ atMs: 1, from: 'client' as const, text });

describe('dialogue', () => {
  it('keeps the opening with every transaction, and nothing of the transaction before', () => {
    const dialogue = new Dialogue();
    dialogue.addToPreamble(line('EHLO'));
    dialogue.addToTransaction(line('first'));
    dialogue.startTransaction();
    dialogue.addToTransaction(line('second'));
    expect(dialogue.lines().map(({ text }) => text)).toEqual(['EHLO', 'second']);
  });

  it('keeps the first and the last lines of a long transaction and says what is missing', () => {
    const dialogue = new Dialogue();
    for (let i = 0; i < 200; i++) dialogue.addToPreamble(line('again'));
    for (let i = 0; i < 1_000; i++) dialogue.addToTransaction(line(String(i)));
    const texts = dialogue.lines().map(({ text }) => text);
    expect(texts.length).toBeLessThanOrEqual(201);
    expect(texts).toContain('… 860 lines left out …');
    expect(texts[60]).toBe('0');
    expect(texts.at(-1)).toBe('999');
  });
});

describe('lines as they are kept', () => {
  it('control characters are escaped, length is bounded', () => {
    expect(legible('a\0\x1b[31m\x7f\u0085é')).toBe('a\\x00\\x1b[31m\\x7f\\x85é');
    expect(legible('x'.repeat(1_000))).toHaveLength(1_000);
    expect(legible('x'.repeat(5_000))).toHaveLength(1_000);
  });

  it.each([
    ['AUTH PLAIN', 'AUTH PLAIN'],
    ['AUTH PLAIN AGFsaWNlAHNlY3JldA==', 'AUTH PLAIN ****'],
    ['auth login c2VjcmV0 ', 'auth login ****'],
    ['AUTH c2VjcmV0', 'AUTH ****'],
    ['AUTH\tPLAIN c2VjcmV0', 'AUTH\tPLAIN ****'],
    [' AUTH PLAIN c2VjcmV0', ' AUTH PLAIN ****'],
    ['AUTHPLAIN c2VjcmV0', 'AUTHPLAIN ****'],
    ['MAIL FROM:<auth@b.test>', 'MAIL FROM:<auth@b.test>'],
  ])('%j', (text, kept) => {
    expect(masked(text)).toBe(kept);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [10240, '10,240'],
    [1234567, '1,234,567'],
  ])('%d', (count, text) => {
    expect(grouped(count)).toBe(text);
  });
});
