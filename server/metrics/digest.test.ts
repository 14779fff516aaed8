/** The aim: p50 within 1 % of rank of the exact value, p99 and p99.9 far closer, extremes exact. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Digest, mergePacked, type Packed, quantile, quantiles } from './digest.ts';

/** The same numbers each time, from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const count = 1_000_000;
const random = randomNumbers(7);
const uniform = Float64Array.from({ length: count }, () => random() * 100);

const shapes: Readonly<Record<string, Float64Array>> = {
  uniform,
  sorted: uniform.slice().sort(),
  reversed: uniform.slice().sort().reverse(),
  'heavy tail': Float64Array.from({ length: count }, () => (1 - random()) ** -1.5),
  'two humps': Float64Array.from({ length: count }, () =>
    random() < 0.98 ? 1 + random() : 1_000 + random() * 100,
  ),
  'few values': Float64Array.from({ length: count }, () => Math.floor(random() * 5)),
  constant: new Float64Array(count).fill(3.25),
};

/** How far the share of values at or below `value` is from `share`: 0 while `value` may be it. */
function rankError(sorted: Float64Array, value: number, share: number): number {
  const below = bound(sorted, (member) => member < value) / sorted.length;
  const upTo = bound(sorted, (member) => member <= value) / sorted.length;
  return Math.max(0, below - share, share - upTo);
}

function bound(sorted: Float64Array, isBefore: (member: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle] ?? Number.NaN)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As the collector does it: a digest per slot, merged as slots close. */
function inSlots(values: Float64Array, slotCount: number): Packed | null {
  const digest = new Digest();
  const per = Math.ceil(values.length / slotCount);
  let merged: Packed | null = null;
  values.forEach((value, index) => {
    digest.add(value);
    if ((index + 1) % per !== 0 && index + 1 !== values.length) return;
    merged = mergePacked([merged, digest.packed()]);
    digest.reset();
  });
  return merged;
}

describe.each(Object.entries(shapes))('a million values, %s', (_, values) => {
  const sorted = values.slice().sort();

  test.each([1, 97])('in %i slots', (slotCount) => {
    const packed = inSlots(values, slotCount);
    if (packed === null) throw new Error('nothing was added');
    expect(packed.count).toBe(count);
    expect([packed.min, packed.max]).toEqual([sorted[0], sorted[count - 1]]);
    const errors = [0.5, 0.99, 0.999].map((q) => rankError(sorted, quantile(packed, q), q));
    expect(errors[0]).toBeLessThan(0.01);
    // Of what is left above them, not of all: at p99.9 one per cent of rank would be p98.9.
    expect(errors[1]).toBeLessThan(0.01 * 0.1);
    expect(errors[2]).toBeLessThan(0.001 * 0.1);
    expect(packed.pairs.length / 2).toBeLessThan(1_300);
  });
});

test('nothing added is null, not zero', () => {
  expect(new Digest().packed()).toBeNull();
  expect(mergePacked([])).toBeNull();
  expect(mergePacked([null, null])).toBeNull();
});

test('what is no number is not added', () => {
  const digest = new Digest();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    digest.add(value);
  }
  expect(digest.packed()).toBeNull();
});

test('after a reset it begins anew', () => {
  const digest = new Digest();
  digest.add(5);
  digest.reset();
  digest.add(1);
  expect(digest.packed()).toMatchObject({ count: 1, min: 1, max: 1 });
});

test('any values in any parts: count and extremes exact, quantiles ascend between them', () => {
  const parts = fc.array(
    fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 40 }),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(parts, (groups) => {
      const all = groups.flat();
      const merged = mergePacked(
        groups.map((group) => {
          const digest = new Digest();
          for (const value of group) digest.add(value);
          return digest.packed();
        }),
      );
      if (merged === null) return all.length === 0;
      const curve = quantiles(merged, [0, 0.1, 0.5, 0.9, 0.99, 1]);
      expect(merged.count).toBe(all.length);
      expect(curve[0]).toBe(Math.min(...all));
      expect(curve.at(-1)).toBe(Math.max(...all));
      expect(curve).toEqual([...curve].sort((a, b) => a - b));
      return true;
    }),
  );
});
