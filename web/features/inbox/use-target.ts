/** What an action is about: the selection, or else the active message. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { MessageDetail, Selection } from '../../lib/api.ts';
import type { ListFilter } from '../../lib/links.ts';
import { indexOf, type MessageList, rowAt, rowCount } from '../../lib/message-list.ts';
import { keys } from '../../lib/queries.ts';
import type { MessageActions } from '../../lib/use-message-actions.ts';
import { useEnsureRows } from './requests.ts';
import type { Place } from './use-place.ts';
import { type SelectionControls, selectedMax, selectionOf } from './use-selection.ts';

export interface Target {
  /** `null` when there is nothing to act on. */
  readonly target: () => Selection | null;
  readonly targetHasUnread: () => boolean;
  /** Removes it, and goes on with its neighbour. */
  readonly removeTarget: () => void;
  readonly removeOne: (id: string) => void;
  /** Selects from the last selected row to this one. */
  readonly selectRange: (id: string) => void;
}

interface TargetOptions {
  readonly filter: ListFilter;
  readonly list: MessageList | undefined;
  readonly place: Place;
  readonly selection: SelectionControls;
  readonly actions: MessageActions;
}

export function useTarget({ filter, list, place, selection, actions }: TargetOptions): Target {
  const client = useQueryClient();
  const ensureRows = useEnsureRows(filter);
  const { activeId, activeIndex, openId } = place;

  const target = (): Selection | null =>
    selectionOf(selection.state, filter) ??
    // Never one that is neither open nor in the list any more.
    (activeId !== null && (activeIndex >= 0 || activeId === openId) ? { ids: [activeId] } : null);

  const targetHasUnread = () => {
    if (selection.state.kind === 'matching') return (list?.matchedUnread ?? 0) > 0;
    const ids = selection.state.kind === 'ids' ? [...selection.state.ids] : [activeId ?? ''];
    return ids.some((id) => isUnread(client, list, id));
  };

  const remove = (selected: Selection) => {
    const leaving = 'ids' in selected ? new Set(selected.ids) : null;
    if (leaving === null) place.goOnWith(null);
    else if (activeId !== null && leaving.has(activeId)) {
      place.goOnWith(list ? neighbour(list, activeIndex, leaving) : null);
    }
    selection.clear();
    actions.remove(selected);
  };

  const selectRange = async (id: string) => {
    if (!list) return;
    const fromId = selection.state.kind === 'ids' ? selection.state.lastId : activeId;
    const ends = [indexOf(list, fromId ?? id), indexOf(list, id)].filter((index) => index >= 0);
    const start = Math.min(...ends);
    const end = Math.min(Math.max(...ends) + 1, start + selectedMax);
    const loaded = await ensureRows({ start, end });
    if (loaded) selection.extend(idsBetween(loaded, start, end), id);
  };

  return {
    target,
    targetHasUnread,
    removeTarget: () => {
      const selected = target();
      if (selected) remove(selected);
    },
    removeOne: (id) => remove({ ids: [id] }),
    selectRange: (id) => void selectRange(id),
  };
}

function idsBetween(list: MessageList, start: number, end: number): string[] {
  const ids: string[] = [];
  for (let index = start; index < end; index++) {
    const row = rowAt(list, index);
    if (row) ids.push(row.id);
  }
  return ids;
}

/** By the list, or for a message that is open but not in it, by the message. */
function isUnread(client: QueryClient, list: MessageList | undefined, id: string): boolean {
  const index = list ? indexOf(list, id) : -1;
  const row = list && index >= 0 ? rowAt(list, index) : undefined;
  return !(row ?? client.getQueryData<MessageDetail>(keys.detail(id)))?.isRead;
}

/** The next older message that stays, or else the next newer one. */
export function neighbour(
  list: MessageList,
  index: number,
  leaving: ReadonlySet<string>,
): string | null {
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
