import { expect, test } from 'vitest';
import { decodeTransfer, transferEncodingOf } from './transfer-encodings.ts';

test.each([
  ['base64', 'SGVsbG8=', 'Hello'],
  ['base64', 'SGVs\r\nbG8=\r\n', 'Hello'],
  ['base64', 'SGVsbG8', 'Hello'],
  ['base64', 'SGVsbG8=SGVsbG8=', 'HelloHello'],
  ['base64', 'SGVs bG8=\r\n\r\nSG\u0000Vs!bG8=\r\n', 'HelloHello'],
  // `-` and `_` belong to another alphabet (RFC 4648 §5) and are garbage here.
  ['base64', 'SG-Vs_bG8=', 'Hello'],
  ['base64', 'S', ''],
  ['base64', '====', ''],
  ['base64', '', ''],
  ['quoted-printable', 'a=3Db', 'a=b'],
  ['quoted-printable', 'a=3db', 'a=b'],
  ['quoted-printable', 'a=\r\nb', 'ab'],
  ['quoted-printable', 'a=\nb', 'ab'],
  ['quoted-printable', 'a = \t\r\nb', 'a b'],
  ['quoted-printable', 'a \t\r\nb', 'a\r\nb'],
  ['quoted-printable', 'a=20\r\nb', 'a \r\nb'],
  ['quoted-printable', 'a=', 'a'],
  ['quoted-printable', 'a=\r\n', 'a'],
  ['quoted-printable', '=XY=4', '=XY=4'],
  ['quoted-printable', '100% = 100%', '100% = 100%'],
  ['uuencode', 'begin 644 x\r\n%2&5L;&\\\r\n`\r\nend\r\n', 'Hello'],
  ['x-uuencode', 'text before\nbegin 644 x\n%2&5L;&\\\n \nend\ntext after', 'Hello'],
  ['x-uue', 'no begin line', ''],
  ['7bit', 'as = it is\r\n', 'as = it is\r\n'],
  ['x-unheard-of', 'as it is', 'as it is'],
])('%s: %j is %j', (name, encoded, text) => {
  expect(Buffer.from(decodeTransfer(Buffer.from(encoded), name)).toString('latin1')).toBe(text);
});

test('names that are not known are told apart from those that change nothing', () => {
  expect(transferEncodingOf('8bit')).toBe('identity');
  expect(transferEncodingOf('x-unheard-of')).toBeNull();
  expect(transferEncodingOf('constructor')).toBeNull();
});

test('octets that need no decoding are not copied', () => {
  const raw = Buffer.from('abc');
  expect(decodeTransfer(raw, 'binary')).toBe(raw);
});
