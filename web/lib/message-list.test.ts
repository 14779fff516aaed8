import { describe, expect, test } from 'vitest';
import type { MessageSummary } from './api.ts';
import {
  countAfter,
  headRowsMax,
  indexOf,
  listFrom,
  type MessageList,
  pageRows,
  pagesNeeded,
  reanchored,
  rebased,
  rowAt,
  rowCount,
  withArrivals,
  withoutIds,
  withPage,
  withRead,
  withUpdates,
} from './message-list.ts';
import { testMessage, testServer } from './test-message.ts';

type Server = ReturnType<typeof testServer>;

function load(list: MessageList, server: Server, page: number): MessageList {
  const { cursor, epoch } = list;
  const answer = server.page({ limit: pageRows, cursor, skip: page * pageRows });
  return withPage(list, { cursor, epoch, page }, answer);
}

/** Loads all that is missing, as scrolling through the whole list would. */
function loadAll(list: MessageList, server: Server): MessageList {
  return pagesNeeded(list, 0, rowCount(list)).reduce((now, page) => load(now, server, page), list);
}

function ids(list: MessageList): (string | undefined)[] {
  return Array.from({ length: rowCount(list) }, (_, index) => rowAt(list, index)?.id);
}

function removed(list: MessageList, id: string): MessageList {
  return withoutIds(list, { ids: new Set([id]), oldest: false }).list;
}

describe('paging', () => {
  test('a list is as long as the server says before it is loaded', () => {
    const list = listFrom(testServer(100_000).page());
    expect(rowCount(list)).toBe(100_000);
    expect(rowAt(list, 0)?.id).toBe('m100000');
    expect(rowAt(list, 60_000)).toBeUndefined();
  });

  test.each([0, 1, 49, 50, 51, 100, 137])('%i messages load completely', (count) => {
    const server = testServer(count);
    const list = loadAll(listFrom(server.page()), server);
    expect(ids(list)).toEqual(server.ids());
    expect(pagesNeeded(list, 0, rowCount(list))).toEqual([]);
  });

  test('only the pages in sight are needed', () => {
    const list = listFrom(testServer(1_000).page());
    expect(pagesNeeded(list, 0, 30)).toEqual([]);
    expect(pagesNeeded(list, 40, 60)).toEqual([0]);
    expect(pagesNeeded(list, 480, 520)).toEqual([8, 9]);
    expect(pagesNeeded(list, 990, 2_000)).toEqual([18]);
  });

  test('a page asked for before arrivals lands where it belongs', () => {
    const server = testServer(500);
    let list = listFrom(server.page());
    list = withArrivals(list, [server.arrive(), server.arrive()]);
    list = loadAll(list, server);
    expect(ids(list)).toEqual(server.ids());
  });

  test('an answer from before a removal is dropped', () => {
    const server = testServer(200);
    let list = loadAll(listFrom(server.page()), server);
    const { cursor, epoch } = list;
    const late = server.page({ limit: pageRows, cursor, skip: pageRows });
    server.remove('m120');
    list = removed(list, 'm120');
    expect(withPage(list, { cursor, epoch, page: 1 }, late)).toBe(list);
  });
});

describe('arrivals', () => {
  test('go to the top, newest first, whatever order they come in', () => {
    const server = testServer(100);
    const first = server.arrive();
    const second = server.arrive();
    const list = withArrivals(listFrom(server.page({ limit: 50, cursor: '101' })), [second, first]);
    expect(ids(list).slice(0, 3)).toEqual(['m102', 'm101', 'm100']);
  });

  test('are counted once, however often they are told of', () => {
    const server = testServer(10);
    const message = server.arrive();
    const once = withArrivals(listFrom(testServer(10).page()), [message]);
    const twice = withArrivals(once, [message]);
    expect(rowCount(twice)).toBe(11);
    expect(twice.matched).toBe(11);
    expect(twice.matchedUnread).toBe(1);
  });

  test('one that was listed unread by the server is filled in', () => {
    const server = testServer(3);
    const pending = server.arrive({ state: 'pending', subject: '' });
    const list = listFrom(server.page());
    const read = withArrivals(list, [{ ...pending, state: 'ready', subject: 'Now read' }]);
    expect(rowCount(read)).toBe(4);
    expect(rowAt(read, 0)?.subject).toBe('Now read');
  });

  test('do not bring back what was just removed', () => {
    const server = testServer(3);
    const message = server.arrive();
    const list = removed(withArrivals(listFrom(testServer(3).page()), [message]), message.id);
    expect(rowCount(withArrivals(list, [message]))).toBe(3);
  });

  test('beyond what is kept they are counted only', () => {
    const server = testServer(100);
    let list = listFrom(server.page());
    const many = Array.from({ length: headRowsMax + 500 }, () => server.arrive());
    for (let i = 0; i < many.length; i += 100) list = withArrivals(list, many.slice(i, i + 100));
    expect(list.head.length).toBeLessThanOrEqual(headRowsMax);
    expect(list.matched).toBe(100 + many.length);
    expect(list.head.length - pageRows + list.missed).toBe(many.length);
  });

  test('since a given row can be counted', () => {
    const server = testServer(10);
    const list = withArrivals(listFrom(server.page()), [server.arrive(), server.arrive()]);
    expect(countAfter(list, 10)).toBe(2);
    expect(countAfter(list, 12)).toBe(0);
  });
});

