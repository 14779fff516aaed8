// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be virtual; this is one in roles.
import { type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ApiError } from '../../lib/api.ts';
import { messagePath } from '../../lib/links.ts';
import { rowAt, rowCount } from '../../lib/message-list.ts';
import { EmptyList } from './empty-list.tsx';
import styles from './inbox.module.css';
import rowStyles from './message-row.module.css';
import { MessageRow, rowId } from './message-row.tsx';
import { NewMailPill } from './new-mail-pill.tsx';
import { useReanchor, useRowLoader } from './requests.ts';
import { SearchRefused } from './search-refused.tsx';
import type { InboxState } from './use-inbox.ts';
import { useInboxShortcuts } from './use-inbox-shortcuts.ts';
import { useRowWindow } from './use-row-window.ts';
import { isSelected } from './use-selection.ts';
import { useSlideIn } from './use-slide-in.ts';

/** More than this at the top, and the list is begun anew there. */
const headRowsKept = 300;

/**
 * The rows. A grid with one column of messages: it has the focus itself and names its active row,
 * so that the focus survives whatever scrolls out of the document.
 */
export function MessageRows({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, heldCount, error, activeIndex, selection } = inbox;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const count = list ? rowCount(list) - heldCount : 0;
  const rows = useRowWindow({ element: scroller, count, onTopChange: inbox.setAtTop });
  const loading = { start: rows.start + heldCount, end: rows.end + heldCount };
  useRowLoader(filter, inbox.isChanging ? undefined : list, loading);
  useInboxShortcuts(inbox);

  const reanchor = useReanchor(filter);
  const crowded = list !== undefined && (list.missed > 0 || list.head.length > headRowsKept);
  useEffect(() => {
    if (crowded && rows.atTop) void reanchor();
  }, [crowded, rows.atTop, reanchor]);

  // The active row is kept in sight when it moves, not when the reader scrolls away from it.
  const activeRow = activeIndex - heldCount;
  const { scrollTo } = rows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new mail moves the row, not the reader.
  useLayoutEffect(() => {
    if (activeIndex < 0) return;
    scrollTo(Math.max(0, activeRow));
    // Moved by a shortcut from nowhere: a screen reader follows the focus.
    if (document.activeElement === document.body) scroller?.focus({ preventScroll: true });
  }, [inbox.activeId, scrollTo]);

  const rowsElement = useRef<HTMLDivElement>(null);
  const firstId = list && rowAt(list, heldCount)?.id;
  useSlideIn({ element: rowsElement, firstId, list, atTop: rows.atTop, rowHeight: rows.rowHeight });

  if (error instanceof ApiError && filter.query !== '' && error.status === 400) {
    return <SearchRefused error={error} filter={filter} />;
  }
  if (error && !list) return <ErrorState error={error} onRetry={inbox.retry} />;
  if (list && count === 0 && heldCount === 0) return <EmptyList filter={filter} />;

  const indexes = Array.from({ length: rows.end - rows.start }, (_, i) => rows.start + i);
  const activeShown = inbox.activeId !== null && activeRow >= rows.start && activeRow < rows.end;
  return (
    <div className={styles.rowsPane}>
      <NewMailPill
        count={heldCount + (rows.atTop ? 0 : (list?.missed ?? 0))}
        onShow={() => scroller?.scrollTo({ top: 0 })}
      />
      <div
        ref={setScroller}
        aria-activedescendant={activeShown ? rowId(inbox.activeId ?? '') : undefined}
        aria-busy={list === undefined || inbox.isChanging}
        aria-label="Messages"
        aria-multiselectable="true"
        aria-rowcount={list ? count : -1}
        className={styles.scroller}
        data-selecting={selection.state.kind !== 'none'}
        role="grid"
        tabIndex={0}
        onClickCapture={(event) => clickRow(event, inbox)}
        onMouseDown={(event) => {
          // A link or box inside a row would take the focus, and lose it when its row goes.
          if (event.button !== 0) return;
          event.preventDefault();
          scroller?.focus({ preventScroll: true });
        }}
      >
        <div style={{ height: list ? count * rows.rowHeight : undefined }}>
          <div
            ref={rowsElement}
            role="presentation"
            style={{ transform: `translateY(${rows.start * rows.rowHeight}px)` }}
          >
            {list === undefined
              ? Array.from({ length: 12 }, (_, index) => <Placeholder key={String(index)} />)
              : indexes.map((index) => {
                  const message = rowAt(list, index + heldCount);
                  if (!message) return <Placeholder key={`hole ${index}`} />;
                  return (
                    <MessageRow
                      key={message.id}
                      active={message.id === inbox.activeId}
                      href={messagePath(message.id, filter)}
                      index={index}
                      message={message}
                      open={message.id === inbox.openId}
                      selected={isSelected(selection.state, message.id)}
                    />
                  );
                })}
          </div>
        </div>
      </div>
    </div>
  );
}

function Placeholder() {
  return (
    <div aria-hidden="true" className={rowStyles.placeholder}>
      <Skeleton height="0.625rem" width="45%" />
      <Skeleton height="0.625rem" width="75%" />
      <Skeleton height="0.5rem" width="60%" />
    </div>
  );
}

function clickRow(event: MouseEvent, inbox: InboxState): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const id = target.closest<HTMLElement>('[data-id]')?.dataset.id;
  if (id === undefined) return;
  const onTick = target.closest(`.${rowStyles.tick}`) !== null;
  if (event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    inbox.selectRange(id);
  } else if (onTick) {
    event.stopPropagation();
    inbox.selection.toggle(id);
  }
}
