/**
 * Which rows are in sight. All rows have one height, so this is arithmetic: no measuring, and the
 * cost of a frame does not depend on how long the list is.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';

/** `--row-height` in inbox.module.css. */
const rowRem = 4.25;
const rowsBeyond = 6;
/** Rows enter and leave by fours, so that most scroll events change nothing. */
const step = 4;

export interface RowWindow {
  readonly rowHeight: number;
  readonly start: number;
  readonly end: number;
  readonly atTop: boolean;
  /** Rows that fit, for Page Down and its kin. */
  readonly rowsInView: number;
  readonly scrollTo: (index: number) => void;
}

interface View {
  readonly first: number;
  readonly rowsInView: number;
  readonly atTop: boolean;
}

export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [rowHeight] = useState(rowHeightNow);
  const [view, setView] = useState<View>({ first: 0, rowsInView: 20, atTop: true });

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const next: View = {
      first: Math.floor(element.scrollTop / rowHeight / step) * step,
      rowsInView: Math.max(1, Math.floor(element.clientHeight / rowHeight)),
      atTop: element.scrollTop < 8,
    };
    setView((last) => (sameView(last, next) ? last : next));
  }, [scroller, rowHeight]);

  useLayoutEffect(look);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [scroller, look]);

  const scrollTo = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      const bottom = top + rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) {
        element.scrollTop = bottom - element.clientHeight;
      }
    },
    [scroller, rowHeight],
  );

  const { first, rowsInView, atTop } = view;
  return {
    rowHeight,
    start: Math.max(0, Math.min(first, count) - rowsBeyond),
    end: Math.min(count, first + rowsInView + step + rowsBeyond + 1),
    atTop,
    rowsInView,
    scrollTo,
  };
}

function sameView(a: View, b: View): boolean {
  return a.first === b.first && a.rowsInView === b.rowsInView && a.atTop === b.atTop;
}

function rowHeightNow(): number {
  return rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
