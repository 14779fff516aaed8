import { AlertList } from './alert-list.tsx';
import styles from './board.module.css';
import { DistributionPanel } from './distribution-panel.tsx';
import { PhasesPanel } from './phases-panel.tsx';
import type { Range } from './ranges.ts';
import { RefusedPanel } from './refused-panel.tsx';
import { TimeChartPanel } from './time-chart-panel.tsx';
import { timeCharts } from './time-charts.ts';
import { TlsPanel } from './tls-panel.tsx';

interface BoardProps {
  readonly range: Range;
  readonly asTable: boolean;
  readonly paused: boolean;
}

/** After these the alerts follow, near what they are about. */
const firstCharts = 5;

export function Board({ range, asTable, paused }: BoardProps) {
  const panels = timeCharts.map((chart) => (
    <TimeChartPanel key={chart.id} asTable={asTable} chart={chart} range={range} />
  ));
  return (
    <div className={styles.board}>
      {panels.slice(0, firstCharts)}
      <AlertList />
      {panels.slice(firstCharts)}
      <DistributionPanel asTable={asTable} paused={paused} />
      <PhasesPanel />
      <TlsPanel />
      <RefusedPanel />
    </div>
  );
}
