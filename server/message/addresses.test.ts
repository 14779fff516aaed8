import { expect, test } from 'vitest';
import { parseMailboxes } from './addresses.ts';

/** Written as `name|address`. */
test.each<[string, string[]]>([
  ['', []],
  ['  ', []],
  ['a@b.test', ['|a@b.test']],
  // RFC 5322 appendix A.1.2, A.1.3, A.5, A.6.1
  ['"Joe Q. Public" <john.q.public@example.com>', ['Joe Q. Public|john.q.public@example.com']],
  ['Who? <one@y.test>', ['Who?|one@y.test']],
  [
    '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
    ['|boss@nil.test', 'Giant; "Big" Box|sysservices@example.net'],
  ],
  [
    'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
    ['Ed Jones|c@a.test', '|joe@where.test', 'John|jdoe@one.test'],
  ],
  ['Undisclosed recipients:;', []],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete|pete@silly.test']],
  [
    'Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example',
    ['Mary Smith|mary@example.net', '|jdoe@test.example'],
  ],
  ['a@b.test (=?utf-8?Q?J=C3=B6?=)', ['Jö|a@b.test']],
  ['=?utf-8?Q?J=C3=B6?= =?utf-8?Q?_X?= <a@b.test>', ['Jö X|a@b.test']],
  ['=?utf-8?Q?a_<b>;_c:_d,_e?= <a@b.test>, c@d.test', ['a <b>; c: d, e|a@b.test', '|c@d.test']],
  ['=?utf-8?B?PHhAeS50ZXN0Piw=?= <a@b.test>', ['<x@y.test>,|a@b.test']],
  ['John Doe', ['John Doe|']],
  ['<>', []],
  ['用户@例子.测试', ['|用户@例子.测试']],
])('%j', (text, mailboxes) => {
  expect(parseMailboxes(text).map(({ name, address }) => `${name}|${address}`)).toEqual(mailboxes);
});
