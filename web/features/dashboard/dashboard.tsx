import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSearch } from 'wouter';
import { ErrorState } from '../../components/error-state.tsx';
import { ApiError } from '../../lib/api.ts';
import { AlertStrip } from './alert-strip.tsx';
import { Board } from './board.tsx';
import styles from './dashboard.module.css';
import { DashboardContext } from './dashboard-context.ts';
import { MetricsOff } from './metrics-off.tsx';
import { NothingYet } from './nothing-yet.tsx';
import { parseRange } from './ranges.ts';
import { historyQuery, metricsQuery } from './requests.ts';
import { Tiles } from './tiles.tsx';
import { Toolbar } from './toolbar.tsx';
import { useDashboardParts } from './use-dashboard-parts.ts';
import { usePause } from './use-pause.ts';

/** How the server is doing, and why, when it is not well. */
export function Dashboard() {
  const search = useSearch();
  const range = parseRange(search);
  const asTable = new URLSearchParams(search).get('view') === 'table';
  const { parts, rootRef, statusRef } = useDashboardParts(range);
  const { model, tooltip } = parts;
  const [paused, setPaused] = usePause(model);

  const first = useQuery(metricsQuery());
  const history = useQuery(historyQuery(range, paused));
  useEffect(() => model.show(range), [model, range]);
  useEffect(() => {
    if (first.data) model.take(first.data);
  }, [model, first.data]);
  useEffect(() => {
    if (history.data) model.load(history.data);
  }, [model, history.data]);

  if (first.error instanceof ApiError && first.error.code === 'metrics_off') return <MetricsOff />;
  if (first.isError && first.data === undefined) {
    return <ErrorState error={first.error} onRetry={() => void first.refetch()} />;
  }
  return (
    <DashboardContext value={parts}>
      <div className={styles.view} ref={rootRef}>
        <Toolbar asTable={asTable} paused={paused} range={range} onPause={setPaused} />
        <NothingYet history={history.data}>
          <AlertStrip />
          <Tiles />
          <Board asTable={asTable} paused={paused} range={range} />
        </NothingYet>
        <div className={styles.tooltip} hidden aria-hidden="true" ref={tooltip.attach} />
        <div className="visually-hidden" role="status" ref={statusRef} />
      </div>
    </DashboardContext>
  );
}
