/** What the store refuses to open, why it says so, and that it leaves everything as it was. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driverName, loadDriver } from './driver.ts';
import { applicationId, migrate, migrations } from './migrations.ts';
import { checkpoint, openForReading, openForWriting, vacuumSlice } from './open.ts';
import { SessionQueries } from './session-query.ts';
import { StoreError } from './store-error.ts';

let folder: string;
let location: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-open-'));
  location = join(folder, 'mail.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ location, durability: 'normal' as const });

function refusal(open: () => unknown): StoreError {
  try {
    open();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

function makeOurs(): void {
  openForWriting(options()).close();
}

function makeForeign(sql: string): void {
  const database = new (loadDriver())(location);
  database.exec(sql);
  database.close();
}

describe('refused, and left untouched', () => {
  test.each<[string, string, () => void]>([
    ['a text file', 'notADatabase', () => writeFileSync(location, 'Dear diary,\n'.repeat(50))],
    ['a short file', 'notADatabase', () => writeFileSync(location, 'x')],
    ['tables of another program', 'foreignDatabase', () => makeForeign('CREATE TABLE t (a)')],
    [
      'a database with the mark of another program',
      'foreignDatabase',
      () => makeForeign('PRAGMA application_id = 7; CREATE TABLE message (seq)'),
    ],
    [
      'a file cut short',
      'damaged',
      () => {
        makeOurs();
        truncateSync(location, 8192);
      },
    ],
    [
      'a file overwritten in the middle',
      'damaged',
      () => {
        makeOurs();
        const octets = readFileSync(location);
        writeFileSync(location, octets.fill(0x5a, 200));
      },
    ],
    [
      'a file of a later version',
      'schemaTooNew',
      () => {
        makeOurs();
        makeForeign('PRAGMA user_version = 9999');
      },
    ],
  ])('%s', (_, code, make) => {
    make();
    const before = readFileSync(location);
    const error = refusal(() => openForWriting(options()));
    expect(error.code).toBe(code);
    expect(error.message).toContain(location);
    expect(readFileSync(location).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['mail.db']);
  });

  test('a folder in place of the file', () => {
    mkdirSync(location);
    expect(refusal(() => openForWriting(options())).code).toBe('cannotOpen');
  });

  test('a path through a file', () => {
    writeFileSync(location, '');
    const inside = { ...options(), location: join(location, 'deeper', 'mail.db') };
    expect(refusal(() => openForWriting(inside)).code).toBe('cannotOpen');
  });
});

/** Root may write everywhere, so the attempt is made as somebody who may not. */
const isRoot = process.getuid?.() === 0;
const asNobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};

describe.skipIf(process.platform === 'win32')('without the right to write', () => {
  test.each([
    ['the folder', 0o555, 0o644],
    ['the file', 0o777, 0o444],
  ])('to %s: said so, and left untouched', (_, folderMode, fileMode) => {
    makeOurs();
    chmodSync(location, fileMode);
    chmodSync(folder, folderMode);
    const before = readFileSync(location);
    const program = `
      const { openForWriting } = await import(${JSON.stringify(join(import.meta.dirname, 'open.ts'))});
      try { openForWriting({ location: process.argv[1], durability: 'normal' }); }
      catch (error) { console.log(error.code, error.message); }`;
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program, location],
      { ...asNobody, encoding: 'utf8', cwd: join(import.meta.dirname, '..') },
    );
    expect(run.stdout, run.stderr).toMatch(/^readOnly .*mail\.db/);
    chmodSync(folder, 0o700);
    expect(readFileSync(location).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['mail.db']);
  });
});

describe('one process at a time', () => {
  test('a second one is refused with the id of the first, which goes on', () => {
    const first = openForWriting(options());
    const error = refusal(() => openForWriting(options()));
    expect(error.code).toBe('heldByProcess');
    expect(error.message).toContain(`process ${process.pid}`);
    expect(checkpoint(first.database)).toBe(true);
    first.close();
    makeOurs();
  });

  test('the lock of a process that was killed binds nobody', () => {
    const program = `
      const { openForWriting } = await import(${JSON.stringify(join(import.meta.dirname, 'open.ts'))});
      openForWriting({ location: process.argv[1], durability: 'normal' });
      process.kill(process.pid, 'SIGKILL');`;
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program, location],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '..') },
    );
    expect(run.signal, run.stderr).toBe('SIGKILL');
    expect(existsSync(`${location}.lock`)).toBe(true);
    makeOurs();
    expect(readdirSync(folder)).toEqual(['mail.db']);
  });

  test('a refused start leaves the lock to its holder', () => {
    const first = openForWriting(options());
    refusal(() => openForWriting(options()));
    refusal(() => openForWriting(options()));
    first.close();
    expect(readdirSync(folder)).toEqual(['mail.db']);
  });
});

