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

/** Short, with the digits that the number has. */
function tickText(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${digits(ms)} ms`;
  return ms < 300_000 ? `${digits(ms / 1_000)} s` : `${digits(ms / 60_000)} min`;
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
