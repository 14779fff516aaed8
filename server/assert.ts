/** A promise this program made to itself was broken: our fault, never the peer's or the world's. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** States what must hold here; the text says which promise, not which value. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new AssertionFailure(`This should never happen: ${promise}`);
}

/** Ends a `switch` over a closed union; a member without a case does not compile. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`This should never happen: no case for ${JSON.stringify(value)}`);
}
