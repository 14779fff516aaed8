import { expect, test } from 'vitest';
import { addRecipient, readRecipients, suggestRecipients } from './recipients.ts';

test.each([
  ['', []],
  [' \n, ;', []],
  ['a@b.test', ['a@b.test']],
  ['a@b.test, c@b.test\nd@b.test; a@b.test', ['a@b.test', 'c@b.test', 'd@b.test']],
  ['"Doe, Jane" <jane@b.test>, bob@b.test', ['"Doe, Jane" <jane@b.test>', 'bob@b.test']],
  ['"unclosed, a@b.test', ['unclosed', 'a@b.test']],
])('%j', (typed, recipients) => {
  expect(readRecipients(typed)).toEqual(recipients);
});

test('adding goes on a line of its own', () => {
  expect(addRecipient('', 'a@b.test')).toBe('a@b.test');
  expect(addRecipient('a@b.test, ', 'c@b.test')).toBe('a@b.test\nc@b.test');
});

test('suggested is who is in the envelope and not in the field', () => {
  const forwardPaths = ['a@b.test', 'A@b.test', 'c@b.test', 'c@b.test'].map((address) => ({
    address,
    parameters: {},
  }));
  const envelope = { reversePath: '', forwardPaths, parameters: {} };
  expect(suggestRecipients({ envelope }, ['a@B.test'])).toEqual(['c@b.test']);
});
