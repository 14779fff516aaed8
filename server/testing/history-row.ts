/** Rows of metrics history for tests: nothing happened but what is said. */
import type { HistoryRow } from '../../db/history-types.ts';

export function historyRow(at: number, changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    at,
    throughput: 0,
    acceptP50: null,
    acceptP99: null,
    acceptP999: null,
    acceptMax: null,
    processingP50: null,
    processingP99: null,
    processingP999: null,
    processingMax: null,
    bytesPerSecond: 0,
    active: 0,
    connectionsPerSecond: 0,
    refusedPerSecond: 0,
    acceptQueueDepthMax: null,
    eventLoopDelayP99: null,
    utilization: null,
    rssBytes: 1,
    commitDepth: 0,
    errors: {},
    replies: {},
    faults: {},
    tlsOk: 0,
    tlsFailed: 0,
    ...changes,
  };
}
