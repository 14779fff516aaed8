// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be virtual; this is one in roles.
import { type MouseEvent, useRef, useState } from 'react';
import { NewPill } from '../../components/new-pill.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatCount } from '../../lib/format.ts';
import { messagePath } from '../../lib/links.ts';
import { rowAt, rowCount } from '../../lib/message-list.ts';
import { useShortcut } from '../../lib/shortcuts.ts';
import styles from './inbox.module.css';
import rowStyles from './message-row.module.css';
import { MessageRow, rowId } from './message-row.tsx';
import { useRowLoader } from './requests.ts';
import { useFollowActiveRow } from './use-follow-active-row.ts';
import { useFreshTop } from './use-fresh-top.ts';
import type { InboxState } from './use-inbox.ts';
import { useRowWindow } from './use-row-window.ts';
import { isSelected } from './use-selection.ts';
import { useSlideIn } from './use-slide-in.ts';

/**
 * The rows. A grid with one column of messages: it has the focus itself and names its active row,
 * so that the focus survives whatever scrolls out of the document.
 */
export function MessageGrid({ inbox }: { readonly inbox: InboxState }) {
  const { filter, list, heldCount, activeId, activeIndex, selection } = inbox;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const count = list ? rowCount(list) - heldCount : 0;
  const rows = useRowWindow({ element: scroller, count, onTopChange: inbox.setAtTop });
  const loading = { start: rows.start + heldCount, end: rows.end + heldCount };
  useRowLoader(filter, inbox.isChanging ? undefined : list, loading);
  useFreshTop(filter, list, rows.atTop);

  const from = activeIndex < 0 ? heldCount : activeIndex;
  useShortcut('list.pageDown', () => inbox.moveTo(from + rows.rowsInView));
  useShortcut('list.pageUp', () => inbox.moveTo(from - rows.rowsInView));

  const activeRow = activeIndex - heldCount;
  useFollowActiveRow({
    activeId,
    activeRow: activeIndex < 0 ? null : Math.max(0, activeRow),
    scroller,
    scrollTo: rows.scrollTo,
    ready: list !== undefined,
  });

  const rowsElement = useRef<HTMLDivElement>(null);
  const firstId = list && rowAt(list, heldCount)?.id;
  useSlideIn({ element: rowsElement, firstId, list, atTop: rows.atTop, rowHeight: rows.rowHeight });

  const indexes = Array.from({ length: rows.end - rows.start }, (_, i) => rows.start + i);
  const newCount = heldCount + (rows.atTop ? 0 : (list?.missed ?? 0));
  const activeShown = activeIndex >= 0 && activeRow >= rows.start && activeRow < rows.end;
  return (
    <div className={styles.rowsPane}>
      <NewPill
        announcement={`${formatCount(newCount)} new at the top`}
        count={newCount}
        onShow={() => scroller?.scrollTo({ top: 0 })}
      />
      <div
        ref={setScroller}
        aria-activedescendant={activeShown ? rowId(activeId ?? '') : undefined}
        aria-busy={list === undefined || inbox.isChanging}
        aria-label="Messages"
        aria-multiselectable="true"
        aria-rowcount={list ? count : -1}
        className={styles.scroller}
        data-selecting={selection.state.kind !== 'none'}
        role="grid"
        tabIndex={0}
        onClickCapture={(event) => clickRow(event, inbox)}
        onKeyDown={() => delete scroller?.dataset.pointer}
        onMouseDown={(event) => focusGrid(event, scroller)}
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
                      active={message.id === activeId}
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

/**
 * A link or box inside a row would take the focus, and lose it when its row goes. No ring is shown
 * for a focus that came by pointer, which the browser cannot tell when it is given by script.
 */
function focusGrid(event: MouseEvent, grid: HTMLElement | null): void {
  const inRow = event.target instanceof Element && event.target.closest('[data-id]') !== null;
  if (!grid || !inRow || event.button !== 0) return;
  event.preventDefault();
  grid.dataset.pointer = 'true';
  grid.focus({ preventScroll: true });
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
