/**
 * Metrics over time: a row for every ten seconds, kept for a day, and one for every five minutes
 * made from them, kept for a week. Synchronous; the writer saves, the reader asks.
 */
import type { Database, Statement } from './driver.ts';
import type { HistoryPoint, HistoryQuery, HistoryRow } from './history-types.ts';
import { joinRuns, mergeHistory } from './merge-history.ts';
import { allRows, firstRow } from './rows.ts';

export const fineStepS = 10;
export const coarseStepS = 300;
export const fineKeptS = 86_400;
export const coarseKeptS = 7 * 86_400;

interface StoredRow {
  readonly at_s: number;
  readonly known_s: number;
  readonly row: string;
}

const range = `SELECT at_s, known_s, row FROM metrics_history
  WHERE step_s = ? AND at_s >= ? AND at_s < ? ORDER BY at_s`;

export class HistoryStore {
  readonly #save: Statement;
  readonly #prune: Statement;
  readonly #newest: Statement;
  readonly #range: Statement;
  readonly #inTransaction: (work: () => void) => void;

  constructor(database: Database) {
    this.#save = database.prepare('INSERT OR REPLACE INTO metrics_history VALUES (?, ?, ?, ?)');
    this.#prune = database.prepare('DELETE FROM metrics_history WHERE step_s = ? AND at_s < ?');
    this.#newest = database.prepare(
      'SELECT max(at_s) AS at_s FROM metrics_history WHERE step_s = ?',
    );
    this.#range = database.prepare(range);
    this.#inTransaction = database.transaction((work: () => void) => work()).immediate;
  }

  save(rows: readonly HistoryRow[]): void {
    this.#inTransaction(() => {
      for (const row of rows) this.#writeFine({ ...row, knownS: fineStepS });
      const newest = rows.reduce((at, row) => Math.max(at, row.at), 0);
      this.#writeCoarse(newest);
      this.#prune.run(fineStepS, newest - fineKeptS);
      this.#prune.run(coarseStepS, newest - coarseKeptS);
    });
  }

  #writeFine(point: HistoryPoint): void {
    const { at } = point;
    const [earlier] = readHistory(this.#range, fineStepS, { fromS: at, toS: at + 1 });
    this.#write(fineStepS, earlier === undefined ? point : joinRuns(earlier, point));
  }

  /** Every five minutes that are over and have no row yet; after a stop there may be several. */
  #writeCoarse(nowS: number): void {
    const openFrom = Math.floor(nowS / coarseStepS) * coarseStepS;
    const last = firstRow<{ at_s: number | null }>(this.#newest, coarseStepS)?.at_s ?? null;
    const from = last === null ? 0 : last + coarseStepS;
    if (from >= openFrom) return;
    const fine = readHistory(this.#range, fineStepS, { fromS: from, toS: openFrom });
    for (const point of toSteps(fine, coarseStepS)) this.#write(coarseStepS, point);
  }

  #write(stepS: number, { knownS, ...row }: HistoryPoint): void {
    this.#save.run(stepS, row.at, knownS, JSON.stringify(row));
  }
}

export class HistoryQueries {
  readonly #range: Statement;

  constructor(database: Database) {
    this.#range = database.prepare(range);
  }

  /** From the fine rows where they reach, else from the coarse ones and what is not yet in them. */
  history({ fromS, toS, stepS }: HistoryQuery): readonly HistoryPoint[] {
    if (stepS < coarseStepS) {
      return toSteps(readHistory(this.#range, fineStepS, { fromS, toS }), stepS);
    }
    const coarse = readHistory(this.#range, coarseStepS, { fromS, toS });
    const last = coarse.at(-1);
    const rest = last === undefined ? fromS : last.at + coarseStepS;
    const fine = readHistory(this.#range, fineStepS, { fromS: rest, toS });
    return toSteps([...coarse, ...fine], stepS);
  }
}

function readHistory(
  statement: Statement,
  stepS: number,
  { fromS, toS }: Omit<HistoryQuery, 'stepS'>,
): readonly HistoryPoint[] {
  return allRows<StoredRow>(statement, stepS, fromS, toS).map((stored) => ({
    ...readRow(stored.row),
    knownS: stored.known_s,
  }));
}

/** Written by `HistoryStore` and by nothing else, but perhaps before there were faults. */
function readRow(text: string): HistoryRow {
  const row = JSON.parse(text) as Omit<HistoryRow, 'faults'> & Partial<HistoryRow>;
  return { ...row, faults: row.faults ?? {} };
}

/** `points` ascend, and so do the steps. */
function toSteps(points: readonly HistoryPoint[], stepS: number): readonly HistoryPoint[] {
  const byStep = new Map<number, HistoryPoint[]>();
  for (const point of points) {
    const at = Math.floor(point.at / stepS) * stepS;
    const step = byStep.get(at);
    if (step === undefined) byStep.set(at, [point]);
    else step.push(point);
  }
  return [...byStep].flatMap(([at, rows]) => mergeHistory(at, rows) ?? []);
}
