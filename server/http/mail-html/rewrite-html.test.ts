import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteInPieces, rewriteMailHtml } from './rewrite-html.ts';

const base = '<base target="_blank">';
const acting = /<(?:link|meta|base|embed|frame|iframe)(?:[\s/>]|$)/i;
const rewrite = (html: string, remoteAllowed = false): string =>
  rewriteMailHtml(html, { remoteAllowed, cidUrl: (id) => `/cid/${encodeURIComponent(id)}` });

describe('cid: references become URLs of their parts', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['<img src="cid:a@b">', '<img src="/cid/a%40b">'],
    ["<img src='CID:a@b'>", '<img src="/cid/a%40b">'],
    ['<img src=cid:a@b>', '<img src="/cid/a%40b">'],
    ['<img alt=x src = " cid:a ">', '<img alt=x src = "/cid/a">'],
    ['<img src="&#99;id:a">', '<img src="&#99;id:a">'],
    ['<img src="cid:a&amp;b">', '<img src="/cid/a%26b">'],
    ['<table background="cid:a">', '<table background="/cid/a">'],
    ['<image xlink:href="cid:a"/>', '<image xlink:href="/cid/a"/>'],
    ['<img srcset="cid:a 1x, cid:b 2x">', '<img srcset="/cid/a 1x, /cid/b 2x">'],
    ['<p style="background:url(cid:a)">', '<p style="background:url(/cid/a)">'],
    ['<p style="background:url(\'cid:a\')">', '<p style="background:url(\'/cid/a\')">'],
    [
      '<p style="background:url(&quot;cid:a&quot;)">',
      '<p style="background:url(&quot;/cid/a&quot;)">',
    ],
    [`<p style='background:url("cid:a")'>`, '<p style="background:url(&quot;/cid/a&quot;)">'],
    ['<style>a{b:url("cid:x")}</style>', '<style>a{b:url("/cid/x")}</style>'],
    ['<p>cid:a</p>', '<p>cid:a</p>'],
    ['<p title="cid:a">', '<p title="cid:a">'],
    ['<!-- <img src="cid:a"> -->', '<!-- <img src="cid:a"> -->'],
    ['<textarea><img src="cid:a"></textarea>', '<textarea><img src="cid:a"></textarea>'],
  ];
  it.each(cases)('%s', (html, expected) => {
    expect(rewrite(html)).toBe(
      expected.startsWith('<!--') ? base + expected : `${base}${expected}`,
    );
  });

  it('takes a Content-ID for text, never for a pattern of replacement', () => {
    expect(rewrite('<img src="cid:$&$1$\'.*">')).toBe(`${base}<img src="/cid/%24%26%241%24'.*">`);
    const literal = rewriteMailHtml('<p style="a:url(cid:x)"><img src="cid:x">', {
      remoteAllowed: false,
      cidUrl: () => "$&$`$'",
    });
    expect(literal).toBe(`${base}<p style="a:url($&$\`$')"><img src="$&$\`$'">`);
  });

  it('leaves what has no URL', () => {
    const html = '<img src="cid:a"><p style="b:url(cid:a)"><img srcset="cid:a 1x">';
    expect(rewriteMailHtml(html, { remoteAllowed: false, cidUrl: () => null })).toBe(base + html);
  });
});

describe('links open in a new tab that cannot reach back', () => {
  const safe = 'target="_blank" rel="noreferrer noopener"';
  const cases: readonly (readonly [string, string])[] = [
    ['<a href="https://x.test/">', `<a ${safe} href="https://x.test/">`],
    // The first of several attributes of one name counts.
    ['<a target=_top rel=opener href=//x>', `<a ${safe} target=_top rel=opener href=//x>`],
    ['<AREA href=//x>', `<AREA ${safe} href=//x>`],
    ['<a href="#part">', '<a target="_self" rel="noreferrer noopener" href="#part">'],
    ['<a>', `<a ${safe}>`],
    ['<a/href=//x>', `<a ${safe}/href=//x>`],
    ['</a>', '</a>'],
    ['<abbr>', '<abbr>'],
  ];
  it.each(cases)('%s', (html, expected) => expect(rewrite(html)).toBe(base + expected));
});

describe('relative links lead nowhere, least of all to our own origin', () => {
  const relative = [
    '/confirm',
    'confirm',
    '?a=b',
    '',
    ' ',
    '.',
    '\\x',

    'http:x',
    'https:/x',
  ];
  it.each([...relative, '&#47;x', '&sol;x', '/a&b<c'])('%j', (href) => {
    const out = rewrite(`<a href="${href}">`);
    expect(out).toMatch(
      /^<base target="_blank"><a target="_blank" rel="noreferrer noopener" href="about:blank#relative" title="This link is relative[^"<>]*"/,
    );
  });
  it.each([
    'https://x.test/',
    '//x.test',
    'mailto:a@x.test',
    'tel:1',
    '/\\x.test',
    'javascript:1',
    'http://',
  ])('%j stays', (href) => {
    expect(rewrite(`<a href="${href}">`)).not.toContain('about:blank');
  });
});

describe('a long document', () => {
  const long = `<!doctype html><p>${'<b>grüße</b> <i title="x">\u{1f600}</i>\n'.repeat(8_000)}`;
  it('is rewritten in pieces that make up the whole', () => {
    const options = { remoteAllowed: false, cidUrl: () => null };
    const pieces = [...rewriteInPieces(long, options)];
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(`<!doctype html>${base}${long.slice(15)}`);
    // Pieces are sent as UTF-8 one by one.
    for (const piece of pieces) expect(Buffer.from(piece).toString()).toBe(piece);
  });
});

