import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatcher } from './glob.ts';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['?', '', false],
  ['?', 'x', true],
  ['a*', 'Abc', true],
  ['*c', 'abc', true],
  ['*b', 'abc', false],
  ['a?c', 'abc', true],
  ['a*b*c', 'aXbYbZc', true],
  ['a*b*c', 'acb', false],
  ['**', 'x', true],
  ['a.c', 'abc', false],
  ['(a+)+$', '(a+)+$', true],
  ['', '', true],
  ['', 'x', false],
])('%s on %s: %s', (glob, text, fits) => {
  expect(globMatcher(glob)(text)).toBe(fits);
});

test('fits as the regular expression with the same meaning does', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
  fc.assert(
    fc.property(glob, short, (pattern, text) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
      expect(globMatcher(pattern)(text)).toBe(new RegExp(`^${source}$`, 's').test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('the work is at most the product of the lengths, with any pattern', () => {
  const text = 'a'.repeat(1_024);
  let reads = 0;
  const counted = { toLowerCase: () => counting(text, () => reads++) } as unknown as string;
  expect(globMatcher(`${'*a'.repeat(100)}b`)(counted)).toBe(false);
  expect(reads).toBeGreaterThan(1_024);
  expect(reads).toBeLessThan(2 * 201 * 1_024);
});

/** A text that tells of every character that is looked at. */
function counting(text: string, onRead: () => void): string {
  return new Proxy<object>(Object(text), {
    get(target, property) {
      if (/^\d+$/.test(String(property))) onRead();
      return Reflect.get(target, property);
    },
  }) as unknown as string;
}
