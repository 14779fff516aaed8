/** What the HTML check finds, and that what is hidden, broken or endless does not mislead it. */
import { describe, expect, test } from 'vitest';
import { checkHtml } from './check-html.ts';
import { countUses } from './feature-uses.ts';
import { readUsage } from './read-usage.ts';
import { readFeatures } from './support.ts';

const used = (html: string, slug: string, pictureTypes: readonly string[] = []) =>
  countUses(slug, readUsage(html), pictureTypes);

describe('HTML', () => {
  test.each([
    ['<video></video><VIDEO>', 'html-video', 2],
    ['<!-- <video> --><p title="<video>">', 'html-video', 0],
    ['<style>video{}</style><title><video></title>', 'html-video', 0],
    ['<a href="#top"></a><a href="#"></a><a href="x#y">', 'html-anchor-links', 1],
    ['<a href="MAILTO:a@b.test">', 'html-mailto-links', 1],
    ['<button>x</button><button type=reset>', 'html-button-submit', 1],
    ['<input><input type=text><input type=radio>', 'html-input-text', 2],
    ['<input type="hidden"><p hidden>', 'html-input-hidden', 1],
    ['<h1><h6><h7><header>', 'html-h1-h6', 2],
    ['<img usemap="#m"><map name=m>', 'html-image-maps', 2],
    ['<nav><section><main>', 'html-semantics', 3],
    ['<p role=x><p ROLE>', 'html-role', 2],
    ['<td valign=top width=1 background=x>', 'html-valign', 1],
    ['<td valign=top width=1 background=x>', 'html-background', 1],
    ['<meta name="Color-Scheme" content=dark>', 'html-meta-color-scheme', 1],
    ['<!doctype html><p>', 'html-doctype', 1],
    ['<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><p>', 'html-doctype', 0],
    ['<!--[if mso]>x<![endif]--><p>', 'html-comments', 1],
    ['<img src="a.webp"><img src="https://a.test/b.WEBP?x=1"><img src="c.png">', 'image-webp', 1],
    ['<img src="data:image/png;base64,AAAA">', 'image-base64', 1],
    ['<div inert>', 'css-inert-attribute', 1],
  ])('%s: %s %i times', (html, slug, count) => {
    expect(used(html, slug)).toBe(count);
  });

  test('pictures of the message count by their type', () => {
    expect(used('<img src="cid:a">', 'image-webp', ['image/webp', 'image/png'])).toBe(1);
    expect(used('<img src="cid:a">', 'image-svg', ['image/svg+xml'])).toBe(1);
  });
});

const styled = (css: string) => `<style>${css}</style><p class="a b" id="i"><b class="b">x</b></p>`;

