/**
 * For code that the first picture does not need: it is fetched when the browser has nothing better
 * to do, and at the latest after two seconds.
 */
const latestMs = 2_000;
/** Where the browser does not tell (Safari 17). */
const guessMs = 300;

export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => {
      if (typeof requestIdleCallback === 'function') {
        requestIdleCallback(() => resolve(), { timeout: latestMs });
      } else setTimeout(resolve, guessMs);
    };
    // A browser that has yet to paint what was just drawn calls itself idle.
    requestAnimationFrame(() => setTimeout(wait));
    // A hidden page has no frames.
    setTimeout(wait, latestMs);
  });
}
