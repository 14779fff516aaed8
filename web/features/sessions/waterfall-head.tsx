import type { TimeScale } from './time-scale.ts';
import styles from './waterfall.module.css';

export function WaterfallHead({ ticks }: Pick<TimeScale, 'ticks'>) {
  return (
    <thead>
      <tr>
        <th className={styles.stepHead} scope="col">
          Step
        </th>
        <th className={styles.codeHead} scope="col">
          Reply
        </th>
        <th scope="col">
          <span className="visually-hidden">Time line</span>
          <span aria-hidden="true" className={styles.axis}>
            {ticks.map(({ ms, position }) => (
              <span
                key={ms}
                className={styles.tick}
                data-last={position > 0.85}
                style={{ insetInlineStart: `${position * 100}%` }}
              >
                {tickText(ms)}
              </span>
            ))}
          </span>
        </th>
        <th className={styles.clientHead} scope="col">
          Client
        </th>
        <th className={styles.serverHead} scope="col">
          Server
        </th>
      </tr>
    </thead>
  );
}

/** Short; as many digits as the number has. */
function tickText(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < 300_000) return `${Number((ms / 1_000).toPrecision(3))} s`;
  return `${Number((ms / 60_000).toPrecision(3))} min`;
}