describe('removals', () => {
  test('in the head and in the tail close up', () => {
    const server = testServer(200);
    let list = loadAll(listFrom(server.page()), server);
    for (const id of ['m200', 'm160', 'm90', 'm1']) {
      server.remove(id);
      list = removed(list, id);
    }
    expect(ids(list)).toEqual(server.ids());
    expect(ids(loadAll(list, server))).toEqual(server.ids());
    expect(list.matched).toBe(196);
  });

  test('shift pages that are then loaded again, earlier ones not', () => {
    const server = testServer(300);
    const list = removed(loadAll(listFrom(server.page()), server), 'm120');
    expect(pagesNeeded(list, 0, rowCount(list))).toEqual([2, 3, 4].filter((page) => page >= 2));
    expect([...list.freshPages]).toEqual([0, 1].filter((page) => page < 2));
  });

  test('told twice count once', () => {
    const list = listFrom(testServer(10).page());
    const once = removed(list, 'm5');
    expect(removed(once, 'm5')).toBe(once);
    expect(once.matched).toBe(9);
  });

  test('of rows that are not loaded are uncertain', () => {
    const list = listFrom(testServer(500).page());
    expect(withoutIds(list, { ids: new Set(['m3']), oldest: false }).certain).toBe(false);
  });

  test('by retention shorten the end', () => {
    const list = listFrom(testServer(500).page());
    const outcome = withoutIds(list, { ids: new Set(['m1', 'm2', 'm3']), oldest: true });
    expect(outcome.certain).toBe(true);
    expect(rowCount(outcome.list)).toBe(497);
    expect(outcome.list.matched).toBe(497);
  });

  test('lower the number of unread', () => {
    const server = testServer(3);
    const message = server.arrive();
    expect(removed(listFrom(server.page()), message.id).matchedUnread).toBe(0);
  });
});

describe('marks', () => {
  test('an update replaces a row and keeps the count of unread', () => {
    const server = testServer(200);
    const list = loadAll(listFrom(server.page()), server);
    const unread = { ...testMessage(20), isRead: false };
    const next = withUpdates(list, new Map([['m20', unread]]));
    expect(rowAt(next, indexOf(next, 'm20'))?.isRead).toBe(false);
    expect(next.matchedUnread).toBe(1);
  });

  test('an update of something else changes nothing at all', () => {
    const list = listFrom(testServer(200).page());
    expect(withUpdates(list, new Map([['other', testMessage(999)]]))).toBe(list);
  });

  test('all can be marked', () => {
    const server = testServer(0);
    for (let i = 0; i < 5; i++) server.arrive();
    const list = withRead(listFrom(server.page()), null, true);
    expect(list.matchedUnread).toBe(0);
    expect(list.head.every((row) => row.isRead)).toBe(true);
  });
});

describe('setting right', () => {
  test('finds what was removed and restored, in place', () => {
    const server = testServer(300);
    const list = loadAll(listFrom(server.page()), server);
    server.remove('m290', 'm100');
    const message = server.arrive();
    const next = loadAll(rebased(list, server.page({ limit: 100 })), server);
    expect(ids(next)).toEqual(server.ids());
    server.restore(290);
    const back = loadAll(rebased(next, server.page({ limit: 100 })), server);
    expect(ids(back)).toEqual(server.ids());
    expect(rowAt(back, 0)?.id).toBe(message.id);
  });

  test('keeps what arrived while it was asked', () => {
    const server = testServer(100);
    const page = server.page();
    const list = withArrivals(listFrom(page), [server.arrive()]);
    const next = rebased(list, page);
    expect(rowCount(next)).toBe(101);
    expect(next.matched).toBe(101);
  });

  test('leaves rows that did not change as they are', () => {
    const server = testServer(100);
    const list = listFrom(server.page());
    const page = server.page();
    const [first, second] = page.messages.map((row) => structuredClone(row));
    const read = [{ ...first, isRead: !first?.isRead }, second] as MessageSummary[];
    const next = rebased(list, { ...page, messages: [...read, ...page.messages.slice(2)] });
    expect(rowAt(next, 0)).toEqual(read[0]);
    expect(rowAt(next, 1)).toBe(rowAt(list, 1));
  });

  test('leaves rows where they are when more came than a page holds', () => {
    const server = testServer(300);
    const list = listFrom(server.page());
    for (let i = 0; i < 80; i++) server.arrive();
    const next = rebased(list, server.page());
    expect(rowAt(next, 0)?.id).toBe('m300');
    expect(next.missed).toBe(80);
    expect(rowCount(reanchored(next, server.page()))).toBe(380);
  });

  test('a list that was one page can become many', () => {
    const server = testServer(10);
    const list = listFrom(server.page());
    server.restore(...Array.from({ length: 200 }, (_, i) => i + 1_000));
    const next = loadAll(rebased(list, server.page()), server);
    expect(ids(next)).toEqual(server.ids());
  });

  test('a list can become empty', () => {
    const server = testServer(120);
    const list = loadAll(listFrom(server.page()), server);
    server.remove(...server.ids());
    expect(rowCount(rebased(list, server.page()))).toBe(0);
  });
});
