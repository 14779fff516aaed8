/** Who may be sent to: a pattern that matches too much sends mail to strangers. */
import { expect, test } from 'vitest';
import { matchesAny } from './address-pattern.ts';

test.each([
  ['bob@example.test', 'bob@example.test', true],
  ['Bob@Example.TEST', 'bob@example.test', true],
  ['jacob@example.test', 'bob@example.test', false],
  ['bob@example.test.evil.test', 'bob@example.test', false],
  ['bob@example.test', '*@example.test', true],
  ['bob@sub.example.test', '*@example.test', false],
  ['bob@example.test@evil.test', '*@example.test', false],
  ['bob@sub.example.test', '*@*.example.test', true],
  ['bob@example.test', '*@*.example.test', false],
  ['qa+1@example.test', 'qa+*@example.test', true],
  ['qa@example.test', 'qa+*@example.test', false],
  ['a@b', '*', true],
  // The pieces may not overlap.
  ['ab@x', 'ab*b@x', false],
  ['bob@exampleXtest', '*@example.test', false],
])('%s and %s: %s', (address, pattern, expected) => {
  expect(matchesAny(address, [pattern])).toBe(expected);
  expect(matchesAny(address, [])).toBe(false);
});
