import { expect, test } from 'vitest';
import { parseParameterized, withoutComments } from './parameters.ts';

test.each<[string, string, Record<string, string>]>([
  ['text/plain', 'text/plain', {}],
  ['TEXT/Plain; Charset=UTF-8', 'text/plain', { charset: 'UTF-8' }],
  // RFC 2045 §5.1, comments
  ['text/plain; charset=us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
  [
    'text/plain (a (b) c) ; (x) charset (y) = (z) "us-ascii"',
    'text/plain',
    { charset: 'us-ascii' },
  ],
  ['a/b; n="x; y=\\"z\\\\"', 'a/b', { n: 'x; y="z\\' }],
  ['a/b; n="never closed; m=1', 'a/b', { n: 'never closed; m=1' }],
  ['a/b;; ;n=1;', 'a/b', { n: '1' }],
  ['a/b; n=1; n=2', 'a/b', { n: '1' }],
  ['a/b; flag; n=1', 'a/b', { n: '1' }],
  ['a/b; name=two words.pdf; n=1', 'a/b', { name: 'two words.pdf', n: '1' }],
  ['a/b; name=report(1).pdf', 'a/b', { name: 'report(1).pdf' }],
  // A forgotten semicolon
  ['text/html charset=utf-8', 'text/html', { charset: 'utf-8' }],
  ['text/html; charset=utf-8 name=x', 'text/html', { charset: 'utf-8', name: 'x' }],
  ['; name=x', '', { name: 'x' }],
  ['', '', {}],
  ['a/b; __proto__=1; constructor=2', 'a/b', { ['__proto__']: '1', constructor: '2' }],
  // RFC 2231 §3 and §4, the examples
  [
    'message/external-body; url*0="ftp://"; url*1="cs.utk.edu/x"',
    'message/external-body',
    { url: 'ftp://cs.utk.edu/x' },
  ],
  [
    "a/x; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
    'a/x',
    { title: 'This is ***fun***' },
  ],
  [
    "a/x; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
    'a/x',
    { title: "This is even more ***fun*** isn't it!" },
  ],
  ['a/x; t*1=b; t*0=a; t*2=c', 'a/x', { t: 'abc' }],
  ["a/x; t=plain; t*=utf-8''%C3%A4", 'a/x', { t: 'ä' }],
  ["a/x; t*=utf-8''%C3%A4; t=plain", 'a/x', { t: 'ä' }],
  ['a/x; t*=%C3%A4', 'a/x', { t: 'ä' }],
  ["a/x; t*=''%E4%ZZ%", 'a/x', { t: 'ä%ZZ%' }],
  ['a/x; t*="utf-8\'\'%C3%A4"', 'a/x', { t: 'ä' }],
  ['a/x; t*x=1; t*99999=2; *=3', 'a/x', { '': '3' }],
  // RFC 2047 where it does not belong
  ['a/x; t="=?utf-8?Q?=C3=A4?="', 'a/x', { t: 'ä' }],
  ['a/x; boundary="=?utf-8?Q?=C3=A4?="', 'a/x', { boundary: '=?utf-8?Q?=C3=A4?=' }],
  ['a/x; t==?utf-8?Q?=C3=A4?=; u=1', 'a/x', { t: 'ä', u: '1' }],
  ['a/x; t*0="=?utf-8?Q?=C3"; t*1="=A4?="', 'a/x', { t: 'ä' }],
])('%j', (text, value, parameters) => {
  const read = parseParameterized(text);
  expect(read.value).toBe(value);
  expect([...read.parameters]).toEqual(Object.entries(parameters));
});

test.each([
  ['a (b) c', 'a  c'],
  ['a (b (c) \\) d) e', 'a  e'],
  ['"(not one)" x', '"(not one)" x'],
  ['a (never closed', 'a '],
  ['a) b', 'a) b'],
])('without comments, %j is %j', (text, bare) => {
  expect(withoutComments(text)).toBe(bare);
});
