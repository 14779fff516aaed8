/**
 * Rows of metrics joined to one over a longer time. Rates and utilisation are means over what was
 * measured, counts are sums, gauges keep their highest value. Percentiles cannot be joined exactly
 * once the digests are gone: of p99 and above the highest stands, which the true value never
 * exceeds; the median is the mean of the medians, each weighing as much as it had to measure.
 */
import type { HistoryPoint, HistoryRow } from './history-types.ts';

/** `null` without rows. */
export function mergeHistory(at: number, rows: readonly HistoryPoint[]): HistoryPoint | null {
  const [only] = rows;
  if (only === undefined) return null;
  if (rows.length === 1) return { ...only, at };
  const mean = (value: (row: HistoryRow) => number): number => weighted(rows, value, () => 1) ?? 0;
  const highest = (value: (row: HistoryRow) => number): number => Math.max(...rows.map(value));
  return {
    at,
    knownS: rows.reduce((sum, row) => sum + row.knownS, 0),
    throughput: mean((row) => row.throughput),
    acceptP50: weighted(
      rows,
      (row) => row.acceptP50,
      (row) => row.connectionsPerSecond,
    ),
    acceptP99: highestKnown(rows, (row) => row.acceptP99),
    acceptP999: highestKnown(rows, (row) => row.acceptP999),
    acceptMax: highestKnown(rows, (row) => row.acceptMax),
    processingP50: weighted(
      rows,
      (row) => row.processingP50,
      (row) => row.throughput,
    ),
    processingP99: highestKnown(rows, (row) => row.processingP99),
    processingP999: highestKnown(rows, (row) => row.processingP999),
    processingMax: highestKnown(rows, (row) => row.processingMax),
    bytesPerSecond: mean((row) => row.bytesPerSecond),
    active: highest((row) => row.active),
    connectionsPerSecond: mean((row) => row.connectionsPerSecond),
    refusedPerSecond: mean((row) => row.refusedPerSecond),
    acceptQueueDepthMax: highestKnown(rows, (row) => row.acceptQueueDepthMax),
    eventLoopDelayP99: highestKnown(rows, (row) => row.eventLoopDelayP99),
    utilization: weighted(
      rows,
      (row) => row.utilization,
      () => 1,
    ),
    rssBytes: highest((row) => row.rssBytes),
    commitDepth: highest((row) => row.commitDepth),
    errors: sums(rows.map((row) => row.errors)),
    replies: sums(rows.map((row) => row.replies)),
    faults: sums(rows.map((row) => row.faults)),
    tlsOk: rows.reduce((sum, row) => sum + row.tlsOk, 0),
    tlsFailed: rows.reduce((sum, row) => sum + row.tlsFailed, 0),
  };
}

/**
 * Two rows of the same time, of a run that ended in it and the next one. Each has its rates over
 * the whole of it, so they add up.
 */
export function joinRuns(first: HistoryPoint, second: HistoryPoint): HistoryPoint {
  const merged = mergeHistory(first.at, [first, second]) ?? second;
  return {
    ...merged,
    knownS: second.knownS,
    throughput: first.throughput + second.throughput,
    bytesPerSecond: first.bytesPerSecond + second.bytesPerSecond,
    connectionsPerSecond: first.connectionsPerSecond + second.connectionsPerSecond,
    refusedPerSecond: first.refusedPerSecond + second.refusedPerSecond,
  };
}

function highestKnown(
  rows: readonly HistoryRow[],
  value: (row: HistoryRow) => number | null,
): number | null {
  let found: number | null = null;
  for (const row of rows) {
    const next = value(row);
    if (next !== null && (found === null || next > found)) found = next;
  }
  return found;
}

/** The mean of what is known, by time and weight; rows of weight 0 count when there is no other. */
function weighted(
  rows: readonly HistoryPoint[],
  value: (row: HistoryRow) => number | null,
  weight: (row: HistoryRow) => number,
): number | null {
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    const known = value(row);
    if (known === null) continue;
    const counts = Math.max(weight(row), Number.EPSILON) * row.knownS;
    sum += known * counts;
    weights += counts;
  }
  return weights === 0 ? null : sum / weights;
}

function sums(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const some of counts) {
    for (const [name, count] of Object.entries(some)) {
      total.set(name, (total.get(name) ?? 0) + count);
    }
  }
  return Object.fromEntries(total);
}
