import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asStoredOnUnix, asTransmitted, dotStuffed, withCrlf } from './line-ends.ts';

const text = (octets: Buffer) => octets.toString('latin1');

test.each([
  ['a\nb\n', 'a\r\nb\r\n'],
  ['a\r\nb\n', 'a\r\nb\r\n'],
  ['\n\n', '\r\n\r\n'],
  ['a\rb', 'a\rb'],
  ['', ''],
])('%j gets CRLF: %j', (before, after) => {
  expect(text(withCrlf(Buffer.from(before)))).toBe(after);
});

test('a file with Unix line ends is converted, one with a CRLF is taken as it is', () => {
  expect(text(asTransmitted(Buffer.from('a\nb\n')))).toBe('a\r\nb\r\n');
  expect(text(asTransmitted(Buffer.from('a\r\nb\nc\rd')))).toBe('a\r\nb\nc\rd');
});

test('what is stored with Unix line ends is sent again as it was', () => {
  const clean = fc.array(fc.stringMatching(/^[^\r\n]*$/), { minLength: 1 });
  fc.assert(
    fc.property(clean, (lines) => {
      const sent = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
      expect(asTransmitted(asStoredOnUnix(sent))).toEqual(sent);
    }),
  );
  const mixed = Buffer.from('a\r\nb\n');
  expect(asStoredOnUnix(mixed)).toBe(mixed);
});

test('RFC 5321 §4.5.2: a dot that starts a line is doubled, no other', () => {
  expect(text(dotStuffed(Buffer.from('.\r\na.\r\n..b\r\n\n.c\r\n')))).toBe(
    '..\r\na.\r\n...b\r\n\n.c\r\n',
  );
  expect(text(dotStuffed(Buffer.from('no end')))).toBe('no end\r\n');
  expect(text(dotStuffed(Buffer.alloc(0)))).toBe('');
});
