import { expect, test } from 'vitest';
import { everything, filterQuery, filterSearch, messagePath, parseFilter } from './links.ts';

test('a filter survives the URL', () => {
  const filter = {
    query: 'a "b c" -d',
    inbox: 'user:a&b=c',
    recipient: 'x+y@example.com',
    user: 'ci',
    tag: 'ä',
    unread: true,
  };
  expect(parseFilter(filterSearch(filter))).toEqual(filter);
  expect(parseFilter('')).toEqual(everything);
});

test('a message is opened in its list', () => {
  expect(messagePath('abc', { tag: 'x' })).toBe('/messages/abc?tag=x');
});

test.each([
  [{ unread: true }, 'is:unread'],
  [{ recipient: 'bob@example.com', query: 'a OR b' }, 'recipient:bob@example.com (a OR b)'],
  [{ tag: 'two words' }, 'tag:"two words"'],
  [{ user: 'a" OR is:read' }, 'user:"a OR is:read"'],
])('%o says the same in the search language', (filter, query) => {
  expect(filterQuery({ ...everything, ...filter })).toBe(query);
});
