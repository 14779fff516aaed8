import { Fragment, memo } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import styles from './tile.module.css';
import type { TileValues } from './tile-values.ts';

/** Compared by its texts: most seconds change few of them. */
export const Tile = memo(function Tile({ label, value, unit, detail, tone, share }: TileValues) {
  return (
    <li className={styles.tile} data-tone={tone}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>
        {value === null ? <Skeleton height="1.375rem" width="4rem" /> : value}
        {value !== null && unit && <span className={styles.unit}> {unit}</span>}
      </span>
      <span className={styles.detail}>
        {value === null ? <Skeleton width="6rem" /> : <Facts text={detail} />}
      </span>
      {share !== null && (
        <span aria-hidden="true" className={styles.meter}>
          <span style={{ transform: `scaleX(${share})` }} />
        </span>
      )}
    </li>
  );
});

/** A line may end between two facts, not within one. */
function Facts({ text }: { readonly text: string }) {
  return text.split(' · ').map((fact, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: it is the place that stays, not the text.
    <Fragment key={i}>
      {i > 0 && ' · '}
      <span className={styles.fact}>{fact}</span>
    </Fragment>
  ));
}