describe('the schema', () => {
  test('ids ascend, and a new file has the last one and our mark', () => {
    const ids = migrations.map((migration) => migration.id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const { database, close } = openForWriting(options());
    expect(database.pragma('user_version', { simple: true })).toBe(ids.at(-1));
    expect(database.pragma('application_id', { simple: true })).toBe(applicationId);
    close();
  });

  test('a later step is applied to what is there, all or nothing', () => {
    const { database, close } = openForWriting(options());
    const last = migrations.at(-1)?.id ?? 0;
    const good = { id: last + 1, sql: 'CREATE TABLE added (a); INSERT INTO added VALUES (1)' };
    const bad = { id: last + 2, sql: 'INSERT INTO nowhere VALUES (1)' };
    expect(() => migrate(database, [...migrations, good, bad])).toThrow('nowhere');
    expect(database.pragma('user_version', { simple: true })).toBe(last);
    migrate(database, [...migrations, good]);
    expect(database.pragma('user_version', { simple: true })).toBe(last + 1);
    expect(database.prepare('SELECT a FROM added').pluck().get()).toBe(1);
    close();
  });

  test('sessions of schema 3 keep their errors', () => {
    const path = join(folder, 'old.db');
    const old = new (loadDriver())(path);
    migrate(
      old,
      migrations.filter(({ id }) => id <= 3),
    );
    const insert = old.prepare(`INSERT INTO session (id, listener, peer_address, peer_port,
      started_at_ms, ended_at_ms, duration_ms, outcome, ehlo_name, message_count, bytes_received,
      errors, stored_bytes) VALUES (?, 'smtp', '::1', 1, 1, 1, 0, 'nothing', '', 0, 0, ?, 1)`);
    for (const [id, errors] of [
      ['a', null],
      ['b', ',timeout,aborted,'],
      ['c', null],
    ]) {
      insert.run(id, errors);
    }
    migrate(old);
    const page = new SessionQueries(old).list({
      filter: { outcome: null, error: 'aborted', reply: null, peer: null, user: null, text: null },
      limit: 9,
      beforeSeq: null,
    });
    expect(page.sessions.map(({ id, errors }) => ({ id, errors }))).toEqual([
      { id: 'b', errors: ['timeout', 'aborted'] },
    ]);
    expect(old.prepare('SELECT count(*) FROM session_signature').pluck().get()).toBe(2);
    old.close();
  });

  test('an empty file is as good as none, and so is a database without tables', () => {
    writeFileSync(location, '');
    makeOurs();
    rmSync(location);
    makeForeign('PRAGMA user_version = 0; CREATE TABLE t (a); DROP TABLE t');
    makeOurs();
  });
});

test('space that nobody uses goes back in slices', () => {
  const { database, close } = openForWriting(options());
  const insert = database.prepare('INSERT INTO message_raw VALUES (?, ?)');
  for (let seq = 1; seq <= 24; seq++) insert.run(seq, Buffer.alloc(1024 * 1024));
  const pages = () => Number(database.pragma('page_count', { simple: true }));
  const full = pages();
  expect(vacuumSlice(database)).toBe(false);
  database.exec('DELETE FROM message_raw');
  let slices = 0;
  while (vacuumSlice(database)) slices += 1;
  expect(slices).toBeGreaterThan(1);
  expect(pages()).toBeLessThan(full);
  close();
});

test('a reading connection cannot write', () => {
  makeOurs();
  const database = openForReading(location);
  expect(() => database.exec('DELETE FROM message')).toThrow('readonly');
  database.close();
  rmSync(location);
  expect(refusal(() => openForReading(location)).code).toBe('cannotOpen');
});

describe('the driver', () => {
  test.each([
    ['20.19.0', 'better-sqlite3-node20'],
    ['22.0.0', 'better-sqlite3'],
    ['24.1.0', 'better-sqlite3'],
  ])('for Node %s is %s', (version, name) => {
    expect(driverName(version)).toBe(name);
  });

  test('that is missing is named with the way to get it', () => {
    // From a place where nothing is installed, as after an install that skipped it.
    const copies = join(folder, 'db');
    mkdirSync(copies);
    writeFileSync(join(copies, 'package.json'), '{"type":"module"}');
    for (const name of ['driver.ts', 'store-error.ts']) {
      copyFileSync(join(import.meta.dirname, name), join(copies, name));
    }
    const tsx = import.meta.resolve?.('tsx') ?? 'tsx';
    const program = `
      const { loadDriver } = await import(${JSON.stringify(join(copies, 'driver.ts'))});
      try { loadDriver('20.19.0'); } catch (error) { console.log(error.code, error.message); }`;
    const run = spawnSync(
      process.execPath,
      ['--import', tsx, '--input-type=module', '-e', program],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '..') },
    );
    expect(run.stdout, run.stderr).toMatch(/^driverMissing .*npm rebuild better-sqlite3-node20/);
  });
});
