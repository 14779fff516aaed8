import { useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { SessionDetail } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { stepText } from './describe-session.ts';
import { useWaterfall } from './use-waterfall.ts';
import styles from './waterfall.module.css';
import { WaterfallBar } from './waterfall-bar.tsx';
import { WaterfallHead } from './waterfall-head.tsx';
import { WaterfallRow } from './waterfall-row.tsx';
import { stepSentence } from './waterfall-steps.ts';

/** As the server bounds them; with as many, some may be missing in the middle. */
const repliesKeptMax = 500;

interface WaterfallProps {
  readonly session: SessionDetail;
  /** A step was chosen; its line in the transcript, where there is one. */
  readonly onSelect: (lineIndex: number | null) => void;
}

/** The steps on one time axis, as a table that is read by ear and walked by arrow keys. */
export function Waterfall({ session, onSelect }: WaterfallProps) {
  const waterfall = useWaterfall(session);
  const { steps, shown, scale, current } = waterfall;
  const [pointed, setPointed] = useState<number | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const headingId = useId();
  const told = steps[pointed ?? current];
  const focusStep = (index: number) =>
    body.current?.querySelectorAll<HTMLElement>('[data-step]')[index]?.focus();

  return (
    <section aria-labelledby={headingId} className={styles.waterfall}>
      <WaterfallBar headingId={headingId} waterfall={waterfall} />
      <table className={styles.table}>
        <caption className="visually-hidden">
          Steps of the session. Arrow keys move between them, Enter shows one in the transcript,
          plus and minus magnify, left and right move what is magnified, 0 shows all.
        </caption>
        <WaterfallHead ticks={scale.ticks} />
        <tbody
          ref={body}
          onKeyDown={(event) => waterfall.press(event, focusStep)}
          onMouseLeave={() => setPointed(null)}
        >
          {shown.map((step, index) => (
            <WaterfallRow
              // biome-ignore lint/suspicious/noArrayIndexKey: steps only ever follow.
              key={index}
              current={index === current}
              scale={scale}
              step={step}
              onPoint={() => setPointed(index)}
              onSelect={() => {
                waterfall.setCurrent(index);
                onSelect(step.lineIndex);
              }}
            />
          ))}
        </tbody>
      </table>
      {steps.length > shown.length && (
        <Button size="sm" variant="quiet" onClick={waterfall.showAll}>
          Show all {formatCount(steps.length)} steps
        </Button>
      )}
      {session.linesDropped > 0 && session.replies.length >= repliesKeptMax && (
        <p className={styles.hint}>
          Of a session this long the first and the last steps are kept; what was between them looks
          like one wait.
        </p>
      )}
      <p className={styles.told}>{told && stepSentence(told, stepText)}</p>
      <p aria-hidden="true" className={styles.legend}>
        <Key name="wait">waiting for the client</Key>
        <Key name="transfer">message octets, or handshake</Key>
        <Key name="server">server at work</Key>
        <Key name="refused">refused</Key>
      </p>
    </section>
  );
}

function Key({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <span className={styles.key}>
      <span className={styles.swatch} data-kind={name} />
      {children}
    </span>
  );
}
