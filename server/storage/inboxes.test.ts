/** Inboxes of a whole store, for every way it can run; what counts must be is `db/inboxes.test.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inbox, InboxQuery } from '../../db/inbox-types.ts';
import { SqliteMessageStore } from '../../db/message-store.ts';
import { openForWriting } from '../../db/open.ts';
import { toAppendRow } from '../../db/rows.ts';
import type { Filter } from '../../db/types.ts';
import { type AppEvent, createEventBus, type EventBus } from '../events.ts';
import { type MessageSpec, newMessage } from '../testing/new-message.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './types.ts';

const kinds = [
  { name: 'a file, in threads', file: true, threads: true },
  { name: 'a file, in this thread', file: true, threads: false },
  { name: 'memory', file: false, threads: false },
];

const noRetention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };
const noLimits = { messagesMax: 0, ageMsMax: 0 };
const everything: InboxQuery = { kinds: [], text: '', order: 'name', limit: 500, after: null };
const order: Filter = { kind: 'words', field: 'subject', phrase: 'order', prefix: true };

describe.each(kinds)('inboxes of $name', ({ file, threads }) => {
  let folder: string;
  let bus: EventBus;
  let events: AppEvent[];
  let errors: Error[];
  let storage: Storage;

  const open = () =>
    openStorage(
      {
        location: file ? join(folder, 'mail.db') : ':memory:',
        retention: noRetention,
        durability: 'normal',
        threads,
        onError: (error) => errors.push(error),
      },
      bus,
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prixfixe-inboxes-'));
    bus = createEventBus();
    events = [];
    errors = [];
    bus.subscribe((event) => events.push(event));
    storage = await open();
  });

  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  async function append(spec: MessageSpec = {}): Promise<string> {
    const message = newMessage(spec);
    expect(await storage.append(message)).toMatchObject({ kind: 'stored' });
    return message.id;
  }

  async function create(name: string, filter: Filter, retention = noLimits): Promise<string> {
    const made = await storage.createInbox({ name, query: name, filter, retention });
    if (made.kind !== 'saved') throw new Error(made.refusal);
    return made.id;
  }

  const filled = (id: string) =>
    expect.poll(async () => (await storage.getInbox(id))?.filledShare).toBe(1);

  async function subjects(inbox: string): Promise<readonly string[]> {
    const filter: Filter = { kind: 'inbox', inbox };
    const page = await storage.list({ filter, limit: 1000, beforeSeq: null, skip: 0 });
    expect(page.matched).toBe(page.messages.length);
    return page.messages.map(({ subject }) => subject);
  }

  const brief = ({ id, name, count, unread }: Inbox) => ({ id, name, count, unread });

  test('every address, domain and user is one, without set-up', async () => {
    await append({ recipients: ['Ann@Shop.test', 'bob@shop.test'], authUser: 'Web' });
    await append({ recipients: ['ann@shop.test'], authUser: 'web' });
    const { inboxes, matched } = await storage.listInboxes(everything);
    expect(matched).toBe(4);
    expect(inboxes.map(brief)).toEqual([
      { id: 'address:ann@shop.test', name: 'ann@shop.test', count: 2, unread: 2 },
      { id: 'address:bob@shop.test', name: 'bob@shop.test', count: 1, unread: 1 },
      { id: 'domain:shop.test', name: 'shop.test', count: 2, unread: 2 },
      { id: 'user:web', name: 'Web', count: 2, unread: 2 },
    ]);
    expect(await storage.getInbox('address:nobody@shop.test')).toMatchObject({
      kind: 'address',
      name: 'nobody@shop.test',
      count: 0,
      unread: 0,
    });
    expect(await storage.getInbox('nothing')).toBeNull();
  });

  test('a named one takes what was there, and what comes, at once', async () => {
    await append({ subject: 'Order 1' });
    await append({ subject: 'Invoice' });
    const id = await create('Orders', order);
    expect(events.map(({ kind }) => kind)).toContain('inboxes-changed');
    await filled(id);
    expect(await subjects(id)).toEqual(['Order 1']);
    await append({ subject: 'Orders 2 and 3' });
    expect(await subjects('orders')).toEqual(['Orders 2 and 3', 'Order 1']);
    expect(events.findLast(({ kind }) => kind === 'message')).toMatchObject({
      inboxes: expect.arrayContaining([id, 'address:bob@example.test', 'domain:example.test']),
    });
    const removal = await storage.remove({ kind: 'filter', filter: { kind: 'inbox', inbox: id } });
    expect(removal.count).toBe(2);
    expect(await storage.getInbox(id)).toMatchObject({ count: 0, unread: 0 });
    await storage.undoRemoval(removal.id);
    expect(await storage.getInbox(id)).toMatchObject({ count: 2, unread: 2 });
    expect(await storage.deleteInbox(id)).toBe(true);
    expect(await storage.getInbox(id)).toBeNull();
    expect((await storage.overview()).total).toBe(3);
  });

  test('a changed search starts over; a changed name does not', async () => {
    await append({ subject: 'Order 1' });
    await append({ subject: 'Invoice' });
    const id = await create('Orders', order);
    await filled(id);
    expect(await storage.changeInbox(id, { name: 'Bills' })).toEqual({ kind: 'saved', id });
    expect(await subjects(id)).toEqual(['Order 1']);
    const invoice: Filter = { ...order, phrase: 'invoice' };
    await storage.changeInbox(id, { search: { query: 'subject:invoice', filter: invoice } });
    await filled(id);
    expect(await subjects(id)).toEqual(['Invoice']);
    expect(await storage.getInbox(id)).toMatchObject({ name: 'Bills', query: 'subject:invoice' });
  });

  test('tags put a message in and take it out', async () => {
    const id = await create('Red', { kind: 'tag', tag: 'red' });
    const message = await append({ subject: 'x' });
    await storage.setTags(message, ['Red']);
    expect(await subjects(id)).toEqual(['x']);
    expect(events.findLast(({ kind }) => kind === 'message-updated')).toMatchObject({
      inboxes: expect.arrayContaining([id]),
    });
    await storage.renameTag('red', 'blue');
    expect(await subjects(id)).toEqual([]);
  });

  test('its retention takes its oldest from the store, also where other inboxes have them', async () => {
    const id = await create('Orders', order, { messagesMax: 2, ageMsMax: 0 });
    const first = await append({ subject: 'Order 1' });
    await append({ subject: 'Invoice' });
    await append({ subject: 'Order 2' });
    await append({ subject: 'Order 3' });
    expect(await subjects(id)).toEqual(['Order 3', 'Order 2']);
    expect(await storage.getInbox('address:bob@example.test')).toMatchObject({ count: 3 });
    expect(await storage.get(first)).toBeNull();
    const removed = events.findLast(({ kind }) => kind === 'messages-removed');
    expect(removed).toMatchObject({ ids: [first], reason: 'inbox-retention' });
    expect(removed).toMatchObject({
      inboxes: expect.arrayContaining([{ inbox: id, ids: [first] }]),
    });
    // That is what was asked for, not something that people must be told of.
    expect((await storage.status()).prunedCount).toBe(0);
  });

  test('a limit of its own for an address, by age, and one that is new to a full inbox', async () => {
    const old = Date.now() - 61_000;
    await append({ subject: 'old', receivedAtMs: old });
    await append({ subject: 'old too', receivedAtMs: old, recipients: ['eve@example.test'] });
    await append({ subject: 'new' });
    const retention = { messagesMax: 0, ageMsMax: 60_000 };
    await storage.changeInbox('address:BOB@example.test', { retention });
    await expect
      .poll(async () => (await storage.getInbox('address:bob@example.test'))?.count)
      .toBe(1);
    expect((await storage.overview()).total).toBe(2);
    for (let n = 0; n < 200; n++) await append({ recipients: ['eve@example.test'] });
    await storage.changeInbox('domain:example.test', {
      retention: { messagesMax: 5, ageMsMax: 0 },
    });
    await expect.poll(async () => (await storage.overview()).total).toBe(5);
  });

  test.runIf(file)(
    'a start goes on filling where the last one stopped, and files into inboxes',
    async () => {
      await storage.close();
      const raw = openForWriting({ location: join(folder, 'mail.db'), durability: 'normal' });
      const store = new SqliteMessageStore(raw.database, noRetention);
      const sent = (subject: string) => {
        const message = newMessage({ subject });
        return toAppendRow(message, Buffer.concat(message.raw));
      };
      store.append([sent('Order 1'), sent('Invoice 2'), sent('Order 3')]);
      raw.close();
      storage = await open();
      await expect.poll(async () => (await storage.status()).pendingCount).toBe(0);
      await storage.close();

      // Killed after it was made, before it was filled; and with mail that is committed and not read.
      const again = openForWriting({ location: join(folder, 'mail.db'), durability: 'normal' });
      const killed = new SqliteMessageStore(again.database, noRetention);
      const made = killed.createInbox(
        { name: 'Orders', query: 'subject:order', filter: order, retention: noLimits },
        0,
      );
      killed.append([sent('Order 4'), sent('Invoice 5')]);
      again.close();
      storage = await open();
      const id = made.kind === 'saved' ? made.id : '';
      await filled(id);
      expect(await subjects(id)).toEqual(['Order 4', 'Order 3', 'Order 1']);
      expect(await storage.getInbox(id)).toMatchObject({ count: 3, unread: 3 });
      expect(await storage.getInbox('domain:example.test')).toMatchObject({ count: 5, unread: 5 });
    },
  );

  test('many messages are looked through while mail comes in', async () => {
    await Promise.all(
      Array.from({ length: 5_200 }, (_, n) => append({ subject: n % 2 ? 'Order' : 'Invoice' })),
    );
    await storage.overview();
    const id = await create('Orders', order);
    const during = await Promise.all(
      Array.from({ length: 50 }, () => append({ subject: 'Order during' })),
    );
    await filled(id);
    await expect
      .poll(async () => (await storage.status()).pendingCount, { timeout: 60_000 })
      .toBe(0);
    expect(await storage.getInbox(id)).toMatchObject({ count: 2_600 + during.length });
  });
});
