/** Which links of a message are looked at. */
import { expect, test } from 'vitest';
import { findLinks } from './find-links.ts';

const linksOf = (html: string | null, text: string | null = null) => findLinks({ html, text }, 100);

test('links, style sheets, pictures, then the text, each once', () => {
  expect(
    linksOf(
      `<link rel="stylesheet" href="http://a.test/style.css"><LINK rel=icon href="http://a.test/no">
       <img src=https://a.test/picture.png><script src="https://a.test/no.js"></script>
       <a href="https://a.test/?x=1&amp;y=2">1</a><a href=' HTTPS://A.TEST '>2</a>
       <a href="mailto:a@a.test">no</a><a href="/relative">no</a><a href="ftp://a.test">no</a>
       <a href="javascript:alert(1)//http://a.test">no</a><p href="http://a.test/no">no</p>
       <!-- <a href="http://a.test/no"> --><area href="http://a.test/area">
       <style>a{background:url(http://a.test/no)}</style>`,
      'See https://a.test/text. And (http://a.test/in_(brackets)) <https://a.test/?x=1&y=2>!',
    ),
  ).toEqual([
    'https://a.test/?x=1&y=2',
    'HTTPS://A.TEST',
    'http://a.test/area',
    'http://a.test/style.css',
    'https://a.test/picture.png',
    'https://a.test/text',
    'http://a.test/in_(brackets)',
  ]);
});

test('a message without any has none', () => {
  expect(linksOf(null)).toEqual([]);
  expect(linksOf('<a href="">x</a>', 'www.a.test http:// https')).toEqual([]);
});

test('there is a limit to their number and their length', () => {
  const many = Array.from({ length: 200 }, (_, i) => `<a href="http://a.test/${i}">`).join('');
  expect(findLinks({ html: many, text: 'http://text.test' }, 100)).toHaveLength(100);
  expect(linksOf(`<a href="http://a.test/${'x'.repeat(4_000)}">`)).toEqual([]);
});
