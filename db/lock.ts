/**
 * One process per database. Beside the file lies a lock, itself a tiny SQLite database: the
 * holder keeps a write transaction open on it for as long as it runs. The operating system ends
 * that with the process, however it ends, so a lock left by a dead process binds nobody and a
 * reused process id deceives nobody; and as a reader may still look inside, a second start can
 * say which process has it.
 */
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import type { Database, DatabaseConstructor } from './driver.ts';
import { StoreError, sqliteCode } from './store-error.ts';

export interface StoreLock {
  release(): void;
}

const attemptsMax = 5;

export function takeLock(Driver: DatabaseConstructor, location: string): StoreLock {
  const path = `${location}.lock`;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    closeSync(openSync(path, 'a', 0o600));
    const inode = statSync(path).ino;
    const lock = new Driver(path, { timeout: 0 });
    try {
      hold(lock);
    } catch (cause) {
      const holder = readHolder(lock);
      lock.close();
      if (sqliteCode(cause) !== 'SQLITE_BUSY') throw cause;
      throw new StoreError('heldByProcess', heldText(location, holder), cause);
    }
    // A holder that was just ending may have taken the file away between our open and our lock.
    if (statSync(path, { throwIfNoEntry: false })?.ino === inode) {
      return { release: () => release(lock, path) };
    }
    lock.close();
  }
  throw new StoreError(
    'heldByProcess',
    `The lock ${path} keeps changing hands. Wait until the other process has ended and try again.`,
  );
}

function hold(lock: Database): void {
  lock.pragma('synchronous = OFF');
  lock.exec('BEGIN IMMEDIATE');
  lock.exec('CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY, pid INTEGER)');
  lock.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(process.pid);
  lock.exec('COMMIT');
  // Taken, not written: readers of the pid get by, a second writer does not.
  lock.exec('BEGIN IMMEDIATE');
}

function readHolder(lock: Database): number | null {
  try {
    const pid = lock.prepare('SELECT pid FROM holder').pluck().get();
    return typeof pid === 'number' ? pid : null;
  } catch {
    // The holder is writing its pid this very moment; the refusal stands without it.
    return null;
  }
}

function heldText(location: string, pid: number | null): string {
  const who = pid === null ? 'another process' : `process ${pid}`;
  return `The database ${location} is in use by ${who}. Stop that process, or give this one a database of its own with --db.`;
}

function release(lock: Database, path: string): void {
  // Where an open file may be unlinked, do it while nobody else can hold it.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  lock.close();
  if (process.platform === 'win32') rmSync(path, { force: true });
}
