import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { formatCount } from '../../lib/format.ts';
import { sessionCountsQuery } from '../../lib/queries.ts';
import { shortcutKeys, useShortcut } from '../../lib/shortcuts.ts';
import { ClearSessions } from './clear-sessions.tsx';
import styles from './sessions.module.css';
import type { SessionsState } from './use-sessions.ts';

export function SessionsToolbar({ sessions }: { readonly sessions: SessionsState }) {
  const { list, isPaused, filter } = sessions;
  const [clearing, setClearing] = useState(false);
  const open = useQuery(sessionCountsQuery(filter)).data?.open ?? 0;
  const toggle = () => sessions.setPaused(!isPaused);
  useShortcut('page.pause', toggle);
  return (
    <header className={styles.toolbar}>
      <div className={styles.heading}>
        <h1 className={styles.title}>Sessions</h1>
        <p className={styles.counts}>
          {list && formatCount(list.total)}
          {open > 0 && ` · ${formatCount(open)} open`}
        </p>
      </div>
      <Button
        aria-label={isPaused ? 'Paused, resume live updates' : 'Live, pause updates'}
        className={isPaused ? styles.paused : undefined}
        data-tooltip={isPaused ? 'Show new sessions as they come' : 'Hold the list still'}
        data-tooltip-keys={shortcutKeys('page.pause')}
        disabled={!list}
        icon={isPaused ? 'play' : 'pause'}
        size="sm"
        variant="quiet"
        onClick={toggle}
      >
        {isPaused ? 'Paused' : 'Live'}
      </Button>
      <IconButton
        disabled={!list || list.total === 0}
        icon="trash"
        label="Clear all sessions"
        onClick={() => setClearing(true)}
      />
      <ClearSessions open={clearing} onOpenChange={setClearing} />
    </header>
  );
}
