/** The sessions as the parts of the view share them: the list, and where the keyboard is. */
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { SessionSummary } from '../../lib/api.ts';
import {
  type SessionFilter,
  sessionListPath,
  sessionPath,
  sessionSearch,
} from '../../lib/links.ts';
import { heldCount as heldIn, type SessionList, waitingCount } from '../../lib/session-list.ts';
import { useStateFor } from '../../lib/use-state-for.ts';
import { useLoadOlder, useSessionList, useSetAtTop, useSetPaused } from './requests.ts';

export interface SessionsState {
  readonly filter: SessionFilter;
  /** The last list goes on being shown while another filter is under way. */
  readonly list: SessionList | undefined;
  readonly isChanging: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly isPaused: boolean;
  readonly setPaused: (pause: boolean) => void;
  /** Rows at the top that came while the reader was further down. */
  readonly heldCount: number;
  /** Those and what came while paused. */
  readonly newCount: number;
  readonly setAtTop: (atTop: boolean) => void;
  readonly openId: string | null;
  readonly activeId: string | null;
  /** Index among the rows shown; -1 when it is not one of them. */
  readonly activeRow: number;
  readonly moveTo: (row: number) => void;
  /** To the oldest, which may have to be loaded first. */
  readonly moveToLast: () => void;
  readonly open: (id: string) => void;
  readonly close: () => void;
}

/** Held keys move the row at once and the session after this pause. */
const openDelayMs = 70;

export function useSessions(filter: SessionFilter, openId: string | null): SessionsState {
  const owner = sessionSearch(filter);
  const query = useSessionList(filter);
  const list = query.data;
  const setPaused = useSetPaused(filter);
  const setAtTop = useSetAtTop(filter);
  const loadOlder = useLoadOlder(filter);
  const [, navigate] = useLocation();
  const [cursor, changeCursor] = useStateFor<string | null>(`at ${openId} ${owner}`, null);
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(opening.current), []);

  const heldCount = list ? heldIn(list) : 0;
  const activeId = cursor ?? openId;
  const activeIndex = list?.sessions.findIndex(({ id }) => id === activeId) ?? -1;

  const open = (id: string) => {
    clearTimeout(opening.current);
    navigate(sessionPath(id, filter), { replace: openId !== null });
  };

  const moveTo = (row: number) => {
    const last = (list?.sessions.length ?? 0) - 1;
    activate(list?.sessions[Math.max(0, Math.min(last, row + heldCount))]);
  };

  const moveToLast = async () => {
    let loaded = list;
    while (loaded && loaded.nextCursor !== null) loaded = await loadOlder();
    activate(loaded?.sessions.at(-1));
  };

  const activate = (wanted: SessionSummary | undefined) => {
    if (!wanted) return;
    changeCursor(() => wanted.id);
    clearTimeout(opening.current);
    if (openId !== null) opening.current = setTimeout(() => open(wanted.id), openDelayMs);
  };

  return {
    filter,
    list,
    isChanging: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
    isPaused: list?.waiting != null,
    setPaused,
    heldCount,
    newCount: heldCount + (list ? list.missed + waitingCount(list, filter) : 0),
    setAtTop,
    openId,
    activeId,
    activeRow: activeIndex < heldCount ? -1 : activeIndex - heldCount,
    moveTo,
    moveToLast: () => void moveToLast(),
    open,
    close: () => navigate(sessionListPath(filter)),
  };
}
