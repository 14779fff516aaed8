/**
 * One list of messages as the page holds it, whatever its length: a pure value and what can
 * happen to it.
 *
 * The list has two parts. The *head* is known in full: the first page and all that arrived since.
 * The *tail* begins below an anchor, a cursor that the server gave, and is an array by index with
 * holes where nothing has been loaded. New mail only touches the head, so an index of the tail
 * means the same message however much arrives, and any page of it is one request: the anchor's
 * cursor and a number of rows to skip.
 *
 * A removal shifts the tail. The rows that are known move up, pages from there on are marked stale
 * and loaded again when they are looked at; `epoch` tells answers to questions from before.
 */
import { replaceEqualDeep } from '@tanstack/react-query';
import type { MessagePage, MessageSummary } from './api.ts';

export const pageRows = 50;
/** More arrivals than this are counted, not kept, until the list is read afresh. */
export const headRowsMax = 1_000;
const goneMax = 2_000;

type Row = MessageSummary | undefined;

export interface MessageList {
  readonly head: readonly MessageSummary[];
  readonly tail: readonly Row[];
  /** Pages of the tail that need not be loaded (again). */
  readonly freshPages: ReadonlySet<number>;
  /** Where the tail begins: for the server, and as the last `seq` that still is head. */
  readonly cursor: string | null;
  readonly anchorSeq: number;
  readonly epoch: number;
  /** Arrivals that are counted only. */
  readonly missed: number;
  readonly matched: number;
  readonly matchedUnread: number;
  /** Ids that were removed a moment ago: the answer and the event both tell of them. */
  readonly gone: ReadonlySet<string>;
}

const noIds: ReadonlySet<string> = new Set();
const noPages: ReadonlySet<number> = new Set();

export function listFrom(page: MessagePage): MessageList {
  const { messages, nextCursor, matched, matchedUnread } = page;
  const rest = nextCursor === null ? 0 : Math.max(0, matched - messages.length);
  return {
    head: messages,
    tail: holes(rest),
    freshPages: noPages,
    cursor: nextCursor,
    anchorSeq: messages.at(-1)?.seq ?? 0,
    epoch: 0,
    missed: 0,
    matched,
    matchedUnread,
    gone: noIds,
  };
}

function holes(count: number): Row[] {
  return new Array<Row>(count).fill(undefined);
}

export function rowCount(list: MessageList): number {
  return list.head.length + list.tail.length;
}

export function rowAt(list: MessageList, index: number): Row {
  return index < list.head.length ? list.head[index] : list.tail[index - list.head.length];
}

/** -1 when it is not in the list, or not loaded. */
export function indexOf(list: MessageList, id: string): number {
  const inHead = list.head.findIndex((row) => row.id === id);
  if (inHead >= 0) return inHead;
  const { tail } = list;
  // A loop, which takes half the time: of a hundred thousand rows most are not loaded.
  for (let index = 0; index < tail.length; index++) {
    if (tail[index]?.id === id) return index + list.head.length;
  }
  return -1;
}

/** Rows at the top that came after `seq`. */
export function countAfter(list: MessageList, seq: number): number {
  const end = list.head.findIndex((row) => row.seq <= seq);
  return end < 0 ? list.head.length : end;
}

/** New mail, and mail that was shown before it had been read by the server. */
export function withArrivals(list: MessageList, arrived: readonly MessageSummary[]): MessageList {
  const known = new Map<string, MessageSummary>();
  const fresh: MessageSummary[] = [];
  const headIds = new Set(list.head.map((row) => row.id));
  for (const message of arrived) {
    if (list.gone.has(message.id)) continue;
    const belowAnchor = list.tail.length > 0 && message.seq < list.anchorSeq;
    if (belowAnchor || headIds.has(message.id)) known.set(message.id, message);
    else fresh.push(message);
  }
  const updated = known.size > 0 ? withUpdates(list, known) : list;
  if (fresh.length === 0) return updated;
  const unread = fresh.filter((message) => !message.isRead).length;
  const counted = {
    ...updated,
    matched: updated.matched + fresh.length,
    matchedUnread: updated.matchedUnread + unread,
  };
  if (updated.head.length + fresh.length > headRowsMax) {
    return { ...counted, missed: updated.missed + fresh.length };
  }
  return { ...counted, head: newestFirst(fresh, updated.head) };
}

