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

test('faults on purpose have a tile of their own as soon as there are any', () => {
  const labels = (injected: number) => {
    const faults = { injected, by_point: {}, by_effect: {} };
    const window = { ...testDocument(1).window, faults: { ...faults, injected: 1 } };
    return tilesOf(testDocument(1, { faults, window }), []).filter(({ label }) =>
      ['Errors', 'Faults on purpose'].includes(label),
    );
  };
  expect(labels(0).map(({ label }) => label)).toEqual(['Errors']);
  expect(labels(3)).toMatchObject([
    { label: 'Errors', value: '0' },
    { label: 'Faults on purpose', value: '1', detail: '3 since start' },
  ]);
});
