import { classNames } from '../../components/class-names.ts';
import { stepText } from './describe-session.ts';
import type { TimeScale } from './time-scale.ts';
import styles from './waterfall.module.css';
import type { Step } from './waterfall-steps.ts';

interface WaterfallRowProps {
  readonly step: Step;
  readonly scale: TimeScale;
  readonly current: boolean;
  readonly onPoint: () => void;
  readonly onSelect: () => void;
}

export function WaterfallRow({ step, scale, current, onPoint, onSelect }: WaterfallRowProps) {
  const { label, argument, code, kind, refused, fromMs, commandMs, endMs } = step;
  const isWork = kind === 'command' || kind === 'message' || kind === 'tls';
  const bars = [
    { kind: kind === 'message' ? 'transfer' : 'wait', fromMs, toMs: commandMs },
    ...(isWork ? [{ kind: workKind(step), fromMs: commandMs, toMs: endMs }] : []),
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focus does the same through the step's button.
    <tr className={classNames(styles.row, current && styles.current)} onMouseOver={onPoint}>
      <th className={styles.step} scope="row">
        <button
          type="button"
          className={styles.stepButton}
          data-step
          tabIndex={current ? 0 : -1}
          title={argument ? `${label} ${argument}` : label}
          onClick={onSelect}
          onFocus={onPoint}
        >
          <span className={styles.label}>{label}</span>
          {argument !== '' && <span className={styles.argument}> {argument}</span>}
        </button>
      </th>
      <td className={classNames(styles.code, refused && styles.refused)}>
        {code ?? (refused ? 'failed' : '')}
      </td>
      <td className={styles.track}>
        <span aria-hidden="true" className={styles.lane}>
          {scale.ticks.map(({ ms, position }) => (
            <span
              key={ms}
              className={styles.line}
              style={{ insetInlineStart: `${position * 100}%` }}
            />
          ))}
          {bars.map((bar) => {
            const start = scale.position(bar.fromMs);
            const end = scale.position(bar.toMs);
            if (end < 0 || start > 1 || (bar.kind === 'wait' && end - start < 0.03)) return null;
            const from = Math.max(-0.01, start);
            return (
              <span
                key={bar.kind}
                className={styles.stretch}
                data-kind={bar.kind}
                style={{
                  insetInlineStart: `${from * 100}%`,
                  width: `max(2px, ${(Math.min(1.01, end) - from) * 100}%)`,
                }}
              />
            );
          })}
        </span>
        <span className="visually-hidden">
          from {stepText(fromMs)} to {stepText(endMs)}
        </span>
      </td>
      <td className={styles.client}>
        {kind === 'tls' || commandMs - fromMs <= 0 ? '' : stepText(commandMs - fromMs)}
      </td>
      <td className={styles.server}>{isWork ? stepText(endMs - commandMs) : ''}</td>
    </tr>
  );
}

function workKind({ kind, refused }: Step): string {
  if (refused) return 'refused';
  return kind === 'tls' ? 'transfer' : 'server';
}
