import { expect, test } from 'vitest';
import { testDocument } from './test-document.ts';
import { tilesOf } from './tile-values.ts';

test('before anything is known, the tiles are there and empty', () => {
  const empty = tilesOf(null, []);
  expect(empty.map(({ label }) => label)).toEqual(
    tilesOf(testDocument(1), []).map(({ label }) => label),
  );
  expect(empty.every(({ value }) => value === null)).toBe(true);
});

test('a latency that nobody measured is a dash, and so is a queue that nobody tells', () => {
  const tiles = new Map(tilesOf(testDocument(1), []).map((tile) => [tile.label, tile]));
  expect(tiles.get('Accept p99')).toMatchObject({ value: '–', detail: 'p50 – · max –' });
  expect(tiles.get('Accept queue')).toMatchObject({ value: '–', share: null });
  expect(tiles.get('Throughput')).toMatchObject({ value: '0', unit: 'msg/s' });
});

test('a share of a limit fills its bar, never more', () => {
  const { connections } = testDocument(1);
  const busy = testDocument(1, { connections: { ...connections, active: 250, limit: 100 } });
  expect(tilesOf(busy, []).find(({ label }) => label === 'Connections')).toMatchObject({
    value: '250',
    unit: 'of 100',
    share: 1,
  });
});
