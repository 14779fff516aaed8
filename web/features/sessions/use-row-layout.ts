import { useLayoutEffect, useState } from 'react';

/** Heights of a row; the styles fill whatever height they are given. */
const tableRowRem = 2.125;
const compactRowRem = 3.5;
/** Narrower than this the columns do not fit, and each session takes two lines. */
const tableRem = 56;

export interface RowLayout {
  readonly compact: boolean;
  readonly rowHeight: number;
}

export function useRowLayout(element: HTMLElement | null): RowLayout {
  const [rem] = useState(() =>
    Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
  );
  const [compact, setCompact] = useState(() => window.innerWidth < tableRem * rem);
  const [coarse] = useState(() => window.matchMedia('(pointer: coarse)').matches);

  useLayoutEffect(() => {
    if (!element) return;
    const look = () => setCompact(element.clientWidth < tableRem * rem);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, rem]);

  const tableRow = coarse ? tableRowRem + 0.5 : tableRowRem;
  return { compact, rowHeight: Math.round((compact ? compactRowRem : tableRow) * rem) };
}
