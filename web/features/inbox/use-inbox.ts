/** The inbox as its parts share it: the list, where the reader is, what is selected. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useRef } from 'react';
import { filterSearch, type ListFilter } from '../../lib/links.ts';
import { countAfter, indexOf, type MessageList, rowCount } from '../../lib/message-list.ts';
import { type MessageActions, useMessageActions } from '../../lib/use-message-actions.ts';
import { useStateFor } from '../../lib/use-state-for.ts';
import { messageListQuery } from './requests.ts';
import { type Place, usePlace } from './use-place.ts';
import { type SelectionControls, useSelection } from './use-selection.ts';
import { type Target, useTarget } from './use-target.ts';

/** What the open message may do to the list it is from. */
export interface MessageControls {
  readonly messageId: string;
  readonly onNewer: (() => void) | null;
  readonly onOlder: (() => void) | null;
  readonly onDelete: () => void;
  readonly onSetRead: (isRead: boolean) => void;
}

export interface InboxState extends Place, Target {
  readonly filter: ListFilter;
  /** The last list goes on being shown while another search is under way. */
  readonly list: MessageList | undefined;
  readonly isChanging: boolean;
  /** Whose list that is, as `filterSearch` has it. */
  readonly shownSearch: string;
  readonly error: Error | null;
  readonly retry: () => void;
  /** Rows at the top that came while the reader was further down, and that wait. */
  readonly heldCount: number;
  readonly setAtTop: (atTop: boolean) => void;
  readonly selection: SelectionControls;
  readonly actions: MessageActions;
  readonly controls: MessageControls | null;
}

export function useInbox(filter: ListFilter, openId: string | null): InboxState {
  const query = useQuery({ ...messageListQuery(filter), placeholderData: keepPreviousData });
  const list = query.data;
  const isChanging = query.isPlaceholderData;
  const search = filterSearch(filter);
  const lastShown = useRef(search);
  useLayoutEffect(() => {
    if (!isChanging) lastShown.current = search;
  }, [isChanging, search]);
  const actions = useMessageActions();
  const selection = useSelection(filter);
  const place = usePlace({ filter, list, openId });
  const target = useTarget({ filter, list, place, selection, actions });
  // The newest row there was when the reader left the top.
  const [topSeq, changeTopSeq] = useStateFor<number | null>(`top ${search}`, null);

  return {
    ...place,
    ...target,
    filter,
    list,
    isChanging,
    shownSearch: isChanging ? lastShown.current : search,
    error: query.error,
    retry: () => void query.refetch(),
    heldCount: list && topSeq !== null ? countAfter(list, topSeq) : 0,
    setAtTop: (atTop) => changeTopSeq(() => (atTop ? null : (list?.head[0]?.seq ?? null))),
    selection,
    actions,
    controls: openId === null ? null : controlsFor(openId, list, { place, target, actions }),
  };
}

interface Parts {
  readonly place: Place;
  readonly target: Target;
  readonly actions: MessageActions;
}

function controlsFor(
  messageId: string,
  list: MessageList | undefined,
  { place, target, actions }: Parts,
): MessageControls {
  const index = list ? indexOf(list, messageId) : -1;
  const last = list ? rowCount(list) - 1 : -1;
  return {
    messageId,
    onNewer: index > 0 ? () => place.moveTo(index - 1) : null,
    onOlder: index >= 0 && index < last ? () => place.moveTo(index + 1) : null,
    onDelete: () => target.removeOne(messageId),
    onSetRead: (isRead) => actions.setRead({ ids: [messageId] }, isRead),
  };
}