function newestFirst(
  fresh: readonly MessageSummary[],
  head: readonly MessageSummary[],
): readonly MessageSummary[] {
  const sorted = fresh.toSorted((a, b) => b.seq - a.seq);
  const oldest = sorted.at(-1);
  const newest = head[0];
  const inOrder = !oldest || !newest || oldest.seq > newest.seq;
  const all = [...sorted, ...head];
  return inOrder ? all : all.sort((a, b) => b.seq - a.seq);
}

export function withUpdates(
  list: MessageList,
  updates: ReadonlyMap<string, MessageSummary>,
): MessageList {
  return mapRows(list, (row) => updates.get(row.id) ?? row);
}

/** `ids: null` means every row. */
export function withRead(
  list: MessageList,
  ids: ReadonlySet<string> | null,
  isRead: boolean,
): MessageList {
  const changed = mapRows(list, (row) =>
    row.isRead !== isRead && (ids === null || ids.has(row.id)) ? { ...row, isRead } : row,
  );
  if (ids !== null) return changed;
  return { ...changed, matchedUnread: isRead ? 0 : changed.matched };
}

function mapRows(list: MessageList, change: (row: MessageSummary) => MessageSummary): MessageList {
  let unread = 0;
  const visit = (row: MessageSummary): MessageSummary => {
    const next = change(row);
    if (next.isRead !== row.isRead) unread += next.isRead ? -1 : 1;
    return next;
  };
  const head = mapChanged(list.head, visit);
  const tail = mapChanged(list.tail, (row) => row && visit(row));
  if (head === list.head && tail === list.tail) return list;
  return { ...list, head, tail, matchedUnread: Math.max(0, list.matchedUnread + unread) };
}

/** Copies only when something changed: most events are about rows that are not here. */
function mapChanged<T>(rows: readonly T[], change: (row: T) => T): readonly T[] {
  let copy: T[] | null = null;
  // By index: of a hundred thousand rows most are not loaded, and this is run ten times a second.
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (row === undefined) continue;
    const next = change(row);
    if (next === row) continue;
    copy ??= rows.slice();
    copy[index] = next;
  }
  return copy ?? rows;
}

export interface RemovalFacts {
  readonly ids: ReadonlySet<string>;
  /** Retention took them: what is not known here was at the very end, if the list has no filter. */
  readonly oldest: boolean;
}

export interface RemovalOutcome {
  readonly list: MessageList;
  /** False when ids were removed of which this list cannot tell where they were, if at all. */
  readonly certain: boolean;
}

export function withoutIds(list: MessageList, { ids, oldest }: RemovalFacts): RemovalOutcome {
  const unseen = new Set([...ids].filter((id) => !list.gone.has(id)));
  if (unseen.size === 0) return { list, certain: true };

  const removed: MessageSummary[] = [];
  const stays = (row: Row) => {
    if (!row || !unseen.has(row.id)) return true;
    removed.push(row);
    return false;
  };
  const head = list.head.filter(stays);
  const firstShifted = list.tail.findIndex((row) => row && unseen.has(row.id));
  let tail = firstShifted < 0 ? list.tail : list.tail.filter(stays);

  const unknown = unseen.size - removed.length;
  const cut = oldest ? Math.min(unknown, holesAtEnd(tail)) : 0;
  if (cut > 0) tail = tail.slice(0, tail.length - cut);

  const unread = removed.filter((row) => !row.isRead).length;
  return {
    certain: unknown === cut,
    list: {
      ...list,
      head,
      tail,
      freshPages: firstShifted < 0 ? list.freshPages : pagesBefore(list.freshPages, firstShifted),
      epoch: firstShifted < 0 ? list.epoch : list.epoch + 1,
      matched: Math.max(0, list.matched - removed.length - cut),
      matchedUnread: Math.max(0, list.matchedUnread - unread),
      gone: withGone(list.gone, unseen),
    },
  };
}

function holesAtEnd(tail: readonly Row[]): number {
  return tail.length - 1 - tail.findLastIndex((row) => row !== undefined);
}

