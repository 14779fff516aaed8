// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be virtual; this is one in roles.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { NewPill } from '../../components/new-pill.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatCount } from '../../lib/format.ts';
import { sessionPath } from '../../lib/links.ts';
import { useShortcut } from '../../lib/shortcuts.ts';
import { EmptySessions } from './empty-sessions.tsx';
import { useLoadOlder, useStartOver } from './requests.ts';
import { SessionRow, sessionRowId } from './session-row.tsx';
import styles from './session-rows.module.css';
import { SessionsFailed } from './sessions-failed.tsx';
import { useRowLayout } from './use-row-layout.ts';
import type { SessionsState } from './use-sessions.ts';
import { useSlideIn } from './use-slide-in.ts';

/** More than this loaded, which is more than the server keeps, and the list is begun anew. */
const loadedMax = 12_000;
/** Rows from the end at which the next page is asked for. */
const loadAhead = 60;

/** The rows: a grid that has the focus itself and names its active row (see the inbox's). */
export function SessionRows({ sessions }: { readonly sessions: SessionsState }) {
  const { filter, list, heldCount, error, activeId, activeRow } = sessions;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const { compact, rowHeight } = useRowLayout(scroller);
  const loaded = list ? list.sessions.length - heldCount : 0;
  const count = list ? (list.nextCursor === null ? loaded : list.total - heldCount) : 0;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const items = rows.getVirtualItems();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is another layout.
  useLayoutEffect(() => rows.measure(), [rowHeight]);

  const loadOlder = useLoadOlder(filter);
  const needsOlder = list !== undefined && (items.at(-1)?.index ?? 0) > loaded - loadAhead;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again with each page that came.
  useEffect(() => {
    if (needsOlder && !sessions.isChanging) void loadOlder();
  }, [needsOlder, loaded, sessions.isChanging, loadOlder]);

  const atTop = useAtTop(scroller, sessions.setAtTop);
  const startOver = useStartOver(filter);
  const behind = loaded > loadedMax || (list?.missed ?? 0) > 0;
  const crowded = behind && atTop && !sessions.isPaused;
  useEffect(() => {
    if (crowded) void startOver();
  }, [crowded, startOver]);

  useRowShortcuts(sessions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new ones move the row, not the reader.
  useLayoutEffect(() => {
    if (activeRow < 0) return;
    rows.scrollToIndex(activeRow, { align: 'auto' });
    if (document.activeElement === document.body) scroller?.focus({ preventScroll: true });
  }, [activeId, activeRow >= 0]);

  const rowsElement = useRef<HTMLDivElement>(null);
  const shown = list?.sessions.slice(heldCount) ?? [];
  useSlideIn({ element: rowsElement, ids: shown, atTop, rowHeight });

  if (error && !list) return <SessionsFailed error={error} onRetry={sessions.retry} />;
  if (list && count === 0 && heldCount === 0 && sessions.newCount === 0) {
    return <EmptySessions filter={filter} />;
  }

  const activeShown = items.some(({ index }) => index === activeRow);
  return (
    <div className={styles.rowsPane} data-compact={compact}>
      {!compact && <ColumnHeads />}
      <div className={styles.rowsArea}>
        <NewPill
          announcement={`${formatCount(sessions.newCount)} new sessions`}
          count={sessions.newCount}
          icon={sessions.isPaused ? 'play' : 'arrowUp'}
          onShow={() => {
            sessions.setPaused(false);
            scroller?.scrollTo({ top: 0 });
          }}
        />
        <div
          ref={setScroller}
          aria-activedescendant={activeShown ? sessionRowId(activeId ?? '') : undefined}
          aria-busy={list === undefined || sessions.isChanging}
          aria-label="Sessions"
          aria-rowcount={list ? count : -1}
          className={styles.scroller}
          role="grid"
          tabIndex={0}
          onMouseDown={(event) => {
            // A link inside a row would take the focus, and lose it when its row goes.
            if (event.button !== 0) return;
            event.preventDefault();
            scroller?.focus({ preventScroll: true });
          }}
        >
          <div
            ref={rowsElement}
            className={styles.rows}
            role="presentation"
            style={{ height: list ? rows.getTotalSize() : undefined }}
          >
            {list === undefined &&
              Array.from({ length: 14 }, (_, index) => <Placeholder key={String(index)} />)}
            {items.map(({ index, start }) => {
              const session = shown[index];
              return (
                <div
                  key={session?.id ?? `hole ${index}`}
                  className={styles.place}
                  role="presentation"
                  style={{ transform: `translateY(${start}px)`, height: rowHeight }}
                >
                  {session ? (
                    <SessionRow
                      active={session.id === activeId}
                      href={sessionPath(session.id, filter)}
                      index={index}
                      open={session.id === sessions.openId}
                      session={session}
                    />
                  ) : (
                    <Placeholder />
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function useRowShortcuts(sessions: SessionsState): void {
  const { activeRow, activeId, openId } = sessions;
  useShortcut('list.next', () => sessions.moveTo(activeRow + 1));
  useShortcut('list.previous', () => sessions.moveTo(Math.max(0, activeRow - 1)));
  useShortcut('list.top', () => sessions.moveTo(0));
  useShortcut('list.bottom', () => sessions.moveToLast());
  useShortcut('list.open', () => {
    if (activeId !== null) sessions.open(activeId);
  });
  useShortcut('message.close', () => sessions.close(), openId !== null);
}

function useAtTop(scroller: HTMLElement | null, onChange: (atTop: boolean) => void): boolean {
  const [atTop, setAtTop] = useState(true);
  const look = useEffectEvent(() => {
    const now = (scroller?.scrollTop ?? 0) < 8;
    if (now === atTop) return;
    setAtTop(now);
    onChange(now);
  });
  useEffect(() => {
    if (!scroller) return;
    const onScroll = () => look();
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => scroller.removeEventListener('scroll', onScroll);
  }, [scroller]);
  return atTop;
}

/** For the eye only: a row says its own facts as a sentence. */
function ColumnHeads() {
  return (
    <div aria-hidden="true" className={styles.heads}>
      <span className={styles.time}>Started</span>
      <span className={styles.outcome}>Outcome</span>
      <span className={styles.peer}>Peer</span>
      <span className={styles.marks}>TLS</span>
      <span className={styles.ehlo}>EHLO</span>
      <span className={styles.user}>User</span>
      <span className={styles.words}>Last reply</span>
      <span className={styles.messages}>Mail</span>
      <span className={styles.duration}>Lasted</span>
    </div>
  );
}

function Placeholder() {
  return (
    <div aria-hidden="true" className={styles.placeholder}>
      <Skeleton height="0.625rem" width="70%" />
    </div>
  );
}
