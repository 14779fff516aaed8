import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { formatDuration } from '../../lib/format.ts';
import type { WaterfallState } from './use-waterfall.ts';
import styles from './waterfall.module.css';

interface WaterfallBarProps {
  readonly waterfall: WaterfallState;
  readonly headingId: string;
}

export function WaterfallBar({ waterfall, headingId }: WaterfallBarProps) {
  const { kind, isMagnified, totalMs } = waterfall;
  return (
    <div className={styles.bar}>
      <h3 className={styles.title} id={headingId}>
        Timeline <span className={styles.total}>{formatDuration(totalMs)}</span>
      </h3>
      <span className={styles.gap} />
      <Segmented
        items={[
          { value: 'even', label: 'To scale' },
          { value: 'compressed', label: 'Compressed' },
        ]}
        label="Time axis"
        value={kind}
        onValueChange={waterfall.setKind}
      />
      <IconButton
        icon="zoomIn"
        label="Magnify at the step"
        shortcut="+"
        onClick={waterfall.zoomIn}
      />
      <IconButton
        disabled={!isMagnified}
        icon="zoomOut"
        label="See more"
        shortcut="-"
        onClick={waterfall.zoomOut}
      />
      <Button disabled={!isMagnified} size="sm" variant="quiet" onClick={waterfall.showWhole}>
        Whole
      </Button>
    </div>
  );
}
