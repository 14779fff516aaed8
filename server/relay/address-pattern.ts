/**
 * Addresses with `*` for any characters: `bob@example.test`, `*@example.test`, `*@*.example.test`.
 * Capitals do not matter.
 */
export function matchesAny(address: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(address.toLowerCase(), pattern.toLowerCase()));
}

/** Each piece as far left as it can stand: the last one has to end the address. */
function matches(address: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return address === first;
  if (!address.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = address.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return address.length - last.length >= at && address.endsWith(last);
}
