import type { Selection } from '../../lib/api.ts';
import { filterQuery, filterSearch, isEverything, type ListFilter } from '../../lib/links.ts';
import { useStateFor } from '../../lib/use-state-for.ts';

/** The API takes no more ids at once; beyond that there is "all that match". */
export const selectedMax = 1_000;

export type SelectionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'ids'; readonly ids: ReadonlySet<string>; readonly lastId: string }
  | { readonly kind: 'matching' };

const none: SelectionState = { kind: 'none' };

export function toggled(state: SelectionState, id: string): SelectionState {
  const ids = new Set(state.kind === 'ids' ? state.ids : []);
  if (!ids.delete(id)) ids.add(id);
  return ids.size === 0 ? none : { kind: 'ids', ids, lastId: id };
}

/** Adds a whole range; the end of it is where the next range begins. */
export function extended(
  state: SelectionState,
  range: readonly string[],
  lastId: string,
): SelectionState {
  const ids = new Set([...(state.kind === 'ids' ? state.ids : []), ...range]);
  return { kind: 'ids', ids, lastId };
}

export function isSelected(state: SelectionState, id: string): boolean {
  return state.kind === 'matching' || (state.kind === 'ids' && state.ids.has(id));
}

/** What the API is asked to change; `null` when nothing is selected. */
export function selectionOf(state: SelectionState, filter: ListFilter): Selection | null {
  if (state.kind === 'none') return null;
  if (state.kind === 'ids') return { ids: [...state.ids] };
  return allMatching(filter);
}

export function allMatching(filter: ListFilter): Selection {
  if (isEverything(filter)) return { all: true };
  const query = filterQuery(filter);
  if (filter.inbox === null) return { query };
  return query === '' ? { inbox: filter.inbox } : { inbox: filter.inbox, query };
}

export interface SelectionControls {
  readonly state: SelectionState;
  readonly toggle: (id: string) => void;
  readonly extend: (range: readonly string[], lastId: string) => void;
  readonly selectMatching: () => void;
  readonly clear: () => void;
}

/** A selection belongs to one list; with another it is gone. */
export function useSelection(filter: ListFilter): SelectionControls {
  const [state, change] = useStateFor<SelectionState>(`selection ${filterSearch(filter)}`, none);
  return {
    state,
    toggle: (id) => change((last) => toggled(last, id)),
    extend: (range, lastId) => change((last) => extended(last, range, lastId)),
    selectMatching: () => change(() => ({ kind: 'matching' })),
    clear: () => change(() => none),
  };
}
