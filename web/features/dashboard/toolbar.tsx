import { useLocation, useSearch } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Switch } from '../../components/switch.tsx';
import { metricsPath } from '../../lib/links.ts';
import { shortcutKeys } from '../../lib/shortcuts.ts';
import { Freshness } from './freshness.tsx';
import { type Range, ranges } from './ranges.ts';
import styles from './toolbar.module.css';

interface ToolbarProps {
  readonly range: Range;
  readonly paused: boolean;
  readonly asTable: boolean;
  readonly onPause: (paused: boolean) => void;
}

const rangeItems = ranges.map(({ id, label }) => ({ value: id, label }));

export function Toolbar({ range, paused, asTable, onPause }: ToolbarProps) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const choose = (name: string, value: string | null) => {
    const values = new URLSearchParams(search);
    if (value === null) values.delete(name);
    else values.set(name, value);
    navigate(`${metricsPath}?${values}`, { replace: true });
  };
  return (
    <div className={styles.toolbar}>
      <Segmented
        items={rangeItems}
        label="Time shown"
        value={range.id}
        onValueChange={(id) => choose('range', id)}
      />
      <Button
        aria-keyshortcuts={shortcutKeys('page.pause')}
        aria-pressed={paused}
        className={styles.pause}
        icon={paused ? 'play' : 'pause'}
        size="sm"
        onClick={() => onPause(!paused)}
      >
        {paused ? 'Go on' : 'Pause'}
      </Button>
      <Switch
        checked={asTable}
        label="Show as table"
        onCheckedChange={(table) => choose('view', table ? 'table' : null)}
      />
      <Freshness paused={paused} />
    </div>
  );
}
