import { useMemo, useSyncExternalStore } from 'react';
import { ChartTable } from './chart-table.tsx';
import { ChartView } from './chart-view.tsx';
import { useDashboard, useDocumentText } from './dashboard-context.ts';
import panelStyles from './panel.module.css';
import { Panel } from './panel.tsx';
import type { PlotFeed } from './plot.ts';
import type { Range } from './ranges.ts';
import type { TimeChart } from './time-charts.ts';

interface TimeChartPanelProps {
  readonly chart: TimeChart;
  readonly range: Range;
  readonly asTable: boolean;
}

export function TimeChartPanel({ chart, range, asTable }: TimeChartPanelProps) {
  const { model, crosshair } = useDashboard();
  const feed = useMemo<PlotFeed>(
    () => ({
      subscribe: model.subscribeFrame,
      plot() {
        const frame = model.frame();
        return { x: frame.x, from: frame.from, to: frame.to, series: chart.series(frame) };
      },
    }),
    [model, chart],
  );
  const unavailable = useDocumentText((document) => chart.unavailable?.(document) ?? '');
  const note = useDocumentText((document) => chart.note?.(document) ?? '');
  const wanted = useSyncExternalStore(
    model.subscribeFrame,
    () => chart.wanted?.(model.frame()) ?? true,
  );
  const known = useSyncExternalStore(model.subscribeFrame, () => model.frame().x.length > 0);
  if (!wanted) return null;
  return (
    <Panel about={chart.about} id={chart.id} title={chart.title}>
      {unavailable !== '' && <p className={panelStyles.unavailable}>{unavailable}</p>}
      {unavailable === '' && asTable && (
        <ChartTable caption={`${chart.title}, the last ${range.spoken}`} feed={feed} spec={chart} />
      )}
      {unavailable === '' && !asTable && (
        <ChartView
          crosshair={crosshair}
          feed={feed}
          loading={!known}
          none={chart.none}
          spec={chart}
        />
      )}
      {chart.note && <p className={panelStyles.note}>{note}</p>}
    </Panel>
  );
}
