import { type RefObject, useLayoutEffect, useRef } from 'react';

interface SlideInOptions {
  readonly element: RefObject<HTMLElement | null>;
  readonly ids: readonly { readonly id: string }[];
  readonly atTop: boolean;
  readonly rowHeight: number;
}

/** More at once is a stream, which is calmer without movement. */
const rowsMax = 3;

/** Lets new sessions push the rows down instead of replacing them in a blink. */
export function useSlideIn({ element, ids, atTop, rowHeight }: SlideInOptions): void {
  const lastFirstId = useRef<string | undefined>(undefined);
  const firstId = ids[0]?.id;

  useLayoutEffect(() => {
    const before = lastFirstId.current;
    lastFirstId.current = firstId;
    if (!(atTop && before && firstId && before !== firstId && element.current)) return;
    const arrived = ids.slice(0, rowsMax + 1).findIndex(({ id }) => id === before);
    if (arrived < 1 || element.current.getAnimations().length > 0) return;
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    element.current.animate([{ translate: `0 ${-arrived * rowHeight}px` }, { translate: '0 0' }], {
      duration: 170,
      easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)',
    });
  }, [element, firstId, ids, atTop, rowHeight]);
}
