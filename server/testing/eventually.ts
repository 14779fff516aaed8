import { expect } from 'vitest';

/** Waits until what `look` returns is as expected: at once when it is, and long on a busy machine. */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: 20_000, interval: 10 });
}
