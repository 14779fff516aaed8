/**
 * Which rows are in sight. All rows have one height, so this is arithmetic: no measuring, and the
 * cost of a frame does not depend on how long the list is.
 */
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useState } from 'react';

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

interface RowWindowOptions {
  /** The element that scrolls, once it is there. */
  readonly element: HTMLElement | null;
  readonly count: number;
  readonly onTopChange: (atTop: boolean) => void;
}

export function useRowWindow({ element, count, onTopChange }: RowWindowOptions): RowWindow {
  const [rowHeight] = useState(rowHeightNow);
  const [view, setView] = useState<View>({ first: 0, rowsInView: 20, atTop: true });

  const look = useEffectEvent(() => {
    if (!element) return;
    const next: View = {
      first: Math.floor(element.scrollTop / rowHeight / step) * step,
      rowsInView: Math.max(1, Math.floor(element.clientHeight / rowHeight)),
      atTop: element.scrollTop < 8,
    };
    if (sameView(view, next)) return;
    setView(next);
    if (next.atTop !== view.atTop) onTopChange(next.atTop);
  });

  // Not after each change of the rows: the browser would have to lay them out in the middle of it.
  // Where they no longer fill the place scrolled to, it scrolls, and tells of that.
  useLayoutEffect(() => {
    if (element) look();
  }, [element]);

  useEffect(() => {
    if (!element) return;
    const onScroll = () => look();
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(onScroll);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [element]);

  const scrollTo = useCallback(
    (index: number) => {
      if (!element) return;
      const top = index * rowHeight;
      const bottom = top + rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) {
        element.scrollTop = bottom - element.clientHeight;
      }
    },
    [element, rowHeight],
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
