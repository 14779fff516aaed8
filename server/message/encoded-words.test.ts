import { expect, test } from 'vitest';
import { decodeEncodedWords, encodedWordRanges } from './encoded-words.ts';

test.each([
  // RFC 2047 §8, the examples on white space
  ['(=?ISO-8859-1?Q?a?=)', '(a)'],
  ['(=?ISO-8859-1?Q?a?= b)', '(a b)'],
  ['(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a?=  \r\n  =?ISO-8859-1?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a_b?=)', '(a b)'],
  ['(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)', '(a b)'],
  // Joined before decoding
  ['=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=', 'ä'],
  ['=?utf-8?B?ww==?= =?UTF-8?B?pA==?=', 'ä'],
  ['=?utf-8?B?ww==?= =?utf-8?Q?=A4?=', 'ä'],
  ['=?utf-8?Q?=C3?==?utf-8?Q?=A4?=', 'ä'],
  // Not joined: each word of a stateful charset starts in ASCII
  ['=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?YQ==?=', '日a'],
  // Not quite encoded words
  ['=?utf-8?Q?never closed', '=?utf-8?Q?never closed'],
  ['=?utf-8?Q?broken =?utf-8?Q?=C3=A4?=', '=?utf-8?Q?broken ä'],
  ['=?utf-8?Z?x?=', '=?utf-8?Z?x?='],
  ['=??Q?x?=', '=??Q?x?='],
  ['=?utf-8?Q??=', ''],
  ['=?utf-8?Q?a=ZZ=4?=', 'a=ZZ=4'],
  ['=?utf-8?Q?what?_yes?=', 'what? yes'],
  ['=?utf-8?B?YQ?=', 'a'],
  ['=?utf-8?B?Y Q==?=', 'a'],
  ['=?x-unheard-of?Q?=E4?=', 'ä'],
  // Octets that should have been encoded, read with the header
  ['=?iso-8859-1?Q?Jürgen=FC?=', 'Jürgenü'],
  ['=?utf-8?Q?Jürgen=C3=BC?=', 'Jürgenü'],
  ['a =?utf-8*de-DE?Q?=C3=A4?= b', 'a ä b'],
])('%j is %j', (encoded, text) => {
  expect(decodeEncodedWords(encoded)).toBe(text);
});

test('ranges cover whole encoded words and nothing else', () => {
  const text = 'x =?a?Q?y?= =?b =?c?B?eg==?=';
  expect(encodedWordRanges(text).map(([start, end]) => text.slice(start, end))).toEqual([
    '=?a?Q?y?=',
    '=?c?B?eg==?=',
  ]);
});
