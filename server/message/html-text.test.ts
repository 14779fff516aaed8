import { expect, test } from 'vitest';
import { decodeEntities } from './html-entities.ts';
import { htmlToText } from './html-text.ts';

test.each([
  ['plain', 'plain'],
  ['<p>one</p><p>two</p>', 'one\ntwo'],
  ['one<br>two<BR/>three', 'one\ntwo\nthree'],
  ['<b>bo</b>ld', 'bold'],
  ['<td>a</td><td>b</td>', 'a b'],
  ['a  \r\n\t b', 'a b'],
  ['<style>p{}</style><script>x("<p>")</script>x', 'x'],
  ['<STYLE>p{}</sTyLe >x', 'x'],
  ['<style>never closed', ''],
  ['<head><title>t</title></head><body>x', 'x'],
  ['<head><title>t</title><body>x', 'x'],
  ['<head>x', 'x'],
  ['a<!-- <p>no</p> -->b', 'ab'],
  ['a<!---->b<!-->c', 'abc'],
  ['a<!-- never closed', 'a'],
  ['<!doctype html>x<?xml y?>z', 'xz'],
  ['<a title="a > b">x</a>', 'x'],
  ["<a title='\">'>x</a>", 'x'],
  ['<a b"c>x</a>', 'x'],
  ['1 < 2 & 3 > 2', '1 < 2 & 3 > 2'],
  ['a<', 'a<'],
  ['&lt;b&gt;', '<b>'],
  ['</p>x', 'x'],
])('%j is %j', (html, text) => {
  expect(htmlToText(html)).toBe(text);
});

test.each([
  ['&amp;&lt;&gt;&quot;&apos;', '&<>"\''],
  ['&auml;&Ouml;&szlig;&euro;&hellip;', 'äÖß€…'],
  ['&#228;&#xE4;&#XE4;', 'äää'],
  ['&#8364;&#128;', '€€'],
  ['&#0;&#xD800;&#x110000;&#99999999;', '\ufffd\ufffd\ufffd\ufffd'],
  ['&unheardof; &; &#; &#x;', '&unheardof; &; &#; &#x;'],
  ['?a=1&copy=2&amp=3', '?a=1&copy=2&=3'],
  ['&constructor;', '&constructor;'],
])('%j is %j', (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded);
});
