import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Skeleton } from '../../components/skeleton.tsx';
import './uplot.css';
import styles from './chart.module.css';
import { Chart } from './chart.ts';
import { ChartLegend } from './chart-legend.tsx';
import type { Crosshair } from './crosshair.ts';
import { useDashboard } from './dashboard-context.ts';
import type { ChartSpec, PlotFeed, PlotSeries } from './plot.ts';

interface ChartViewProps {
  readonly spec: ChartSpec;
  readonly feed: PlotFeed;
  readonly crosshair: Crosshair;
  readonly loading: boolean;
  /** What it means that there are no series. */
  readonly none?: string | undefined;
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Room for a chart, its legend and its keys. Renders when its series become others, not else. */
export function ChartView({ spec, feed, crosshair, loading, none }: ChartViewProps) {
  const { palette, painter, tooltip, announce } = useDashboard();
  const [, navigate] = useLocation();
  const [series, setSeries] = useState<readonly PlotSeries[]>([]);
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const chart = useRef<Chart | null>(null);
  const aboutId = useId();

  useEffect(() => {
    if (!host.current) return;
    const made = new Chart({
      host: host.current,
      spec,
      feed,
      palette,
      painter,
      crosshair,
      tooltip,
      onSeries: setSeries,
      onValues: (texts) => showValues(legend.current, texts),
    });
    chart.current = made;
    return () => made.destroy();
  }, [spec, feed, palette, painter, crosshair, tooltip]);

  // The legend of other series has just been made; nothing stands in it yet.
  useEffect(() => {
    if (series.length > 0) chart.current?.point();
  }, [series]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape') return crosshair.leave(spec.id);
    const by = steps[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    chart.current?.step(event.shiftKey ? by * 10 : by);
    announce(chart.current?.spoken() ?? '');
  }

  function onClick(event: MouseEvent) {
    if (!spec.stacked || !(event.target instanceof HTMLElement)) return;
    if (!event.target.classList.contains('u-over')) return;
    const href = chart.current?.layerAt(event.nativeEvent.offsetY)?.href;
    if (href) navigate(href);
  }

  return (
    <>
      <ChartLegend ref={legend} none={loading ? undefined : none} series={series} />
      <div
        aria-describedby={aboutId}
        aria-label={`${spec.title}, chart`}
        aria-roledescription="chart"
        className={styles.plot}
        data-links={spec.stacked || undefined}
        ref={host}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read its values.
        tabIndex={0}
        onBlur={() => crosshair.leave(spec.id)}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        {loading && (
          <div className={styles.loading}>
            <Skeleton height="100%" />
          </div>
        )}
      </div>
      <p className="visually-hidden" id={aboutId}>
        {spec.about} Left and right arrow read its values.
      </p>
    </>
  );
}

/** Into the DOM directly: ten charts follow the pointer at once. */
function showValues(legend: HTMLElement | null, texts: ReadonlyMap<string, string>): void {
  for (const element of legend?.querySelectorAll<HTMLElement>('[data-value]') ?? []) {
    const text = texts.get(element.dataset.value ?? '') ?? '';
    if (element.textContent !== text) element.textContent = text;
  }
}
