/** The inbox as its parts share it: the list, where the keyboard is, what is selected. */
import {
  keepPreviousData,
  type QueryClient,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { MessageDetail, Selection } from '../../lib/api.ts';
import { filterSearch, type ListFilter, listPath, messagePath } from '../../lib/links.ts';
import { countAfter, indexOf, type MessageList, rowAt, rowCount } from '../../lib/message-list.ts';
import { keys } from '../../lib/queries.ts';
import { type MessageActions, useMessageActions } from '../../lib/use-message-actions.ts';
import { useStateFor } from '../../lib/use-state-for.ts';
import { messageListQuery, useEnsureRows, useReanchor } from './requests.ts';
import { type SelectionControls, selectedMax, selectionOf, useSelection } from './use-selection.ts';

/** What the open message may do to the list it is from. */
export interface MessageControls {
  readonly messageId: string;
  readonly onNewer: (() => void) | null;
  readonly onOlder: (() => void) | null;
  readonly onDelete: () => void;
  readonly onSetRead: (isRead: boolean) => void;
}

export interface InboxState {
  readonly filter: ListFilter;
  /** The last list goes on being shown while another search is under way. */
  readonly list: MessageList | undefined;
  readonly isChanging: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  /** Rows at the top that came while the reader was further down, and that wait. */
  readonly heldCount: number;
  readonly setAtTop: (atTop: boolean) => void;
  readonly openId: string | null;
  readonly activeId: string | null;
  /** Index of the active row in the whole list; -1 when it is not in it. */
  readonly activeIndex: number;
  readonly moveTo: (index: number) => void;
  readonly open: (id: string) => void;
  readonly close: () => void;
  readonly selection: SelectionControls;
  /** From the last selected row to this one. */
  readonly selectRange: (id: string) => void;
  /** What an action is about: the selection, or else the active message. */
  readonly target: () => Selection | null;
  readonly targetHasUnread: () => boolean;
  /** Removes that, and goes on with its neighbour. */
  readonly removeTarget: () => void;
  readonly actions: MessageActions;
  readonly controls: MessageControls | null;
}

/** Held keys move the row at once and the message after this pause. */
const openDelayMs = 70;

export function useInbox(filter: ListFilter, openId: string | null): InboxState {
  const owner = filterSearch(filter);
  const client = useQueryClient();
  const query = useQuery({ ...messageListQuery(filter), placeholderData: keepPreviousData });
  const list = query.data;
  const actions = useMessageActions();
  const selection = useSelection(filter);
  const ensureRows = useEnsureRows(filter);
  const reanchor = useReanchor(filter);
  const [, navigate] = useLocation();
  const [topSeq, changeTopSeq] = useStateFor<number | null>(`top ${owner}`, null);
  const [cursor, changeCursor] = useStateFor<string | null>(`at ${openId} ${owner}`, null);
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(opening.current), []);

  const activeId = cursor ?? openId;
  const activeIndex = list && activeId !== null ? indexOf(list, activeId) : -1;
  const count = list ? rowCount(list) : 0;

  const open = (id: string) => {
    clearTimeout(opening.current);
    navigate(messagePath(id, filter), { replace: openId !== null });
  };

  const moveTo = async (index: number) => {
    const wanted = Math.max(0, Math.min(count - 1, index));
    const found = await listWith(wanted);
    const row = found && rowAt(found, wanted);
    if (!row) return;
    changeCursor(() => row.id);
    clearTimeout(opening.current);
    if (openId !== null) opening.current = setTimeout(() => open(row.id), openDelayMs);
  };

  /** The list with that row loaded; the newest row may be one of those that were only counted. */
  const listWith = async (index: number) => {
    if (index === 0 && list && list.missed > 0) return reanchor();
    if (list && rowAt(list, index)) return list;
    return ensureRows({ start: index, end: index + 1 });
  };

  const selectRange = async (id: string) => {
    if (!list) return;
    const fromId = selection.state.kind === 'ids' ? selection.state.lastId : activeId;
    const ends = [indexOf(list, fromId ?? id), indexOf(list, id)].filter((index) => index >= 0);
    const start = Math.min(...ends);
    const end = Math.min(Math.max(...ends) + 1, start + selectedMax);
    const loaded = await ensureRows({ start, end });
    if (!loaded) return;
    const range: string[] = [];
    for (let index = start; index < end; index++) {
      const row = rowAt(loaded, index);
      if (row) range.push(row.id);
    }
    selection.extend(range, id);
  };

  const remove = (selected: Selection, ids: ReadonlySet<string>) => {
    if (activeId !== null && ids.has(activeId)) {
      const next = list && neighbour(list, activeIndex, ids);
      if (openId !== null)
        navigate(next ? messagePath(next, filter) : listPath(filter), { replace: true });
      else if (next) changeCursor(() => next);
    }
    selection.clear();
    actions.remove(selected);
  };

  const target = (): Selection | null =>
    selectionOf(selection.state, filter) ??
    // Never one that is neither open nor in the list any more.
    (activeId !== null && (activeIndex >= 0 || activeId === openId) ? { ids: [activeId] } : null);

  const targetHasUnread = () => {
    if (selection.state.kind === 'matching') return (list?.matchedUnread ?? 0) > 0;
    const ids = selection.state.kind === 'ids' ? [...selection.state.ids] : [activeId ?? ''];
    return ids.some((id) => isUnread(client, list, id));
  };

  const removeTarget = () => {
    const selected = target();
    if (!selected) return;
    if ('ids' in selected) return remove(selected, new Set(selected.ids));
    if (openId !== null) navigate(listPath(filter), { replace: true });
    selection.clear();
    actions.remove(selected);
  };

  const openIndex = openId !== null && list ? indexOf(list, openId) : -1;
  const controls: MessageControls | null =
    openId === null
      ? null
      : {
          messageId: openId,
          onNewer: openIndex > 0 ? () => void moveTo(openIndex - 1) : null,
          onOlder:
            openIndex >= 0 && openIndex < count - 1 ? () => void moveTo(openIndex + 1) : null,
          onDelete: () => remove({ ids: [openId] }, new Set([openId])),
          onSetRead: (isRead) => actions.setRead({ ids: [openId] }, isRead),
        };

  return {
    filter,
    list,
    isChanging: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
    heldCount: list && topSeq !== null ? countAfter(list, topSeq) : 0,
    setAtTop: (atTop) => changeTopSeq(() => (atTop ? null : (list?.head[0]?.seq ?? null))),
    openId,
    activeId,
    activeIndex,
    moveTo: (index) => void moveTo(index),
    open,
    close: () => navigate(listPath(filter)),
    selection,
    selectRange: (id) => void selectRange(id),
    target,
    targetHasUnread,
    removeTarget,
    actions,
    controls,
  };
}

/** By the list, or for a message that is open but not in it, by the message. */
function isUnread(client: QueryClient, list: MessageList | undefined, id: string): boolean {
  const index = list ? indexOf(list, id) : -1;
  const row = list && index >= 0 ? rowAt(list, index) : undefined;
  return !(row ?? client.getQueryData<MessageDetail>(keys.detail(id)))?.isRead;
}

/** The next older message that stays, or else the next newer one. */
function neighbour(list: MessageList, index: number, leaving: ReadonlySet<string>): string | null {
  for (let i = index + 1; i < rowCount(list); i++) {
    const row = rowAt(list, i);
    if (!row) break;
    if (!leaving.has(row.id)) return row.id;
  }
  for (let i = index - 1; i >= 0; i--) {
    const row = rowAt(list, i);
    if (row && !leaving.has(row.id)) return row.id;
  }
  return null;
}
