import { z } from 'zod';

/** A number in a query: digits and nothing else. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,8}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}
