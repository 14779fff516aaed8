import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../metrics/metrics.ts';
import { historyRow } from '../../testing/history-row.ts';
import { request } from '../../testing/http-client.ts';
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts';
import { startMetrics } from '../../testing/metrics-source.ts';
import { temporaryDirectory } from '../../testing/temporary-directory.ts';
import { metricsDistribution, metricsDocument, metricsHistory } from '../metrics-shapes.ts';

let metrics: Metrics;
beforeAll(() => {
  metrics = startMetrics();
});
afterAll(() => metrics.close());

async function get(http: HttpFixture, path: string, headers: Record<string, string> = {}) {
  const answer = await request(http.port, `GET ${path}`, headers);
  return { ...answer, text: answer.body.toString() };
}

const firefox = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** As Prometheus 2 sends it. */
const prometheus = {
  Accept:
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
};

describe('the document', () => {
  it('has every field that is declared and no other', async () => {
    await using http = await startHttp({ metrics });
    const { status, text } = await get(http, '/api/metrics');
    const document = JSON.parse(text);
    expect(status).toBe(200);
    expect(metricsDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      type: 'smtp_metrics',
      connections: { total_accepted: 0, accept_latency_p50: null, limit: 100 },
      window: { seconds: 60 },
    });
  });
});

describe('for Prometheus', () => {
  it('is its text format, asked for without the header fields of a browser', async () => {
    await using http = await startHttp({ metrics });
    for (const headers of [{}, prometheus]) {
      const { status, headers: answered, text } = await get(http, '/metrics', headers);
      expect(status).toBe(200);
      expect(answered['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(text).toMatch(/^# TYPE \w+ counter$/m);
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  it('leaves its path to the page when a browser asks, whatever the query', async () => {
    await using folder = await temporaryDirectory();
    await mkdir(folder.path, { recursive: true });
    await writeFile(`${folder.path}/index.html`, '<!doctype html>page');
    await using http = await startHttp({ metrics, pageDirectory: folder.path });
    const { status, headers, text } = await get(http, '/metrics?range=60', firefox);
    expect([status, text]).toEqual([200, '<!doctype html>page']);
    expect(headers.vary).toBe('Accept-Encoding, Accept');
  });

  it('needs the credentials that everything needs', async () => {
    await using http = await startHttp({ metrics, httpAuth: { user: 'u', password: 'p' } });
    expect((await get(http, '/metrics', prometheus)).status).toBe(401);
    const Authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    expect((await get(http, '/metrics', { ...prometheus, Authorization })).status).toBe(200);
  });

  it('is not for foreign pages or names', async () => {
    await using http = await startHttp({ metrics });
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect((await get(http, '/metrics', foreign)).status).toBe(403);
    expect((await get(http, '/metrics', { Host: 'evil.example' })).status).toBe(421);
  });
});

describe('a server that measures nothing', () => {
  it.each([
    '/api/metrics',
    '/metrics',
    '/api/metrics/history',
    '/api/metrics/distribution?metric=accept',
  ])('%s says so, and how to change it', async (path) => {
    await using http = await startHttp();
    const { status, text } = await get(http, path);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({
      code: 'metrics_off',
      detail: expect.stringContaining('--no-metrics'),
    });
  });
});

describe('the distribution', () => {
  it('is the curve of one latency over one time', async () => {
    await using http = await startHttp({ metrics });
    for (const [query, seconds] of [
      ['metric=accept', 0],
      ['metric=processing&seconds=300', 300],
    ]) {
      const { text } = await get(http, `/api/metrics/distribution?${query}`);
      const answered = JSON.parse(text);
      expect(metricsDistribution.parse(answered)).toEqual(answered);
      expect(answered).toMatchObject({ seconds, count: 0, points: [] });
    }
  });

  it.each(['', '?metric=cpu', '?metric=accept&seconds=61'])('%s is refused', async (query) => {
    await using http = await startHttp({ metrics });
    expect((await get(http, `/api/metrics/distribution${query}`)).status).toBe(400);
  });
});

describe('the history', () => {
  async function history(http: HttpFixture, query: string) {
    const { status, text } = await get(http, `/api/metrics/history?${query}`);
    expect(status, text).toBe(200);
    const answered = metricsHistory.parse(JSON.parse(text));
    const { at, errors, replies, faults, ...columns } = answered.columns;
    for (const column of [
      ...Object.values(columns),
      ...Object.values(errors),
      ...Object.values(replies),
      ...Object.values(faults),
    ]) {
      expect(column).toHaveLength(at.length);
    }
    at.forEach((time, index) => {
      expect(time).toBe(Date.parse(answered.from) / 1000 + index * answered.stepSeconds);
    });
    return answered;
  }
  const lastSlot = () => Math.floor(Date.now() / 10_000) * 10 - 10;

  it('has gaps where nothing ran, and rates of what was counted', async () => {
    await using http = await startHttp({ metrics });
    const at = lastSlot() - 100;
    await http.storage.saveHistory([
      historyRow(at, { throughput: 4, acceptP99: 7, errors: { timeout: 20 }, tlsOk: 5 }),
      historyRow(at + 30, { throughput: 6, replies: { 250: 10 }, faults: { reply: 30 } }),
    ]);
    const { columns, stepSeconds } = await history(http, 'range=300');
    expect(stepSeconds).toBe(10);
    expect(columns.at).toHaveLength(30);
    const from = columns.at.indexOf(at);
    const slice = (series: (number | null)[] | undefined) => series?.slice(from, from + 4);
    expect(slice(columns.throughput)).toEqual([4, null, null, 6]);
    expect(slice(columns.acceptP99)).toEqual([7, null, null, null]);
    expect(slice(columns.errors.timeout)).toEqual([2, null, null, 0]);
    expect(slice(columns.replies['250'])).toEqual([0, null, null, 1]);
    expect(slice(columns.faults.reply)).toEqual([0, null, null, 3]);
    expect(slice(columns.tlsOk)).toEqual([0.5, null, null, 0]);
  });

  it('has the seconds that are not over yet, and those that are not stored yet', async () => {
    const open = { ...historyRow(lastSlot() + 10, { errors: { timeout: 8 } }), knownS: 4 };
    const newest = historyRow(lastSlot(), { faults: { stall: 10 } });
    const source = {
      document: metrics.document.bind(metrics),
      distribution: metrics.distribution,
      historyRow: () => newest,
      openRow: () => open,
    };
    await using http = await startHttp({ metrics: source });
    const fine = await history(http, 'range=60');
    expect(fine.open).toMatchObject({ at: open.at, seconds: 4, errors: { timeout: 2 } });
    // One more step when ten seconds have gone by since.
    expect(fine.columns.faults.stall?.slice(-2)).toContain(1);
    expect((await history(http, 'range=86400')).open).toBe(null);
  });

  it('ends with the newest row, and with the step that it is in', async () => {
    await using http = await startHttp({ metrics });
    await http.storage.saveHistory([historyRow(lastSlot(), { throughput: 3 })]);
    for (const query of ['range=60', 'range=86400', 'range=604800', 'range=604800&points=10']) {
      const { columns, to } = await history(http, query);
      // One more step when ten seconds have gone by since.
      expect(columns.throughput.slice(-2), query).toContain(3);
      expect(Date.parse(to)).toBeGreaterThan(Date.now() - 20_000);
    }
  });

  it.each([
    ['', 360, 10],
    ['range=60', 6, 10],
    ['range=60&points=1', 1, 60],
    ['range=86400', 576, 150],
    ['range=86401', 289, 300],
    ['range=604800', 504, 1_200],
    ['range=604800&points=7', 7, 86_400],
    ['range=65', 7, 10],
  ])('%s has %i points of %i seconds', async (query, points, stepS) => {
    await using http = await startHttp({ metrics });
    const { columns, stepSeconds } = await history(http, query);
    expect([columns.at.length, stepSeconds]).toEqual([points, stepS]);
    expect((columns.at[0] ?? 0) % stepS).toBe(0);
    expect(new Set(columns.throughput)).toEqual(new Set([null]));
  });

  it.each(['range=59', 'range=604801', 'points=0', 'points=601', 'range=1e3', 'from=0'])(
    '%s is refused',
    async (query) => {
      await using http = await startHttp({ metrics });
      expect((await get(http, `/api/metrics/history?${query}`)).status).toBe(400);
    },
  );
});
