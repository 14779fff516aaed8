import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Segmented } from '../../components/segmented.tsx';
import type { MetricsDistribution } from '../../lib/api.ts';
import { ChartTable } from './chart-table.tsx';
import { ChartView } from './chart-view.tsx';
import { Crosshair } from './crosshair.ts';
import { valueAt } from './distribution-curve.ts';
import { curveSpec, DistributionFeed, tableFeedOf } from './distribution-feed.ts';
import { formatMs, formatWhole } from './numbers.ts';
import panelStyles from './panel.module.css';
import { Panel } from './panel.tsx';
import { type DistributionWindow, distributionQuery } from './requests.ts';

interface DistributionPanelProps {
  readonly asTable: boolean;
  readonly paused: boolean;
}

function p99Of({ count, points }: MetricsDistribution): string {
  return formatMs(count === 0 ? null : valueAt(points, 0.99));
}

const windows: readonly { readonly value: DistributionWindow; readonly label: string }[] = [
  { value: '60', label: '1 min' },
  { value: '300', label: '5 min' },
  { value: '900', label: '15 min' },
  { value: '0', label: 'since start' },
];

export function DistributionPanel({ asTable, paused }: DistributionPanelProps) {
  const [window, setWindow] = useState<DistributionWindow>('300');
  const accept = useQuery(distributionQuery('accept', window, paused)).data;
  const processing = useQuery(distributionQuery('processing', window, paused)).data;
  const [crosshair] = useState(() => new Crosshair());
  const [feed] = useState(() => new DistributionFeed());
  const [tableFeed] = useState(() => tableFeedOf(feed));
  useEffect(() => feed.load(accept, processing), [feed, accept, processing]);

  const known = accept !== undefined && processing !== undefined;
  return (
    <Panel
      wide
      about={curveSpec.about}
      actions={
        <Segmented
          items={windows}
          label="Time of the distribution"
          value={window}
          onValueChange={setWindow}
        />
      }
      id="distribution"
      title="Latency distribution"
    >
      {asTable ? (
        <ChartTable caption="Latency distribution" feed={tableFeed} spec={curveSpec} />
      ) : (
        <ChartView crosshair={crosshair} feed={feed} loading={!known} spec={curveSpec} />
      )}
      <p className={panelStyles.note}>
        {known &&
          `${formatWhole(accept.count)} connections, p99 ${p99Of(accept)} · ${formatWhole(processing.count)} messages, p99 ${p99Of(processing)}`}
      </p>
    </Panel>
  );
}
