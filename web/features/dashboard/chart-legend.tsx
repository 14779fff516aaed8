import type { Ref } from 'react';
import { Link } from 'wouter';
import styles from './chart.module.css';
import type { PlotSeries } from './plot.ts';

interface ChartLegendProps {
  readonly series: readonly PlotSeries[];
  readonly none?: string | undefined;
  readonly ref: Ref<HTMLUListElement>;
}

/** The chart writes the values; whoever cannot see it reads them by its keys or as a table. */
export function ChartLegend({ series, none, ref }: ChartLegendProps) {
  return (
    <ul className={styles.legend} ref={ref}>
      {series.map(({ name, label, color, href, style }) => (
        <li key={name} className={styles.key}>
          <i aria-hidden="true" className={styles.swatch} data-color={color} data-style={style} />
          {href ? (
            <Link className={styles.cause} href={href} title={`Sessions: ${label}`}>
              {label}
            </Link>
          ) : (
            <span>{label}</span>
          )}
          <span aria-hidden="true" className={styles.value} data-value={name} />
        </li>
      ))}
      {series.length === 0 && none && <li className={styles.none}>{none}</li>}
    </ul>
  );
}
