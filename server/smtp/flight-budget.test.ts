import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FlightBudget } from './flight-budget.ts';

function member() {
  return { resumed: vi.fn(), congested: vi.fn() };
}

const receiving = (bytesHeld: number) => ({ bytesHeld, receiving: true });

describe('bytes in flight', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('below the ceiling everyone reads', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b] = [member(), member()];
    expect(budget.update(a, receiving(60))).toBe(true);
    expect(budget.update(b, receiving(40))).toBe(true);
    expect(budget.bytesHeld).toBe(100);
  });

  test('above it the first to receive goes on, the others wait and are told when there is room', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b] = [member(), member()];
    budget.update(a, receiving(60));
    expect(budget.update(b, receiving(60))).toBe(false);
    expect(budget.update(a, receiving(90))).toBe(true);
    expect(b.resumed).not.toHaveBeenCalled();
    budget.release(a);
    expect(b.resumed).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(b.congested).not.toHaveBeenCalled();
  });

  test('when the first has all its octets the next may go on, although nothing is free yet', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b, c] = [member(), member(), member()];
    budget.update(a, receiving(200));
    expect(budget.update(b, receiving(10))).toBe(false);
    expect(budget.update(c, receiving(10))).toBe(false);
    // `a` awaits its commit: it holds its octets and reads nothing.
    budget.update(a, { bytesHeld: 200, receiving: false });
    expect(b.resumed).toHaveBeenCalledTimes(1);
    expect(c.resumed).not.toHaveBeenCalled();
  });

  test('one that waits too long is told, once', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b] = [member(), member()];
    budget.update(a, receiving(150));
    budget.update(b, receiving(10));
    budget.update(b, receiving(10));
    vi.advanceTimersByTime(1000);
    expect(b.congested).toHaveBeenCalledTimes(1);
    expect(budget.pausedCount).toBe(0);
  });

  test('sessions that receive no message are never paused', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b] = [member(), member()];
    budget.update(a, receiving(500));
    expect(budget.update(b, { bytesHeld: 3, receiving: false })).toBe(true);
  });

  test('one that leaves while paused leaves nothing behind', () => {
    const budget = new FlightBudget({ bytesMax: 100, patienceMs: 5 });
    const [a, b] = [member(), member()];
    budget.update(a, receiving(150));
    budget.update(b, receiving(10));
    budget.release(b);
    budget.release(a);
    vi.advanceTimersByTime(1000);
    expect(b.congested).not.toHaveBeenCalled();
    expect(b.resumed).not.toHaveBeenCalled();
    expect(budget.bytesHeld).toBe(0);
  });
});
