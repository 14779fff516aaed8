/** Where the reader is in a list: the active row, and moving from it. */
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { filterSearch, type ListFilter, listPath, messagePath } from '../../lib/links.ts';
import { indexOf, type MessageList, rowAt, rowCount } from '../../lib/message-list.ts';
import { useStateFor } from '../../lib/use-state-for.ts';
import { useEnsureRows, useReanchor } from './requests.ts';

export interface Place {
  readonly openId: string | null;
  /** The open message, or the row that the keyboard has gone on to. */
  readonly activeId: string | null;
  /** Index of the active row in the whole list; -1 when it is not in it. */
  readonly activeIndex: number;
  readonly moveTo: (index: number) => void;
  readonly open: (id: string) => void;
  readonly close: () => void;
  /** When the active row is about to go. */
  readonly goOnWith: (id: string | null) => void;
}

interface PlaceOptions {
  readonly filter: ListFilter;
  readonly list: MessageList | undefined;
  readonly openId: string | null;
}

/** Held keys move the row at once and the message after this pause. */
const openDelayMs = 70;

export function usePlace({ filter, list, openId }: PlaceOptions): Place {
  const [cursor, changeCursor] = useStateFor<string | null>(
    `at ${openId} ${filterSearch(filter)}`,
    null,
  );
  const ensureRows = useEnsureRows(filter);
  const reanchor = useReanchor(filter);
  const [, navigate] = useLocation();
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(opening.current), []);

  const activeId = cursor ?? openId;

  const open = (id: string) => {
    clearTimeout(opening.current);
    navigate(messagePath(id, filter), { replace: openId !== null });
  };

  /** The list with that row loaded; the newest row may be one of those that were only counted. */
  const listWith = async (index: number) => {
    if (index === 0 && list && list.missed > 0) return reanchor();
    if (list && rowAt(list, index)) return list;
    return ensureRows({ start: index, end: index + 1 });
  };

  const moveTo = async (index: number) => {
    const last = list ? rowCount(list) - 1 : 0;
    const wanted = Math.max(0, Math.min(last, index));
    const found = await listWith(wanted);
    const row = found && rowAt(found, wanted);
    if (!row) return;
    changeCursor(() => row.id);
    clearTimeout(opening.current);
    if (openId !== null) opening.current = setTimeout(() => open(row.id), openDelayMs);
  };

  return {
    openId,
    activeId,
    activeIndex: list && activeId !== null ? indexOf(list, activeId) : -1,
    moveTo: (index) => void moveTo(index),
    open,
    close: () => navigate(listPath(filter)),
    goOnWith: (id) => {
      if (openId === null) changeCursor(() => id);
      else navigate(id ? messagePath(id, filter) : listPath(filter), { replace: true });
    },
  };
}
