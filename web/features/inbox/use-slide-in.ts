import { type RefObject, useLayoutEffect, useRef } from 'react';
import { indexOf, type MessageList } from '../../lib/message-list.ts';

interface SlideInOptions {
  readonly element: RefObject<HTMLElement | null>;
  readonly firstId: string | undefined;
  readonly list: MessageList | undefined;
  readonly atTop: boolean;
  readonly rowHeight: number;
}

/** More at once is a stream, which is calmer without movement. */
const rowsMax = 3;

/** Lets new mail push the rows down instead of replacing them in a blink. */
export function useSlideIn({ element, firstId, list, atTop, rowHeight }: SlideInOptions): void {
  const lastFirstId = useRef<string | undefined>(undefined);

  useLayoutEffect(() => {
    const before = lastFirstId.current;
    lastFirstId.current = firstId;
    if (!(list && atTop && before && firstId && before !== firstId && element.current)) return;
    const arrived = indexOf(list, before);
    if (arrived < 1 || arrived > rowsMax || element.current.getAnimations().length > 0) return;
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    element.current.animate([{ translate: `0 ${-arrived * rowHeight}px` }, { translate: '0 0' }], {
      duration: 170,
      easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)',
    });
  }, [element, firstId, list, atTop, rowHeight]);
}
