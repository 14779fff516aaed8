import { useEffect } from 'react';
import type { ListFilter } from '../../lib/links.ts';
import type { MessageList } from '../../lib/message-list.ts';
import { useReanchor } from './requests.ts';

/**
 * More than this at the top, and the list is begun anew there. Some way below `headRowsMax`, so that
 * what a stream brings meanwhile has room, and some way up, so that it is seldom.
 */
const headRowsKept = 600;

/** Keeps a list that is watched at its top short, and shows what was only counted there. */
export function useFreshTop(filter: ListFilter, list: MessageList | undefined, atTop: boolean) {
  const reanchor = useReanchor(filter);
  const crowded = list !== undefined && (list.missed > 0 || list.head.length > headRowsKept);
  useEffect(() => {
    if (crowded && atTop) void reanchor();
  }, [crowded, atTop, reanchor]);
}
