import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { rawUrl } from '../../lib/api.ts';
import { formatBytes } from '../../lib/format.ts';
import { CodeView } from './code-view.tsx';
import styles from './panels.module.css';
import { rawStartQuery } from './requests.ts';

const firstBytes = 256 * 1024;
/** Beyond this an editor is the better place. */
const bytesMax = 2 * 1024 * 1024;

interface RawPanelProps {
  readonly messageId: string;
  readonly sizeBytes: number;
}

export function RawPanel({ messageId, sizeBytes }: RawPanelProps) {
  const [wantedBytes, setWantedBytes] = useState(firstBytes);
  const raw = useQuery({
    ...rawStartQuery(messageId, wantedBytes),
    placeholderData: keepPreviousData,
  });
  if (raw.isError) return <ErrorState error={raw.error} onRetry={() => void raw.refetch()} />;
  if (raw.data === undefined) return <Skeleton height="16rem" />;

  return (
    <CodeView text={raw.data.text} label="raw message">
      <p className={styles.hint} role="status">
        {raw.data.isComplete
          ? `All ${formatBytes(sizeBytes)}. What is not UTF-8 shows as �; the download is exact.`
          : `The first ${formatBytes(raw.data.bytes)} of ${formatBytes(sizeBytes)}.`}
      </p>
      {!raw.data.isComplete && wantedBytes < bytesMax && (
        <Button
          size="sm"
          disabled={raw.isFetching}
          onClick={() => setWantedBytes(Math.min(bytesMax, wantedBytes * 2))}
        >
          Show more
        </Button>
      )}
      <a className={styles.link} href={rawUrl(messageId, { download: true })} download>
        Download .eml
      </a>
    </CodeView>
  );
}