function pagesBefore(pages: ReadonlySet<number>, index: number): ReadonlySet<number> {
  const first = Math.floor(index / pageRows);
  return new Set([...pages].filter((page) => page < first));
}

function withGone(gone: ReadonlySet<string>, ids: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...gone, ...ids].slice(-goneMax));
}

/** Pages of the tail that rows `start` to `end` (exclusive) need and that are not fresh. */
export function pagesNeeded(list: MessageList, start: number, end: number): readonly number[] {
  const first = Math.max(0, start - list.head.length);
  const last = Math.min(list.tail.length, end - list.head.length) - 1;
  const needed: number[] = [];
  for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++) {
    if (!list.freshPages.has(page)) needed.push(page);
  }
  return needed;
}

/** The answer to a page of the tail. One that was asked for before the tail shifted is dropped. */
export function withPage(
  list: MessageList,
  question: { readonly cursor: string | null; readonly epoch: number; readonly page: number },
  answer: MessagePage,
): MessageList {
  if (question.cursor !== list.cursor || question.epoch !== list.epoch) return list;
  const start = question.page * pageRows;
  const end = start + answer.messages.length;
  const ended = answer.nextCursor === null || answer.messages.length < pageRows;
  const tail = list.tail.slice(0, ended ? end : list.tail.length);
  while (tail.length < end) tail.push(undefined);
  for (const [offset, message] of answer.messages.entries()) tail[start + offset] = message;
  return { ...list, tail, freshPages: new Set(list.freshPages).add(question.page) };
}

/**
 * Sets the list right by a fresh first page, without moving its anchor: rows keep their places but
 * for what was really removed or restored above them.
 */
export function rebased(list: MessageList, page: MessagePage): MessageList {
  const { nextCursor, matched, matchedUnread } = page;
  // All was head, and now there is more than one page.
  if (list.cursor === null && nextCursor !== null) return reanchored(list, page);
  const shared = {
    ...list,
    freshPages: noPages,
    epoch: list.epoch + 1,
    matched,
    matchedUnread,
    gone: noIds,
  };
  const oldest = page.messages.at(-1);
  const reachesAnchor = nextCursor === null || (oldest && oldest.seq <= list.anchorSeq);
  if (!reachesAnchor) {
    const unseen = matched - list.head.length - list.tail.length;
    return { ...shared, missed: Math.max(0, unseen) };
  }
  const messages = withKnown(page.messages, list.head);
  const newest = messages[0]?.seq ?? 0;
  const arrivedMeanwhile = list.head.filter((row) => row.seq > newest && messages.length > 0);
  const inHead = messages.filter((row) => row.seq >= list.anchorSeq || list.cursor === null);
  const head = [...arrivedMeanwhile, ...inHead];
  const counted = withCounts(shared, arrivedMeanwhile);
  const below = messages.slice(inHead.length);
  const tailLength = Math.max(0, matched - inHead.length);
  const tail = [...below, ...list.tail.slice(below.length)].slice(0, tailLength);
  const missing = holes(tailLength - tail.length);
  return { ...counted, head, tail: [...tail, ...missing], missed: 0 };
}

/** Rows that are as they were stay the same objects, and are not drawn again. */
function withKnown(
  rows: readonly MessageSummary[],
  known: readonly MessageSummary[],
): readonly MessageSummary[] {
  const byId = new Map(known.map((row) => [row.id, row]));
  return rows.map((row) => replaceEqualDeep(byId.get(row.id), row));
}

/** A new anchor: for a list that is looked at from its top. */
export function reanchored(list: MessageList | undefined, page: MessagePage): MessageList {
  const fresh = listFrom(page);
  if (!list) return fresh;
  const newest = page.messages[0]?.seq ?? 0;
  const arrivedMeanwhile = list.head.filter((row) => row.seq > newest && page.messages.length > 0);
  const head = [...arrivedMeanwhile, ...fresh.head];
  return { ...withCounts(fresh, arrivedMeanwhile), head, epoch: list.epoch + 1 };
}

/** Adds to the server's counts what came after it counted. */
function withCounts(list: MessageList, arrived: readonly MessageSummary[]): MessageList {
  return {
    ...list,
    matched: list.matched + arrived.length,
    matchedUnread: list.matchedUnread + arrived.filter((message) => !message.isRead).length,
  };
}
