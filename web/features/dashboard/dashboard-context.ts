import { createContext, useContext, useSyncExternalStore } from 'react';
import type { MetricsDocument } from '../../lib/api.ts';
import type { ChartTooltip } from './chart-tooltip.ts';
import type { Crosshair } from './crosshair.ts';
import type { AlertState, DashboardModel } from './dashboard-model.ts';
import type { Painter } from './painter.ts';
import type { Palette } from './palette.ts';

export interface DashboardParts {
  readonly model: DashboardModel;
  /** Of the charts over time. */
  readonly crosshair: Crosshair;
  readonly tooltip: ChartTooltip;
  readonly palette: Palette;
  readonly painter: Painter;
  /** Said politely, the last of many only. */
  readonly announce: (text: string) => void;
}

export const DashboardContext = createContext<DashboardParts | null>(null);

export function useDashboard(): DashboardParts {
  const parts = useContext(DashboardContext);
  if (!parts) throw new Error('This part stands outside of the dashboard');
  return parts;
}

export function useDocument(): MetricsDocument | null {
  const { model } = useDashboard();
  return useSyncExternalStore(model.subscribeDocument, model.document);
}

export function useAlerts(): AlertState {
  const { model } = useDashboard();
  return useSyncExternalStore(model.subscribeDocument, model.alerts);
}

/** A text from the document; drawn anew only when it changed. */
export function useDocumentText(read: (document: MetricsDocument) => string): string {
  const { model } = useDashboard();
  return useSyncExternalStore(model.subscribeDocument, () => {
    const document = model.document();
    return document ? read(document) : '';
  });
}
