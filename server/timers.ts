/**
 * The clocks and timers of the process, taken when this is loaded. A test may replace the global
 * ones by its own, to let time stand still for the application; SMTP, store and waiting tests in
 * the same process go on by these.
 */
import timers from 'node:timers';

export const {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
} = timers;

export const { queueMicrotask } = globalThis;

const dateNow = Date.now;
const performanceNow = performance.now.bind(performance);

/** Milliseconds since the epoch. */
export function epochMs(): number {
  return dateNow();
}

/** Milliseconds on a clock that never goes back. */
export function monotonicMs(): number {
  return performanceNow();
}

/** Epoch milliseconds at which `monotonicMs` was 0. */
export const monotonicStartMs = performance.timeOrigin;