describe('CSS', () => {
  test.each([
    // By the number of elements that the last part of a selector names.
    ['.a{border-radius:1px}', 'css-border-radius', 1],
    ['.b{border-radius:1px}', 'css-border-radius', 2],
    ['p.b, b.b{border-radius:1px}', 'css-border-radius', 2],
    ['b.a{border-radius:1px}', 'css-border-radius', 0],
    // The style element is one too.
    ['#i > *{border-top-left-radius:1px}', 'css-border-radius', 3],
    ['.nowhere{border-radius:1px}', 'css-border-radius', 0],
    ['.b:not(.a, .c):hover{border-radius:1px}', 'css-border-radius', 2],
    ['.b{-webkit-border-radius:1px}', 'css-border-radius', 2],
    ['/* .b{border-radius:1px} */', 'css-border-radius', 0],
    ['.b{content:"border-radius:1px"}', 'css-border-radius', 0],
    ['.b{background:url(x;border-radius:1px)}', 'css-border-radius', 0],
    ['@media print{.b{border-radius:1px}}', 'css-border-radius', 2],
    ['.b{border-radius:1px', 'css-border-radius', 2],
    ['}.b{border-radius:1px}', 'css-border-radius', 2],
    ['<!-- .b{border-radius:1px} -->', 'css-border-radius', 2],
    ['.a{display : flex}', 'css-display-flex', 1],
    ['.a{display:flexible}', 'css-display-flex', 0],
    ['.a{display:none !important}', 'css-display-none', 1],
    ['.a{display:none !important}', 'css-important', 1],
    ['.a{width:calc(100% - 2vw)}', 'css-unit-calc', 1],
    ['.a{width:calc(100% - 2vw)}', 'css-unit-vw', 1],
    ['.a{width:calc(100% - 2vw)}', 'css-unit-percent', 1],
    ['.a{width:calc(100% - 2vw)}', 'css-unit-px', 0],
    ['.a{color:#1px}', 'css-unit-px', 0],
    ['.a{background:repeating-linear-gradient(red,blue)}', 'css-linear-gradient', 1],
    ['.a{color:rgba(0,0,0,.5)}', 'css-rgba', 1],
    ['.a{color:rgba(0,0,0,.5)}', 'css-rgb', 0],
    ['.a{color:oklch(1 0 0)}', 'css-modern-color', 1],
    ['.a{--brand:red}', 'css-variables', 1],
    ['.a{color:var(--brand)}', 'css-variables', 1],
    ['.a{margin-inline-start:0}', 'css-margin-inline-start-end', 1],
    ['.a{margin-inline-start:0}', 'css-margin', 0],
    ['.a{font-family:system-ui,sans-serif}', 'css-sytem-ui', 1],
    ['@font-face{font-family:x}', 'css-at-font-face', 1],
    ['@import url(x);', 'css-at-import', 1],
    ['@import "x"', 'css-at-import', 1],
    ['@-webkit-keyframes x{from{top:0}}', 'css-at-keyframes', 1],
    ['@media (prefers-color-scheme: dark){}', 'css-at-media-prefers-color-scheme', 1],
    ['@media (prefers-color-scheme: dark){}', 'css-at-media', 1],
    ['@media (any-hover:hover){}', 'css-at-media-hover', 1],
    ['a:hover,a:focus-visible{}', 'css-pseudo-class-hover', 1],
    ['a:hover,a:focus-visible{}', 'css-pseudo-class-focus', 0],
    ['a::before{} b:after{}', 'css-pseudo-element-before', 1],
    ['a::before{} b:after{}', 'css-pseudo-element-after', 1],
    ['a + b{}', 'css-selector-adjacent-sibling', 1],
    ['a b{}', 'css-selector-descendant', 1],
    ['a,b{}', 'css-selector-descendant', 0],
    ['[class~=a]{}', 'css-selector-general-sibling', 0],
    ['[class*=a]{}', 'css-selector-universal', 0],
    ['[a="x > y"]{}', 'css-selector-child', 0],
    ['.a{.b{color:red}}', 'css-nesting', 1],
    ['.a{@media print{color:red}}', 'css-nesting', 0],
    ['/* x */.a{/* y */}', 'css-comments', 2],
  ])('%s: %s %i times', (css, slug, count) => {
    expect(used(styled(css), slug)).toBe(count);
  });

  test('style attributes, with character references', () => {
    const html = `<p style="font-family:&quot;a;b&quot;;display:grid"><p style="display:grid">`;
    expect(used(html, 'css-display-grid')).toBe(2);
  });
});

describe('the report', () => {
  test('of a plain message finds next to nothing', () => {
    const { findings, score, elementCount } = checkHtml({ html: '<p>Hello</p>', pictureTypes: [] });
    expect(findings.every(({ slug }) => slug === 'html-p')).toBe(true);
    expect(score.unsupported).toBe(0);
    expect(elementCount).toBe(1);
  });

  test('of scripts and styles has the worst first, and shares that are together 100', () => {
    const html =
      '<html><head><style>.a{border-radius:1px}</style></head><body><p class=a>x</p><script>1</script><script type="application/ld+json">{}</script></body></html>';
    const report = checkHtml({ html, pictureTypes: [] });
    expect(report.elementCount).toBe(5);
    const [worst] = report.findings;
    expect(worst).toMatchObject({
      slug: 'html-script',
      found: 1,
      score: { supported: 0, partial: 0, unsupported: 100 },
    });
    const radius = report.findings.find(({ slug }) => slug === 'css-border-radius');
    expect(radius).toMatchObject({
      title: 'border-radius',
      url: 'https://www.caniemail.com/features/css-border-radius/',
      category: 'css',
      found: 1,
    });
    expect(radius?.description).toContain('<code>border-radius</code>');
    expect(radius?.programs).toContainEqual({
      name: 'Outlook Windows (2019)',
      family: 'outlook',
      platform: 'windows',
      version: '2019',
      support: 'no',
      notes: ['1'],
    });
    expect(Object.keys(radius?.notes ?? {})).toContain('1');
    for (const { supported, partial, unsupported } of [
      report.score,
      ...report.findings.map(({ score }) => score),
    ]) {
      expect(supported + partial + unsupported).toBeCloseTo(100);
      expect(Math.min(supported, partial, unsupported)).toBeGreaterThanOrEqual(0);
    }
    expect(report.platforms.windows).toContain('Outlook');
  });

  test('of nothing is empty', () => {
    const report = checkHtml({ html: '', pictureTypes: [] });
    expect(report).toMatchObject({ elementCount: 0, findings: [], score: { supported: 100 } });
  });

  test.each([
    ['open blocks', `<style>${'a{'.repeat(200_000)}</style>`],
    ['open brackets', `<style>${'('.repeat(500_000)}</style>`],
    ['open brackets before a block', `<style>${'a('.repeat(200_000)}{</style>`],
    ['selectors in brackets', `<style>${'a:not('.repeat(100_000)}){a:b}</style>`],
    ['open tags', '<'.repeat(300_000)],
    ['names of objects', '<p class="__proto__ constructor" style="__proto__:1;constructor:2">'],
  ])('of %s comes to an end', (_, html) => {
    expect(checkHtml({ html, pictureTypes: [] }).testCount).toBeGreaterThan(300);
  });
});

