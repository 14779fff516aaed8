import { describe, expect, test } from 'vitest';
import { quantile } from './digest.ts';
import { slotMs, Windows } from './windows.ts';

/** `perSlot` messages in each of so many slots, of a latency that names the slot; then half a slot. */
function run(slotCount: number, perSlot = 3) {
  const windows = new Windows(0);
  const fill = (slot: number) => {
    for (let index = 0; index < perSlot; index++) {
      windows.open.counts.messages += 1;
      windows.open.counts.errors.add('timeout');
      windows.open.record('processing', slot);
    }
  };
  for (let slot = 0; slot < slotCount; slot++) {
    fill(slot);
    windows.closeSlot((slot + 1) * slotMs);
  }
  fill(slotCount);
  const open = windows.open.snapshot(slotCount * slotMs + slotMs / 2);
  return { windows, open };
}

test('nothing recorded: no digest, and no endless rate', () => {
  const { windows, open } = run(0, 0);
  const scope = windows.last(60, open);
  expect(scope.digest('processing')).toBeNull();
  expect(scope.counts.messages).toBe(0);
});

test('since start is everything, exactly', () => {
  const { windows, open } = run(1_000);
  const scope = windows.sinceStart(open);
  expect(scope.counts.messages).toBe(3_003);
  expect(scope.counts.errors.get('timeout')).toBe(3_003);
  expect(scope.digest('processing')).toMatchObject({ count: 3_003, min: 0, max: 1_000 });
  expect(scope.startedAtMs).toBe(0);
});

describe.each([60, 300, 900] as const)('a window of %i seconds', (seconds) => {
  test.each([0, 1, 5, 6, 7, 29, 30, 31, 89, 90, 91, 100, 181])('after %i slots', (slotCount) => {
    const { windows, open } = run(slotCount);
    const scope = windows.last(seconds, open);
    const spannedMs = scope.endedAtMs - scope.startedAtMs;
    const possibleMs = slotCount * slotMs + slotMs / 2;
    expect(spannedMs).toBeLessThanOrEqual(seconds * 1_000);
    const shortMs = seconds > 300 ? 60_000 : slotMs;
    expect(spannedMs).toBeGreaterThanOrEqual(Math.min(possibleMs, seconds * 1_000 - shortMs));
    // Just the slots of that time: none twice, none left out.
    const slots = Math.ceil(spannedMs / slotMs);
    expect(scope.counts.messages).toBe(slots * 3);
    expect(scope.digest('processing')).toMatchObject({
      count: slots * 3,
      min: slotCount + 1 - slots,
      max: slotCount,
    });
  });
});

test('what is asked twice is the same, and asking changes nothing', () => {
  const { windows, open } = run(40);
  const ask = () => {
    const { digest, counts } = windows.last(300, open);
    const processing = digest('processing');
    if (processing === null) throw new Error('something was recorded');
    return [counts.messages, quantile(processing, 0.5), windows.sinceStart(open).counts.bytes];
  };
  expect(ask()).toEqual(ask());
});
