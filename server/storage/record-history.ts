/** Puts a row of metrics into the store every ten seconds, as soon as these are complete. */
import type { HistoryRow } from '../../db/history-types.ts';
import type { HistoryStorage } from './types.ts';

const rowMs = 10_000;
/** After the boundary, so that whoever counts has closed the ten seconds. */
const delayMs = 250;
/** Rows that could not be written, such as for want of room, are tried again with later ones. */
const waitingMax = 360;

export interface HistoryRecorder {
  /** Writes what is complete, and no more after that. */
  close(): Promise<void>;
}

export function recordHistory(options: {
  /** The last ten seconds that are complete. */
  readonly row: () => HistoryRow | null;
  readonly storage: HistoryStorage;
  readonly nowMs?: () => number;
  /** The first of a row of failures. */
  readonly onError: (error: Error) => void;
}): HistoryRecorder {
  const nowMs = options.nowMs ?? Date.now;
  let waiting: HistoryRow[] = [];
  let newestAt = Number.NEGATIVE_INFINITY;
  let failing = false;
  let timer = plan();

  function plan(): NodeJS.Timeout {
    return setTimeout(
      () => {
        timer = plan();
        void save();
      },
      rowMs - (nowMs() % rowMs) + delayMs,
    ).unref();
  }

  async function save(): Promise<void> {
    const row = options.row();
    if (row !== null && row.at > newestAt) {
      newestAt = row.at;
      waiting = [...waiting, row].slice(-waitingMax);
    }
    if (waiting.length === 0) return;
    const rows = waiting;
    try {
      await options.storage.saveHistory(rows);
      waiting = waiting.filter((one) => !rows.includes(one));
      failing = false;
    } catch (error) {
      if (!failing) options.onError(error instanceof Error ? error : new Error(String(error)));
      failing = true;
    }
  }

  return {
    async close() {
      clearTimeout(timer);
      await save();
    },
  };
}
