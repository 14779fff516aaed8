/**
 * Beside what opens Base UI places guards: empty elements that have the focus for a moment, to pass
 * it on. They can be focused and are hidden from assistive technology, which contradicts itself
 * (WCAG 2.2 §4.1.2); empty as they are, nothing has to be hidden. They come and go while it is open.
 */
const hiddenGuards = '[data-base-ui-focus-guard][aria-hidden]';

/** A `ref` for the popup. */
export function revealFocusGuards(popup: Element | null): (() => void) | undefined {
  if (popup === null) return undefined;
  const { body } = popup.ownerDocument;
  const reveal = () => {
    for (const guard of body.querySelectorAll(hiddenGuards)) guard.removeAttribute('aria-hidden');
  };
  reveal();
  const observer = new MutationObserver(reveal);
  observer.observe(body, { childList: true, subtree: true });
  return () => observer.disconnect();
}
