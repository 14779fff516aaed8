import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition } from './content-disposition.ts';

describe('RFC 6266 §4: names that a stranger chose', () => {
  it.each([
    ['report.pdf', 'attachment; filename="report.pdf"'],
    ['Grüße.txt', `attachment; filename="Gr__e.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`],
    [
      '請求書.pdf',
      `attachment; filename="___.pdf"; filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf`,
    ],
    ['../../etc/passwd', 'attachment; filename="_.._etc_passwd"'],
    ['C:\\a\\b.txt', 'attachment; filename="C__a_b.txt"'],
    ['a"; filename="b.exe', 'attachment; filename="a_; filename=_b.exe"'],
    ['a\r\nSet-Cookie: x=1', 'attachment; filename="aSet-Cookie_ x=1"'],
    ['50%.txt', `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`],
    ['invoice\u202efdp.exe', 'attachment; filename="invoicefdp.exe"'],
    ['.htaccess', 'attachment; filename="htaccess"'],
    ['a. ', 'attachment; filename="a"'],
    ['', 'attachment; filename="unnamed"'],
    ['...', 'attachment; filename="unnamed"'],
    ["it's (1)*.txt", `attachment; filename="it's (1)_.txt"`],
    ['\ud800.txt', 'attachment; filename="txt"'],
  ])('%j', (name, expected) => expect(contentDisposition('attachment', name)).toBe(expected));

  it('a long name keeps its ending', () => {
    const value = contentDisposition('inline', `${'x'.repeat(5000)}.jpeg`);
    expect(value).toBe(`inline; filename="${'x'.repeat(145)}.jpeg"`);
  });

  it('any name makes a valid header field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const value = contentDisposition('attachment', name);
        expect(value).toMatch(
          /^attachment; filename="[ !#$&-.0-~]+"(?:; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/,
        );
      }),
    );
  });
});
