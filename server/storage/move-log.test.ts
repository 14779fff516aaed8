/** What was committed gets into the file while the writer's own connection never moves it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenDatabase, openForWriting } from '../../db/open.ts';
import { createLogMover } from './move-log.ts';

const MiB = 1024 * 1024;
/** A thread has to start. */
const patience = { timeout: 20_000 };

let folder: string;
let location: string;
let open: OpenDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-log-'));
  location = join(folder, 'mail.db');
  open = openForWriting({ location, durability: 'normal' });
  open.database.pragma('wal_autocheckpoint = 0');
  open.database.exec('CREATE TABLE filler (octets BLOB)');
});
afterEach(() => {
  open.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(bytes: number): void {
  open.database.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(bytes);
}

test('once much was committed the log is moved, again and again', async () => {
  const errors: Error[] = [];
  const mover = createLogMover(location, (error) => errors.push(error));
  write(6 * MiB);
  mover.committed(15 * MiB);
  write(6 * MiB);
  expect(statSync(location).size).toBeLessThan(MiB);
  mover.committed(MiB);
  await expect.poll(() => statSync(location).size, patience).toBeGreaterThan(12 * MiB);
  write(6 * MiB);
  mover.committed(16 * MiB);
  await expect.poll(() => statSync(location).size, patience).toBeGreaterThan(18 * MiB);
  await mover.close();
  expect(errors).toEqual([]);
});

test('where it cannot work it says so once, and commits go on', async () => {
  const errors: Error[] = [];
  const mover = createLogMover(join(folder, 'missing.db'), (error) => errors.push(error));
  mover.committed(20 * MiB);
  await expect.poll(() => errors.length, patience).toBe(1);
  mover.committed(20 * MiB);
  write(MiB);
  await mover.close();
  expect(errors).toHaveLength(1);
});
