import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import styles from './chart-table.module.css';
import { type ChartSpec, formatOf, type Plot, type PlotFeed } from './plot.ts';

interface ChartTableProps {
  readonly spec: ChartSpec;
  readonly feed: PlotFeed;
  readonly caption: string;
}

/** A table that changes every second cannot be read. */
const refreshEveryMs = 5_000;
const rowsStep = 60;

/** The values of a chart, newest first. */
export function ChartTable({ spec, feed, caption }: ChartTableProps) {
  const plot = useSlowPlot(feed);
  const [rowsMax, setRowsMax] = useState(rowsStep);
  const rows = knownRows(plot);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys have to reach it.
    <section aria-label={`Values of ${caption}`} className={styles.scroll} tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{spec.x.ticks === 'time' ? 'Time' : 'Percentile'}</th>
            {plot.series.map(({ name, label }) => (
              <th key={name} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, rowsMax).map((i) => (
            <tr key={plot.x[i]}>
              <th scope="row">{spec.x.format(plot.x[i] ?? 0)}</th>
              {plot.series.map((series) => (
                <td key={series.name}>{formatOf(spec, series)(series.values[i] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.none}>Nothing measured in this time.</p>}
      {rows.length > rowsMax && (
        <Button size="sm" onClick={() => setRowsMax((max) => max + 5 * rowsStep)}>
          Show older rows
        </Button>
      )}
    </section>
  );
}

function knownRows({ x, series }: Plot): number[] {
  return x
    .map((_, i) => i)
    .filter((i) => series.some(({ values, style }) => style !== 'limit' && values[i] != null))
    .toReversed();
}

function useSlowPlot(feed: PlotFeed): Plot {
  const [plot, setPlot] = useState(() => feed.plot());
  const empty = useRef(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const next = feed.plot();
      empty.current = knownRows(next).length === 0;
      setPlot(next);
    };
    show();
    // The first values are not worth waiting for.
    const end = feed.subscribe(() => {
      timer ??= setTimeout(show, empty.current ? 0 : refreshEveryMs);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [feed]);
  return plot;
}
