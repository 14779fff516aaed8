import { type RefObject, useEffect, useRef, useState } from 'react';
import { useLiveMetrics } from '../../lib/live-metrics.ts';
import { ChartTooltip } from './chart-tooltip.ts';
import { Crosshair } from './crosshair.ts';
import type { DashboardParts } from './dashboard-context.ts';
import { DashboardModel } from './dashboard-model.ts';
import { Painter } from './painter.ts';
import { Palette } from './palette.ts';
import type { Range } from './ranges.ts';

/** Held arrow keys move fast; only where they stop is said. */
const announceAfterMs = 180;

interface Handles {
  readonly parts: DashboardParts;
  readonly rootRef: RefObject<HTMLDivElement | null>;
  readonly statusRef: RefObject<HTMLDivElement | null>;
}

/** All that lives beside React, for as long as the dashboard is open. */
export function useDashboardParts(range: Range): Handles {
  const rootRef = useRef<HTMLDivElement>(null);
  const statusRef = useRef<HTMLDivElement>(null);
  const source = useLiveMetrics();
  const [parts] = useState<DashboardParts>(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    return {
      model: new DashboardModel(range),
      crosshair: new Crosshair(),
      tooltip: new ChartTooltip(),
      palette: new Palette(),
      painter: new Painter(),
      announce(text) {
        clearTimeout(timer);
        timer = setTimeout(() => statusRef.current?.replaceChildren(text), announceAfterMs);
      },
    };
  });
  useEffect(() => parts.model.listen(source), [parts, source]);
  useEffect(() => {
    const look = () => parts.model.sleep(document.hidden);
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [parts]);
  useEffect(() => parts.palette.attach(document.body), [parts]);
  return { parts, rootRef, statusRef };
}
