/**
 * Patterns of `*` (any run of characters) and `?` (exactly one). Matched by going along the text
 * with one place to fall back to, so the worst case is the product of the two lengths, both of which
 * have a ceiling: no pattern can be made expensive, as a regular expression could.
 */

export const globCharactersMax = 256;

/** Case does not matter; with several patterns one has to fit. */
export function globMatcher(globs: string | readonly string[]): (text: string) => boolean {
  const patterns = (typeof globs === 'string' ? [globs] : globs).map((glob) => glob.toLowerCase());
  if (patterns.includes('*')) return () => true;
  return (text) => {
    const lower = text.toLowerCase();
    return patterns.some((pattern) => matchesGlob(pattern, lower));
  };
}

function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let starAt = -1;
  let afterStar = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      starAt = inPattern++;
      afterStar = at;
    } else if (wanted === '?' || wanted === text[at]) {
      inPattern++;
      at++;
    } else if (starAt === -1) {
      return false;
    } else {
      // The last star takes one character more.
      inPattern = starAt + 1;
      at = ++afterStar;
    }
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
