import { expect, test } from 'vitest';
import { everything } from '../../lib/links.ts';
import {
  allMatching,
  extended,
  isSelected,
  type SelectionState,
  selectionOf,
  toggled,
} from './use-selection.ts';

const none: SelectionState = { kind: 'none' };

test('one by one, on and off', () => {
  const two = toggled(toggled(none, 'a'), 'b');
  expect(selectionOf(two, everything)).toEqual({ ids: ['a', 'b'] });
  expect(toggled(toggled(two, 'a'), 'b')).toEqual(none);
});

test('a range adds to what is selected, and the next begins at its end', () => {
  const state = extended(toggled(none, 'a'), ['c', 'd'], 'd');
  expect(['a', 'b', 'c', 'd'].filter((id) => isSelected(state, id))).toEqual(['a', 'c', 'd']);
  expect(state.kind === 'ids' && state.lastId).toBe('d');
});

test('all that match is said as such, never as a list', () => {
  const filter = { ...everything, recipient: 'bob@example.com' };
  expect(selectionOf({ kind: 'matching' }, filter)).toEqual({ query: 'recipient:bob@example.com' });
  expect(allMatching(everything)).toEqual({ all: true });
});

test('nothing selected asks for nothing', () => {
  expect(selectionOf(none, everything)).toBeNull();
});

test('unticking one of all that match leaves that one', () => {
  expect(selectionOf(toggled({ kind: 'matching' }, 'a'), everything)).toEqual({ ids: ['a'] });
});
