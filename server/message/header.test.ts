import { expect, test } from 'vitest';
import { displayText, fieldText, firstField, readHeaderBlock } from './header.ts';

function read(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const block = readHeaderBlock(bytes, 0, (start, end) =>
    bytes.toString('latin1', start, end).startsWith('--b'),
  );
  return { ...block, body: bytes.toString('latin1', block.bodyStart) };
}

test.each<[string, string[], string]>([
  ['A: 1\r\nB: 2\r\n\r\nbody', ['A=1', 'B=2'], 'body'],
  ['A: 1\nB: 2\n\nbody', ['A=1', 'B=2'], 'body'],
  ['\r\nbody', [], 'body'],
  ['', [], ''],
  ['A: 1', ['A=1'], ''],
  // RFC 5322 §2.2.3: only the line break goes
  ['A: 1\r\n 2\r\n\t3\r\n\r\n', ['A=1 2\t3'], ''],
  ['A:\r\n 1\r\n\r\n', ['A=1'], ''],
  ['A: 1\r\n \r\n\r\nbody', ['A=1'], 'body'],
  // RFC 5322 §4.5.8: blanks before the colon
  ['A : 1\r\n\r\n', ['A=1'], ''],
  ['A:1:2\r\n\r\n', ['A=1:2'], ''],
  ['A:\r\n\r\n', ['A='], ''],
  // Lines that are no fields hide nothing
  ['From x@y Mon Jan  5 10:20:30\r\nA: 1\r\n\r\nbody', ['A=1'], 'body'],
  ['A: 1\r\nbroken line\r\nB: 2\r\n\r\nbody', ['A=1', 'B=2'], 'body'],
  [' A: 1\r\nB: 2\r\n\r\nbody', ['A=1', 'B=2'], 'body'],
  [': x\r\nB\xe4: 1\r\nC: 2\r\n\r\n', ['C=2'], ''],
  // Without an empty line the text behind the fields is the body
  ['A: 1\r\nHello,\r\nthis is it.', ['A=1'], 'Hello,\r\nthis is it.'],
  ['no field at all', [], 'no field at all'],
  // A delimiter ends any header
  ['A: 1\r\n--b\r\nB: 2', ['A=1'], '--b\r\nB: 2'],
])('%j', (text, fields, body) => {
  const block = read(text);
  expect(block.fields.map(({ name, octets }) => `${name}=${octets}`)).toEqual(fields);
  expect(block.body).toBe(body);
  expect(block.truncated).toBe(false);
});

test('the first line that is no field is known', () => {
  expect(read('A: 1\r\nbroken\r\nB: 2\r\nbroken too\r\n\r\n').brokenLineStart).toBe(6);
  expect(read('A: 1\r\n\r\nno field\r\n').brokenLineStart).toBe(-1);
});

test('of two fields of one name the first counts, whatever its case', () => {
  const { fields } = read('SUBJECT: one\r\nSubject: two\r\n\r\n');
  expect(fieldText(firstField(fields, 'subject'))).toBe('one');
  expect(fieldText(firstField(fields, 'date'))).toBe('');
});

test('a no-break space at the end is part of a character, not a blank', () => {
  const { fields } = read(Buffer.from('Subject: voilà\r\n\r\n').toString('latin1'));
  expect(fieldText(fields[0])).toBe('voilà');
});

test.each([
  ['a\tb', 'a b'],
  ['=?utf-8?Q?a=0D=0A_b=00c?=', 'a b c'],
  [' a ', 'a'],
])('for people, %j is %j', (raw, shown) => {
  expect(displayText(raw)).toBe(shown);
});
