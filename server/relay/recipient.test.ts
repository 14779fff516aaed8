/** Addresses are written into SMTP commands: what is not one address goes nowhere. */
import { expect, test } from 'vitest';
import { parseRecipient } from './recipient.ts';

test.each([
  '',
  'bob',
  'bob@',
  '@example.test',
  'bob@example.test, eve@example.test',
  'bob@example.test eve@example.test',
  'bob@example.test\r\nRCPT TO:<eve@example.test>',
  'bob@example.test\nx',
  'bob@example.test\0',
  'Bob <bob@example.test\r>',
  'bob@exam>ple.test',
  'bob@example.test> SIZE=1 <x',
  'friends: bob@example.test, eve@example.test;',
  `${'x'.repeat(310)}@example.test`,
  `Bob ${'x'.repeat(1_000)} <bob@example.test>`,
])('%j is refused', (text) => {
  expect(parseRecipient(text)).toBeNull();
});

test.each([
  ['bob@example.test', 'bob@example.test'],
  [' bob+tag@mail.example.test ', 'bob+tag@mail.example.test'],
  ['Bob <bob@example.test>', 'bob@example.test'],
  ['"Doe, Bob" <bob@example.test>', 'bob@example.test'],
  ['bob@[127.0.0.1]', 'bob@[127.0.0.1]'],
  ['bob@localhost', 'bob@localhost'],
  ['jörg@exämple.test', 'jörg@exämple.test'],
])('%j is %s', (text, address) => {
  expect(parseRecipient(text)).toBe(address);
});
