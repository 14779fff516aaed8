import { type RefObject, useEffect, useRef } from 'react';

/**
 * What had the focus in a pane is gone once the pane is closed: the rows of the list beside it take
 * over, so that nobody starts again from the top of the page.
 */
export function useFocusBack(list: RefObject<HTMLElement | null>, openId: string | null): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && openId === null && document.activeElement === document.body) {
      list.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
    }
    wasOpen.current = openId !== null;
  }, [list, openId]);
}
