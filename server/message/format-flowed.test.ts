import { expect, test } from 'vitest';
import { unflow } from './format-flowed.ts';

/** RFC 3676 §4 */
test.each([
  ['a \nb\nc', false, 'a b\nc'],
  ['a \nb', true, 'ab'],
  ['> a \n> b\n> c', false, '> a b\n> c'],
  ['>> a \n> b', false, '>> a \n> b'],
  ['> a \nb', false, '> a \nb'],
  [' stuffed\n >x', false, 'stuffed\n>x'],
  ['a \n-- \nb', false, 'a \n-- \nb'],
  ['> -- \n> b', false, '> -- \n> b'],
  ['a \n', false, 'a '],
  ['a\n\nb', false, 'a\n\nb'],
  ['', false, ''],
])('%j, DelSp %s, is %j', (text, delSp, unflowed) => {
  expect(unflow(text, delSp)).toBe(unflowed);
});
