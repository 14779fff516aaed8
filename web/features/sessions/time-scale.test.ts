import { describe, expect, it } from 'vitest';
import { fittingScale, panned, timeScale, wholeAxis, zoomed } from './time-scale.ts';

describe('a time axis to scale', () => {
  const scale = timeScale('even', [0, 10, 40]);

  it.each([
    [0, 0],
    [10, 0.25],
    [40, 1],
  ])('puts %d ms of 40 at %d', (ms, position) => {
    expect(scale.position(ms)).toBeCloseTo(position);
  });

  it('has round ticks, the last with room for its label', () => {
    expect(scale.ticks.map(({ ms }) => ms)).toEqual([0, 10, 20, 30]);
  });

  it('is there for a session without any length', () => {
    const none = timeScale('even', [0, 0]);
    expect(none.position(0)).toBe(0);
    expect(none.ticks[0]).toEqual({ ms: 0, position: 0 });
  });
});

describe('a compressed time axis', () => {
  const moments = [0, 0.2, 30_000, 30_000.2];
  const scale = timeScale('compressed', moments);
  const width = (from: number, to: number) => scale.position(to) - scale.position(from);

  it('shows 0.2 ms beside 30 s, where a bar of both is wide enough to see', () => {
    expect(width(0, 0.2)).toBeGreaterThan(0.05);
    expect(width(30_000, 30_000.2)).toBeGreaterThan(0.05);
    expect(width(0.2, 30_000)).toBeGreaterThan(0.5);
  });

  it('keeps the order of all moments, and ends at the last', () => {
    const positions = [0, 0.1, 0.2, 500, 29_999, 30_000, 30_000.1].map(scale.position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(scale.position(0)).toBe(0);
    expect(scale.position(30_000.2)).toBeCloseTo(1);
  });

  it('keeps its ticks apart and within sight', () => {
    const positions = scale.ticks.map(({ position }) => position);
    expect(positions.length).toBeGreaterThan(1);
    for (const [index, position] of positions.entries()) {
      expect(position).toBeGreaterThanOrEqual(0);
      expect(position).toBeLessThanOrEqual(1);
      if (index > 0) expect(position - (positions[index - 1] ?? 0)).toBeGreaterThan(0.1);
    }
  });
});

describe('magnifying', () => {
  it('keeps the centre, and what is in the window fills the axis', () => {
    const window = zoomed(wholeAxis, 4, 0.5);
    expect(window).toEqual({ from: 0.375, to: 0.625 });
    const scale = timeScale('even', [0, 100], window);
    expect(scale.position(50)).toBeCloseTo(0.5);
    expect(scale.position(62.5)).toBeCloseTo(1);
    expect(scale.position(100)).toBeGreaterThan(1);
  });

  it('never leaves the axis, and goes back to all of it', () => {
    const atEnd = zoomed(wholeAxis, 2, 1);
    expect(atEnd).toEqual({ from: 0.5, to: 1 });
    expect(panned(atEnd, 1)).toEqual(atEnd);
    expect(panned(atEnd, -0.5)).toEqual({ from: 0.25, to: 0.75 });
    expect(zoomed(atEnd, 0.25, 0.9)).toEqual(wholeAxis);
  });
});

it('is to scale where the shortest step can be seen so, and compressed where not', () => {
  expect(fittingScale([1, 5, 20], 30)).toBe('even');
  expect(fittingScale([0.2, 5], 30_000)).toBe('compressed');
  expect(fittingScale([0, 0], 10)).toBe('even');
});
