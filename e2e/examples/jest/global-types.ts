/** The same for the globals of @types/jest. */
/// <reference types="jest" />
import type { Mail } from 'prixfixe-dev/jest';
import 'prixfixe-dev/jest/matchers';

export async function typed(message: Mail): Promise<void> {
  expect(message).toContainLink('/confirm');
  expect(message).toMatchMailSnapshot();
  // @ts-expect-error: no such matcher
  expect(message).toHaveReplied();
}
