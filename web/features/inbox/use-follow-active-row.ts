import { useEffectEvent, useLayoutEffect } from 'react';

interface FollowOptions {
  readonly activeId: string | null;
  /** Its place among the rows shown, 0 also for one that waits above them; `null` when unknown. */
  readonly activeRow: number | null;
  readonly scroller: HTMLElement | null;
  readonly scrollTo: (row: number) => void;
  /** Whether there are rows at all. */
  readonly ready: boolean;
}

/** Keeps the active row in sight when it changes, not when the reader scrolls away from it. */
export function useFollowActiveRow(options: FollowOptions): void {
  const { activeId, scroller, ready } = options;

  const follow = useEffectEvent(() => {
    if (options.activeRow === null) return;
    options.scrollTo(options.activeRow);
    // Moved by a shortcut from nowhere: a screen reader follows the focus.
    if (document.activeElement === document.body) scroller?.focus({ preventScroll: true });
  });

  useLayoutEffect(() => {
    if (activeId !== null && scroller && ready) follow();
  }, [activeId, scroller, ready]);
}
