import { expect, test } from 'vitest';
import { others, Tally, TopTally } from './tally.ts';

const hostile = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];

test('every name is only a name', () => {
  const tally = new Tally();
  for (const name of hostile) tally.add(name, 2);
  const record = tally.toRecord();
  expect(Object.keys(record).sort()).toEqual([...hostile].sort());
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect(tally.total).toBe(hostile.length * 2);
});

test('names are bounded, and nothing is lost from the sum', () => {
  const tally = new Tally(3);
  for (let index = 0; index < 1_000; index++) tally.add(`name ${index}`);
  expect(tally.get(others)).toBe(997);
  expect(tally.total).toBe(1_000);
  expect([...tally.entries()]).toHaveLength(4);
  const sum = new Tally(3);
  sum.addAll(tally);
  sum.addAll(tally);
  expect(sum.total).toBe(2_000);
});

test('the most counted address is kept, however many come once', () => {
  const tally = new TopTally(10);
  for (let index = 0; index < 5_000; index++) {
    tally.add(`198.51.100.${index}`);
    if (index % 2 === 0) tally.add('192.0.2.1');
  }
  const [first] = tally.top(20);
  expect(first?.[0]).toBe('192.0.2.1');
  expect(first?.[1]).toBeGreaterThanOrEqual(2_500);
  expect(tally.top(20)).toHaveLength(10);
  expect(tally.top(3)).toHaveLength(3);
});
