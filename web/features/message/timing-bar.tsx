import type { MessageDetailShape } from '../../../server/http/shapes.ts';
import { formatDuration } from '../../lib/format.ts';
import styles from './smtp-panel.module.css';
import { timingPhases } from './timing-phases.ts';

/** One row per phase, each bar beginning where the one before it ends. */
export function TimingBar({ timings }: Pick<MessageDetailShape, 'timings'>) {
  const phases = timingPhases(timings);
  if (phases.length === 0) return null;
  const totalMs = phases.reduce((sum, phase) => sum + phase.ms, 0);
  let start = 0;
  return (
    <section className={styles.timing} aria-labelledby="timing-heading">
      <h3 className={styles.heading} id="timing-heading">
        Time <span className={styles.total}>{formatDuration(totalMs)}</span>
      </h3>
      <dl className={styles.phases}>
        {phases.map((phase) => {
          const from = start;
          start += phase.share;
          return (
            <div className={styles.phase} key={phase.key} title={phase.span}>
              <dt>{phase.label}</dt>
              <dd className={styles.track} aria-hidden="true">
                <span
                  className={styles.bar}
                  style={{
                    insetInlineStart: `${from * 100}%`,
                    width: `max(2px, ${phase.share * 100}%)`,
                  }}
                />
              </dd>
              <dd className={styles.duration}>{formatDuration(phase.ms)}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
