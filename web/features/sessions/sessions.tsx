import { useEffect, useRef } from 'react';
import { classNames } from '../../components/class-names.ts';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { type SessionFilter, sessionSearch } from '../../lib/links.ts';
import { useFocusBack } from '../../lib/use-focus-back.ts';
import { narrow, useMedia } from '../../lib/use-media.ts';
import { OutcomeFilter } from './outcome-filter.tsx';
import { SessionRows } from './session-rows.tsx';
import { SessionSearch } from './session-search.tsx';
import { SessionView } from './session-view.tsx';
import styles from './sessions.module.css';
import { SessionsToolbar } from './sessions-toolbar.tsx';
import { useSessions } from './use-sessions.ts';

interface SessionsProps {
  readonly filter: SessionFilter;
  readonly sessionId: string | null;
}

/** Every connection: as a table over the whole width, or as a list beside the one that is open. */
export function Sessions({ filter, sessionId }: SessionsProps) {
  const sessions = useSessions(filter, sessionId);
  const pane = useRef<HTMLElement>(null);
  const onePane = useMedia(narrow);
  const list = useRef<HTMLElement>(null);
  useFocusBack(list, sessionId);

  // Where the list is out of sight, the focus must not stay in it.
  useEffect(() => {
    if (onePane && sessionId !== null) pane.current?.focus({ preventScroll: true });
  }, [onePane, sessionId]);

  return (
    <div className={classNames(styles.sessions, sessionId !== null && styles.reading)}>
      <section ref={list} aria-label="Sessions" className={styles.list}>
        <SessionSearch filter={filter} />
        <SessionsToolbar sessions={sessions} />
        <OutcomeFilter filter={filter} />
        <SessionRows key={sessionSearch(filter)} sessions={sessions} />
      </section>
      {sessionId !== null && (
        <section
          ref={pane}
          aria-label="Session"
          className={styles.session}
          data-own-arrows
          tabIndex={-1}
        >
          {onePane && <h1 className="visually-hidden">Session</h1>}
          <ErrorBoundary resetKey={sessionId}>
            <SessionView key={sessionId} sessionId={sessionId} sessions={sessions} />
          </ErrorBoundary>
        </section>
      )}
    </div>
  );
}
