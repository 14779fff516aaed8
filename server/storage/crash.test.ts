/** 250 means stored: what was acknowledged survives the death of the process, whenever it comes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteMessageStore } from '../../db/message-store.ts';
import { openForWriting } from '../../db/open.ts';
import { toAppendRow } from '../../db/rows.ts';
import { type AppEvent, createEventBus } from '../events.ts';
import { numberedMessage } from '../testing/append-until-killed.ts';
import { newMessage } from '../testing/new-message.ts';
import { openStorage } from './open-storage.ts';

const retention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
const allMessages = { filter: null, limit: 1000, beforeSeq: null, skip: 0 };

let folder: string;
let location: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-crash-'));
  location = join(folder, 'mail.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Acknowledged {
  readonly number: number;
  readonly id: string;
}

/** Kills the process as soon as it has acknowledged so many; returns all it ever acknowledged. */
async function appendAndKill(killAfter: number, mode: string): Promise<readonly Acknowledged[]> {
  const program = join(import.meta.dirname, '..', 'testing', 'append-until-killed.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, location, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(import.meta.dirname, '..', '..'),
  });
  const exited = new Promise<string | null>((resolve) => {
    child.on('exit', (_, signal) => resolve(signal));
  });
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [number, id] = line.split(' ');
    if (id !== undefined) acknowledged.push({ number: Number(number), id });
    if (acknowledged.length === killAfter) child.kill('SIGKILL');
  }
  expect(await exited).toBe('SIGKILL');
  return acknowledged;
}

test.each([
  { mode: 'threads', kills: [1, 90, 700] },
  { mode: 'inline', kills: [37, 400] },
])(
  'killed while mail pours in ($mode): every acknowledged message is there, octet for octet',
  async ({ mode, kills }) => {
    const acknowledged: Acknowledged[] = [];
    for (const killAfter of kills) {
      acknowledged.push(...(await appendAndKill(killAfter, mode)));
      const storage = await openStorage(
        { location, retention, durability: 'normal', threads: false },
        createEventBus(),
      );
      for (const { number, id } of acknowledged) {
        const raw = await storage.raw(id);
        expect(raw !== null, `message ${number} is lost`).toBe(true);
        expect(Buffer.concat(numberedMessage(number).raw).equals(raw ?? new Uint8Array())).toBe(
          true,
        );
      }
      const page = await storage.list(allMessages);
      expect(page.total).toBeGreaterThanOrEqual(acknowledged.length);
      await expect.poll(async () => (await storage.status()).pendingCount).toBe(0);
      await storage.close();
    }
  },
);

test('what was committed and not read is read at the next start, in order, with its events', async () => {
  const sent = Array.from({ length: 5 }, (_, n) => newMessage({ subject: `n${n}` }));
  const open = openForWriting({ location, durability: 'normal' });
  const store = new SqliteMessageStore(open.database, retention);
  store.append(sent.map((message) => toAppendRow(message, Buffer.concat(message.raw))));
  open.close();

  const bus = createEventBus();
  const events: AppEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const storage = await openStorage(
    { location, retention, durability: 'normal', threads: true },
    bus,
  );
  const page = await storage.list(allMessages);
  expect(page.messages.map((message) => [message.subject, message.state])).toEqual(
    ['n4', 'n3', 'n2', 'n1', 'n0'].map((subject) => [subject, 'ready']),
  );
  expect(events.map((event) => event.kind === 'message' && event.message.subject)).toEqual([
    'n0',
    'n1',
    'n2',
    'n3',
    'n4',
  ]);
  await storage.close();
});

test.each([true, false])(
  'a file damaged behind its first pages is refused in one sentence (threads: %s)',
  async (threads) => {
    const options = { location, retention, durability: 'normal', threads } as const;
    const storage = await openStorage(options, createEventBus());
    for (let number = 0; number < 300; number++) await storage.append(newMessage({}));
    await storage.list(allMessages);
    await storage.close();
    const octets = readFileSync(location);
    octets.fill(0xa5, 4096 * 10);
    writeFileSync(location, octets);
    await expect(openStorage(options, createEventBus())).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(location),
    });
    expect(readFileSync(location).equals(octets)).toBe(true);
  },
);
