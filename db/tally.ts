/** The counts that would otherwise take a walk through everything. Written with every change. */
import type { Database, Statement } from './driver.ts';
import { firstRow } from './rows.ts';

export interface Tally {
  readonly liveCount: number;
  readonly unreadCount: number;
  readonly liveBytes: number;
  /** With what is removed but not yet purged. */
  readonly storedCount: number;
  readonly storedBytes: number;
  readonly lastSeq: number;
  readonly filedSeq: number;
}

interface TallyRow {
  readonly live_count: number;
  readonly unread_count: number;
  readonly live_bytes: number;
  readonly stored_count: number;
  readonly stored_bytes: number;
  readonly last_seq: number;
  readonly filed_seq: number;
}

export function prepareTally(database: Database): Statement {
  return database.prepare('SELECT * FROM tally');
}

export function readTally(statement: Statement): Tally {
  const row = firstRow<TallyRow>(statement);
  if (row === null) throw new Error('the tally table has lost its row');
  return {
    liveCount: row.live_count,
    unreadCount: row.unread_count,
    liveBytes: row.live_bytes,
    storedCount: row.stored_count,
    storedBytes: row.stored_bytes,
    lastSeq: row.last_seq,
    filedSeq: row.filed_seq,
  };
}

export function addToTally(tally: Tally, change: Partial<Tally>): Tally {
  return {
    liveCount: tally.liveCount + (change.liveCount ?? 0),
    unreadCount: tally.unreadCount + (change.unreadCount ?? 0),
    liveBytes: tally.liveBytes + (change.liveBytes ?? 0),
    storedCount: tally.storedCount + (change.storedCount ?? 0),
    storedBytes: tally.storedBytes + (change.storedBytes ?? 0),
    lastSeq: tally.lastSeq + (change.lastSeq ?? 0),
    filedSeq: tally.filedSeq + (change.filedSeq ?? 0),
  };
}

export const saveTallySql = `UPDATE tally SET live_count = ?, unread_count = ?, live_bytes = ?,
  stored_count = ?, stored_bytes = ?, last_seq = ?, filed_seq = ?`;

/** In the order of `saveTallySql`. */
export function tallyValues(tally: Tally): readonly number[] {
  return [
    tally.liveCount,
    tally.unreadCount,
    tally.liveBytes,
    tally.storedCount,
    tally.storedBytes,
    tally.lastSeq,
    tally.filedSeq,
  ];
}

/** True when the counts that are cheap to verify agree; otherwise `recount` sets all right. */
export function tallyAgrees(database: Database, tally: Tally): boolean {
  const count = (sql: string): number => Number(database.prepare(sql).pluck().get());
  const live = count('SELECT count(*) FROM live_message');
  return (
    tally.liveCount === live &&
    tally.unreadCount === count('SELECT count(*) FROM live_message WHERE is_read = 0') &&
    tally.storedCount === live + count('SELECT count(*) FROM removed_message') &&
    tally.lastSeq >= count('SELECT coalesce(max(seq), 0) FROM message')
  );
}

export function recount(database: Database): void {
  database.exec(`
    UPDATE tally SET
      live_count = (SELECT count(*) FROM live_message),
      unread_count = (SELECT count(*) FROM live_message WHERE is_read = 0),
      live_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM message JOIN live_message USING (seq)),
      stored_count = (SELECT count(*) FROM message),
      stored_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM message),
      last_seq = max(last_seq, (SELECT coalesce(max(seq), 0) FROM message))`);
}
