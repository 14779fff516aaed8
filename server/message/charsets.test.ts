import { expect, test } from 'vitest';
import {
  decodeCharset,
  decodeUnlabelled,
  encodeCharset,
  isKnownCharset,
  isStateful,
} from './charsets.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  // Superset labels: these octets are control characters in the charset that is named.
  ['iso-8859-1', '93 94 92 96 80', '“”’–€'],
  ['"iso-8859-1"', '80', '€'],
  ['ISO_8859-1', '80', '€'],
  ['latin1', '80', '€'],
  ['windows-1252', '93 94 92 96 80', '“”’–€'],
  ['gb2312', '81 30 81 30', '\u0080'],
  ['gbk', 'd6 d0', '中'],
  ['ks_c_5601-1987', 'b0 a1', '가'],
  ['euc-kr', '81 41', '갂'],
  ['big5', 'a4 a4', '中'],
  ['shift_jis', '87 40', '①'],
  ['tis-620', 'a1', 'ก'],
  ['iso-8859-8-i', 'e0', 'א'],
  ['iso-2022-jp', '1b 24 42 46 7c 1b 28 42', '日'],
  ['euc-jp', 'c6 fc', '日'],
  ['utf-8', 'ef bb bf c3 a4', 'ä'],
  ['utf-8', 'c3 28', '\ufffd('],
  ['utf-16', 'fe ff 00 e4', 'ä'],
  ['utf-7', '2b 41 4f 51 2d', 'ä'],
  ['x-mac-cyrillic', '80', 'А'],
  // Nothing, us-ascii, or something unheard of: UTF-8 if valid, else windows-1252.
  [null, 'c3 a4', 'ä'],
  [null, 'e4 80', 'ä€'],
  ['us-ascii', 'c3 a4', 'ä'],
  ['us-ascii', 'e4', 'ä'],
  ['x-unheard-of', 'e4', 'ä'],
  ['hex', 'e4', 'ä'],
  ['base64', 'e4', 'ä'],
  ['__proto__', 'e4', 'ä'],
  ['constructor', 'e4', 'ä'],
])('%s: %s is %j', (label, hex, text) => {
  expect(decodeCharset(bytes(hex), label)).toBe(text);
});

test.each([
  ['utf-8', true],
  ['US-ASCII', true],
  ['windows-1257', true],
  ['iso-2022-jp', true],
  ['x-unheard-of', false],
  ['base64', false],
  ['toString', false],
  ['x'.repeat(200), false],
])('is %s known: %s', (label, known) => {
  expect(isKnownCharset(label)).toBe(known);
});

test.each(['iso-2022-jp', 'ISO-2022-KR', 'utf-7'])('%s has shift states', (label) => {
  expect(isStateful(label)).toBe(true);
});

test('headers without a charset: UTF-8 if valid, else windows-1252', () => {
  expect(decodeUnlabelled(bytes('41 c3 a4'))).toBe('Aä');
  expect(decodeUnlabelled(bytes('41 e4 93'))).toBe('Aä“');
});

test.each(['utf-8', 'iso-8859-1', 'koi8-r', 'us-ascii'])('%s encodes what it decodes', (label) => {
  const text = label === 'koi8-r' ? 'Да' : 'ä';
  expect(decodeCharset(encodeCharset(text, label), label)).toBe(text);
});
