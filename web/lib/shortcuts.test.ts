import { describe, expect, test, vi } from 'vitest';
import { ShortcutListener, shortcuts } from './shortcuts.ts';

describe('the table', () => {
  test('gives no key two meanings', () => {
    const keys = Object.values(shortcuts).flatMap((row) => row.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('begins no sequence with a key that has a meaning of its own', () => {
    const keys = Object.values(shortcuts).flatMap((row) => row.keys);
    const starts = keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]);
    expect(keys.filter((key) => starts.includes(key))).toEqual([]);
  });
});

describe('listening', () => {
  function listening() {
    const listener = new ShortcutListener();
    const next = vi.fn();
    const goAll = vi.fn();
    listener.register('list.next', next);
    listener.register('go.all', goAll);
    return { listener, next, goAll };
  }

  test('a key runs what registered for it, and only that', () => {
    const { listener, next, goAll } = listening();
    expect(listener.press('j', 0)).toBe(true);
    expect(listener.press('q', 10)).toBe(false);
    expect([next.mock.calls.length, goAll.mock.calls.length]).toEqual([1, 0]);
  });

  test('a sequence needs both keys in time', () => {
    const { listener, goAll } = listening();
    listener.press('g', 0);
    expect(listener.press('a', 500)).toBe(true);
    listener.press('g', 1_000);
    expect(listener.press('a', 5_000)).toBe(false);
    expect(goAll).toHaveBeenCalledTimes(1);
  });

  test('a key after a broken sequence keeps its own meaning', () => {
    const { listener, next } = listening();
    listener.press('g', 0);
    expect(listener.press('j', 100)).toBe(true);
    expect(next).toHaveBeenCalledTimes(1);
  });

  test('the last to register answers, until it leaves', () => {
    const { listener, next } = listening();
    const above = vi.fn();
    const leave = listener.register('list.next', above);
    listener.press('j', 0);
    leave();
    listener.press('j', 10);
    expect([above.mock.calls.length, next.mock.calls.length]).toEqual([1, 1]);
  });
});