describe('elements that act beyond the policy are defused', () => {
  const hostile: readonly string[] = [
    '<link rel=dns-prefetch href=//t.test>',
    '<LINK REL="preconnect" HREF="//t.test">',
    '<link/rel=stylesheet href=//t.test>',
    '<meta http-equiv=refresh content="0;url=//t.test">',
    '<meta name=viewport http-equiv=refresh content="0;url=//t.test">',
    '<meta name=referrer content=unsafe-url>',
    '<base href="//t.test/">',
    '<base\thref="//t.test/">',
    // Where markup may be read in two ways, the hostile reading is met too.
    '<!-- --!><link rel=dns-prefetch href=//t.test>',
    '<!--><link rel=dns-prefetch href=//t.test>-->',
    '<![CDATA[<link rel=dns-prefetch href=//t.test>]]>',
    '<a title="<link rel=dns-prefetch href=//t.test>">',
    '<a<link rel=dns-prefetch href=//t.test>',
    '<title><link rel=dns-prefetch href=//t.test></title>',
    '<style></style ><link rel=dns-prefetch href=//t.test>',
    '<svg><style><link rel=dns-prefetch href=//t.test></style></svg>',
    '<noscript><link rel=dns-prefetch href=//t.test></noscript>',
    '<p <link rel=dns-prefetch href=//t.test>',
    '</p <link rel=dns-prefetch href=//t.test>',
    '<link rel=dns-prefetch href=//t.test',
    '<iframe src=//t.test></iframe>',
    '<IFRAME\nsrc=//t.test>',
    '<frameset><frame src=//t.test></frameset>',
    '<embed src=//t.test>',
    '<noembed></noembed ><iframe src=//t.test>',
    '<iframe></noembed><iframe src=//t.test></iframe>',
  ];
  it.each(hostile)('%s', (html) => {
    const out = rewrite(html);
    expect(out).toContain(base);
    expect(out.replace(base, '')).not.toMatch(acting);
  });

  it('what follows a frame is shown', () => {
    expect(rewrite('<iframe src=//t.test>fallback</iframe><p>after')).toBe(
      `${base}<noembed src=//t.test>fallback</noembed><p>after`,
    );
  });

  it('keeps the harmless ones', () => {
    for (const html of [
      '<meta name="viewport" content="width=device-width">',
      '<meta content="light dark" name="color-scheme">',
    ]) {
      expect(rewrite(html)).toBe(base + html);
    }
  });

  it('keeps linked style sheets, and only these, once the reader has allowed remote content', () => {
    const sheet = '<link rel="stylesheet" href="https://x.test/a.css">';
    expect(rewrite(sheet)).not.toContain('<link');
    expect(rewrite(sheet, true)).toBe(base + sheet);
    expect(rewrite('<link rel="preload" href="https://x.test/">', true)).not.toContain('<link');
  });
});

describe('the rest is the text of the sender', () => {
  it.each([
    ['<!doctype html><p>x', `<!doctype html>${base}<p>x`],
    ['<!-- c -->\r\n<!DOCTYPE html>\n<html>', `<!-- c -->\r\n<!DOCTYPE html>${base}\n<html>`],
    ['<?xml version="1.0"?><!DOCTYPE html>x', `<?xml version="1.0"?><!DOCTYPE html>${base}x`],
    ['plain < text & <3', `${base}plain < text & <3`],
    ['', base],
    [
      '<p class="a"   id=b>Grüße \u{1f600}</p>\r\n',
      `${base}<p class="a"   id=b>Grüße \u{1f600}</p>\r\n`,
    ],
    ['<p title="unclosed', `${base}<p title="unclosed`],
  ])('%s', (html, expected) => expect(rewrite(html)).toBe(expected));

  it('nothing is lost, whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<!--',
      '-->',
      '<p ',
      '<b',
      'x',
      ' ',
      '"',
      "'",
      '=',
      '/',
      '<style>',
      '</style>',
      '<title',
      '<!doctype',
      '<?',
      '\0',
      '\u{1f600}',
      '&quot;',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const html = pieces.join('');
        expect(rewrite(html).replace(base, '')).toBe(html);
      }),
    );
  });

  it('a hostile tag never survives, whatever surrounds it', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '<!--',
      '-->',
      '--!>',
      '<p ',
      '<a href=',
      '"',
      "'",
      '=',
      '/',
      '<style>',
      '</style',
      '<textarea>',
      '</textarea>',
      '<svg>',
      '<link ',
      '<meta\n',
      '<BASE/',
      '<iframe ',
      '</iframe>',
      '<noembed>',
      '<link>',
      'rel=x ',
      'cid:a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(rewrite(pieces.join('')).replace(base, '')).not.toMatch(acting);
      }),
    );
  });
});

describe('time grows with the length, not with its square', () => {
  // Each would take minutes at this size if any part of it were read again and again.
  const size = 400_000;
  it.each([
    '<',
    '<!--',
    '<a ',
    '<a b="',
    '<style>',
    '<title>',
    '<!',
    '</',
    '<p cid:',
    ' style="url(cid:',
    '<img src="cid:',
    '<img srcset="cid:a ',
    "<img src=' ",
    '&#',
    '<base ',
    'url(',
    '<p x=',
  ])('%s', (piece) => {
    const html = piece.repeat(Math.ceil(size / piece.length));
    expect(rewrite(html).length).toBeGreaterThanOrEqual(html.length);
    const inAttribute = `<img style="${piece.replaceAll('"', '')}${' '.repeat(size)}" src="cid:${' '.repeat(size)}x">`;
    expect(rewrite(inAttribute).length).toBeGreaterThan(size);
  });
});