describe('the data', () => {
  test('are whole', () => {
    const features = readFeatures();
    expect(features.length).toBeGreaterThan(300);
    expect(new Set(features.map(({ slug }) => slug)).size).toBe(features.length);
    for (const { slug, score, description, notes } of features) {
      expect(score.supported + score.partial + score.unsupported, slug).toBeCloseTo(100);
      for (const html of [description, ...Object.values(notes)]) {
        expect(
          html.replaceAll(
            /<\/?(?:code|em)>|<a href="https:[^"<>]*" target="_blank" rel="noreferrer">|<\/a>/g,
            '',
          ),
          slug,
        ).not.toMatch(/[<>"]/);
      }
    }
  });

  test('name no feature that would never be found', () => {
    // A document with everything: each name in the place where names of its kind stand.
    const never = readFeatures().filter(({ slug }) => {
      const name = slug.replace(/^\w+-/, '');
      const html = `<!doctype html><!-- --><style>/* */ ${everything(name)}</style>${tags(name)}`;
      return (
        used(html, slug, [
          `image/${name}`,
          'image/svg+xml',
          'image/jpeg',
          'video/mp4',
          'image/heic',
          'image/x-icon',
        ]) === 0
      );
    });
    expect(never.map(({ slug }) => slug)).toEqual([]);
  });
});

function tags(name: string): string {
  return `<${name} ${name}=x><input type=${name.replace('input-', '')}><button type=${name.replace('button-', '')}>
    <a href="#x"><a href="mailto:x"><h1><ul><nav><map><object><p srcset=x loading=x><img src="data:image/x,"><div inert>
    <meta name=color-scheme><p style="${name}:1">`;
}

function everything(name: string): string {
  const [, start = ''] = /^(\w+)/.exec(name) ?? [];
  const unit = name.replace('unit-', '').replace('percent', '%');
  const functions = [
    'calc',
    'clamp',
    'light-dark',
    'max',
    'min',
    'rgb',
    'rgba',
    'oklch',
    'linear-gradient',
    'radial-gradient',
    'conic-gradient',
    'var',
  ];
  return `@font-face{} @import x; @keyframes x{} @supports x{}
    @media (-webkit-device-pixel-ratio:1) and (hover) and (orientation:x) and (prefers-color-scheme:x) and (prefers-reduced-motion:x){}
    a:${name.replace('pseudo-class-', '')}, b::${name.replace('pseudo-element-', '')}, a + b ~ c > d e.f.g#h[i], * { k{} }
    p{${name}:1;${start}:1 !important;${start}-x:1;width:1${unit};width:fit-content;width:initial;font:system-ui;
    display:flex;display:grid;display:none;inline-size:1;border-inline:1;border-inline-start:1;border-inline-start-width:1;
    border-start-start-radius:1;border-image-slice:1;columns:1;flex-flow:1;grid-template-rows:1;left:1;margin-inline:1;
    margin-inline-start:1;margin-block-start:1;padding-inline:1;padding-inline-start:1;padding-block-start:1;mask:1;
    scroll-snap-type:1;gap:1;${functions.map((one) => `x:${one}(1)`).join(';')}}`;
}
