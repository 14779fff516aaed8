/** One suite for every way the store can run: what it promises does not depend on it. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { searchLocation } from '../../db/search-file.ts';
import type { Filter, InboxMembers, MessageSummary, NewMessage } from '../../db/types.ts';
import { type AppEvent, createEventBus, type EventBus, wantsNoMessages } from '../events.ts';
import { type MessageSpec, newMessage } from '../testing/new-message.ts';
import { openStorage } from './open-storage.ts';
import type { Storage, StorageOptions } from './types.ts';

const kinds = [
  { name: 'a file, in threads', file: true, threads: true },
  { name: 'a file, in this thread', file: true, threads: false },
  { name: 'memory', file: false, threads: false },
];

/** In no order that anybody is promised. */
function sorted<Event extends { readonly inboxes: readonly InboxMembers[] }>(event: Event): Event {
  return { ...event, inboxes: event.inboxes.toSorted((a, b) => a.inbox.localeCompare(b.inbox)) };
}

const noRetention = { messagesMax: 0, ageMsMax: 0, bytesMax: 0 };

describe.each(kinds)('the store on $name', ({ file, threads }) => {
  let folder: string;
  let storage: Storage;
  let bus: EventBus;
  let events: AppEvent[];
  let errors: Error[];

  function options(changes: Partial<StorageOptions> = {}): StorageOptions {
    return {
      location: file ? join(folder, 'store', 'mail.db') : ':memory:',
      retention: noRetention,
      durability: 'normal',
      threads,
      onError: (error) => errors.push(error),
      ...changes,
    };
  }

  async function reopen(changes: Partial<StorageOptions> = {}): Promise<void> {
    await storage.close();
    storage = await openStorage(options(changes), bus);
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prixfixe-store-'));
    bus = createEventBus();
    events = [];
    errors = [];
    bus.subscribe((event) => events.push(event));
    storage = await openStorage(options(), bus);
  });

  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  async function append(spec: MessageSpec = {}): Promise<NewMessage> {
    const message = newMessage(spec);
    const outcome = await storage.append(message);
    expect(outcome).toMatchObject({ kind: 'stored', id: message.id });
    return message;
  }

  async function listed(filter: Filter | null = null): Promise<readonly MessageSummary[]> {
    const page = await storage.list({ filter, limit: 1000, beforeSeq: null, skip: 0 });
    expect(page.matched).toBe(page.messages.length);
    expect(page.matchedUnread).toBe(page.messages.filter((message) => !message.isRead).length);
    return page.messages;
  }

  const subjects = async (filter: Filter | null = null) =>
    (await listed(filter)).map((message) => message.subject);

  test('an empty store answers everything', async () => {
    expect(await listed()).toEqual([]);
    expect(await storage.get('latest')).toBeNull();
    expect(await storage.raw('nothing')).toBeNull();
    expect(await storage.detail('nothing')).toBeNull();
    expect(await storage.overview()).toEqual({
      total: 0,
      unread: 0,
      sizeBytes: 0,
      recipients: [],
      users: [],
      tags: [],
    });
    expect(await storage.remove({ kind: 'all' })).toMatchObject({ count: 0, ids: [] });
    expect(await storage.exportPage({ afterSeq: 0, limit: 10 })).toEqual([]);
  });

  test('what was sent is kept octet for octet', async () => {
    const octets = Uint8Array.from({ length: 3000 }, (_, index) => (index * 7) % 256);
    const message = await append({ raw: octets });
    const empty = await append({ raw: '' });
    expect(Buffer.from((await storage.raw(message.id)) ?? [])).toEqual(Buffer.from(octets));
    expect((await storage.raw(empty.id))?.byteLength).toBe(0);
    expect(await storage.get(empty.id)).toMatchObject({ sizeBytes: 0, state: 'ready' });
  });

  test('a list sees at once what was acknowledged, with what the reader found', async () => {
    await append({
      subject: 'Invoice',
      text: 'Please pay 12 euros.',
      headers: ['Message-ID: <a1@example.test>', 'Cc: Carol <carol@example.test>', 'X-Tags: bill'],
      authUser: 'app',
      tls: true,
    });
    const [message] = await listed();
    expect(message).toMatchObject({
      seq: 1,
      state: 'ready',
      isRead: false,
      reversePath: 'alice@example.test',
      forwardPaths: ['bob@example.test'],
      recipientCount: 1,
      from: { name: '', address: 'alice@example.test' },
      to: [{ name: '', address: 'bob@example.test' }],
      cc: [{ name: 'Carol', address: 'carol@example.test' }],
      subject: 'Invoice',
      messageId: 'a1@example.test',
      dateMs: Date.UTC(2026, 4, 5, 10),
      tags: ['bill'],
      tls: true,
      authUser: 'app',
    });
    expect(message?.snippet).toContain('12 euros');
  });

  test('rows of lists are short whatever a header says, and the detail has a bound', async () => {
    const many = Array.from(
      { length: 3_000 },
      (_, n) => `"${'n'.repeat(500)}" <u${n}@example.test>`,
    );
    const subject = `${'s'.repeat(998)} =?utf-8?q?=F0=9F=98=80?=${' needle'.repeat(10_000)}`;
    const sent = await append({
      raw: `From: "${'f'.repeat(5_000)}" <f@example.test>\r\nTo: ${many.join(',\r\n ')}\r\nMessage-ID: <${'m'.repeat(5_000)}@x.test>\r\nSubject: ${subject}\r\n\r\nx`,
    });
    const [row] = await listed();
    // A character of two units is not cut in half.
    expect(row?.subject).toBe(`${'s'.repeat(998)} `);
    expect(row?.to).toHaveLength(20);
    expect(JSON.stringify(row).length).toBeLessThan(20_000);
    expect(
      await listed({ kind: 'words', field: 'subject', phrase: 'needle needle', prefix: false }),
    ).toHaveLength(1);
    const address = { kind: 'address', field: 'to', address: 'u999@example.test' } as const;
    expect(await listed(address)).toHaveLength(1);
    const detail = await storage.detail(sent.id);
    expect(detail?.headerFields.map(({ name }) => name)).toEqual([
      'From',
      'To',
      'Message-ID',
      'Subject',
    ]);
    expect(JSON.stringify(detail).length).toBeLessThan(1.2 * 1024 * 1024);
  });

  test('everything recorded beside a message comes back, and the time of its commit', async () => {
    const sent = await append();
    const stored = await storage.get(sent.id);
    expect(stored).toMatchObject({
      envelope: sent.envelope,
      origin: sent.origin,
      dialogue: sent.dialogue,
      wire: sent.wire,
      timings: { envelopeMs: 2, dataMs: 3 },
    });
    expect(stored?.timings.commitMs).toBeGreaterThanOrEqual(0);
    expect((await storage.get('latest'))?.id).toBe(sent.id);
  });

  test('without timing it keeps no time of commits and tells of no readings', async () => {
    const took: number[] = [];
    const onRead = (tookMs: readonly number[]) => void took.push(...tookMs);
    await reopen({ timed: false, onRead });
    const untimed = await append();
    expect((await storage.get(untimed.id))?.timings.commitMs).toBeNull();
    expect(took).toEqual([]);
    await reopen({ timed: true, onRead });
    const timed = await append();
    expect((await storage.get(timed.id))?.timings.commitMs).toBeGreaterThanOrEqual(0);
    expect(took).toHaveLength(1);
  });

  test('detail and parts are read from the octets', async () => {
    const sent = await append({
      raw: [
        'From: a@example.test',
        'Subject: Parts',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'Your code is 481516.',
        '--b',
        'Content-Type: application/octet-stream; name=x.bin',
        'Content-Disposition: attachment; filename=x.bin',
        'Content-ID: <x@y>',
        'Content-Transfer-Encoding: base64',
        '',
        'AAEC',
        '--b--',
        '',
      ].join('\r\n'),
    });
    const detail = await storage.detail(sent.id);
    expect(detail).toMatchObject({
      text: 'Your code is 481516.',
      html: null,
      codes: [{ value: '481516' }],
    });
    expect(detail?.problems.map((problem) => problem.code)).toContain('missing-date');
    const serious = detail?.problems.filter((problem) => problem.severity !== 'info');
    expect(detail?.problemCount).toBe(serious?.length);
    expect(serious?.length).toBeGreaterThan(0);
    const [, attachment] = detail?.root.children ?? [];
    expect(attachment).toMatchObject({ role: 'attachment', fileName: 'x.bin' });
    for (const path of [attachment?.path ?? '', 'cid:x@y']) {
      const part = await storage.part(sent.id, path);
      expect(part?.mediaType).toBe('application/octet-stream');
      expect([...(part?.octets ?? [])]).toEqual([0, 1, 2]);
    }
    expect(await storage.wholeText(sent.id, 'text')).toEqual({ id: sent.id, text: detail?.text });
    expect(await storage.wholeText('latest', 'html')).toEqual({ id: sent.id, text: null });
    expect(await storage.wholeText('nothing', 'text')).toBeNull();
    expect(await storage.part(sent.id, '9.9')).toBeNull();
    expect(await storage.part('nothing', '1')).toBeNull();
  });

  test('events tell of every message, in order, each once', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => append({ subject: `n${n}` })));
    await listed();
    const seqs = events.flatMap((event) => (event.kind === 'message' ? [event.message.seq] : []));
    expect(seqs).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  test('while nobody wants to hear of each message, events only count them', async () => {
    const quiet = createEventBus();
    const heard: AppEvent[] = [];
    quiet.subscribe((event) => heard.push(event), wantsNoMessages);
    await storage.close();
    storage = await openStorage(options(), quiet);
    const sent = [await append(), await append({ raw: 'Subject: x\r\n\r\nlonger' })];
    expect(await listed()).toHaveLength(2);
    expect(heard.every(({ kind }) => kind === 'messages-untold')).toBe(true);
    const counts = heard.flatMap((event) =>
      event.kind === 'messages-untold' ? [event.received] : [],
    );
    expect({
      count: counts.reduce((sum, { count }) => sum + count, 0),
      bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
    }).toEqual({ count: 2, bytes: sent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
  });

  test('pages by key and by skipping show every message once, newest first', async () => {
    for (let n = 0; n < 25; n++) await append({ subject: `n${n}`, text: n % 2 ? 'odd' : 'even' });
    const filter: Filter = { kind: 'words', field: 'body', phrase: 'odd', prefix: false };
    const seen: number[] = [];
    let beforeSeq: number | null = null;
    do {
      const page = await storage.list({ filter, limit: 5, beforeSeq, skip: 0 });
      expect(page).toMatchObject({ matched: 12, matchedUnread: 12, total: 25, unread: 25 });
      seen.push(...page.messages.map((message) => message.seq));
      beforeSeq = page.nextBeforeSeq;
      // Mail that comes meanwhile moves nothing.
      expect(seen.length).toBeLessThanOrEqual(12);
    } while (beforeSeq !== null);
    expect(seen).toEqual([24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2]);
    const far = await storage.list({ filter: null, limit: 3, beforeSeq: 24, skip: 20 });
    expect(far.messages.map((message) => message.seq)).toEqual([3, 2, 1]);
    expect(far.nextBeforeSeq).toBeNull();
  });

  test('strings are literal: %, _, * and quotes mean themselves', async () => {
    await append({
      recipients: ['a_b@example.test'],
      subject: 'under_score',
      headers: ['X-Tags: 100%'],
    });
    await append({
      recipients: ['axb@example.test'],
      subject: 'underxscore',
      headers: ['X-Tags: 100x'],
    });
    const recipient = (address: string): Filter => ({
      kind: 'address',
      field: 'recipient',
      address,
    });
    expect(await subjects(recipient('A_B@example.TEST'))).toEqual(['under_score']);
    expect(await subjects(recipient('%@example.test'))).toEqual([]);
    expect(await subjects(recipient('a%'))).toEqual([]);
    expect(await subjects(recipient('@example.test'))).toHaveLength(2);
    expect(await subjects(recipient('@example.te'))).toEqual([]);
    expect(await subjects({ kind: 'tag', tag: '100%' })).toEqual(['under_score']);
    for (const phrase of ['"', '*', 'underx*', 'a" OR "b', "x'y", '(', 'NEAR(a b)', '\0']) {
      const found = await subjects({ kind: 'words', field: 'any', phrase, prefix: false });
      expect(found, phrase).toEqual([]);
    }
  });

  test('words: prefix, phrase, accents, addresses and scripts without spaces', async () => {
    await append({ subject: 'one', text: 'Your monthly invoice, café' });
    await append({ subject: 'two', text: 'invoice monthly your' });
    await append({
      raw: Buffer.from(
        'Subject: three\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n日本語のテキスト',
        'utf8',
      ),
    });
    const words = (phrase: string, prefix = false): Filter => ({
      kind: 'words',
      field: 'any',
      phrase,
      prefix,
    });
    expect(await subjects(words('monthly invoice'))).toEqual(['one']);
    expect(await subjects(words('INVOICE'))).toEqual(['two', 'one']);
    expect(await subjects(words('invo'))).toEqual([]);
    expect(await subjects(words('invo', true))).toEqual(['two', 'one']);
    expect(await subjects(words('本語'))).toEqual(['three']);
    expect(await subjects(words('語本'))).toEqual([]);
    expect(await subjects(words('bob@example.test'))).toHaveLength(3);
  });

  test('read state changes one, some and all, and is counted at once', async () => {
    const first = await append({ recipients: ['one@example.test'] });
    await append({ recipients: ['two@example.test'] });
    await append({ recipients: ['two@example.test'] });
    expect(await storage.markRead({ kind: 'ids', ids: [first.id, 'nothing'] }, true)).toEqual([
      first.id,
    ]);
    expect(await storage.markRead({ kind: 'ids', ids: [first.id] }, true)).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      kind: 'message-updated',
      changed: 'isRead',
      message: { id: first.id, isRead: true },
    });
    expect(await storage.overview()).toMatchObject({
      total: 3,
      unread: 2,
      recipients: [
        { name: 'two@example.test', count: 2, unread: 2 },
        { name: 'one@example.test', count: 1, unread: 0 },
      ],
    });
    expect(await listed({ kind: 'isRead', isRead: true })).toHaveLength(1);
    expect(await listed({ kind: 'isRead', isRead: false })).toHaveLength(2);
    const two: Filter = { kind: 'address', field: 'recipient', address: 'two@example.test' };
    expect(await storage.markRead({ kind: 'filter', filter: two }, true)).toHaveLength(2);
    expect((await storage.overview()).unread).toBe(0);
    expect(await storage.markRead({ kind: 'all' }, false)).toHaveLength(3);
    expect((await storage.overview()).recipients.map((inbox) => inbox.unread)).toEqual([2, 1]);
  });

  test('tags are replaced as a whole, each once, and counted', async () => {
    const message = await append({ headers: ['X-Tags: sent'] });
    const tagged = await storage.setTags(message.id, ['Red', ' red ', 'blue', '']);
    expect(tagged?.tags).toEqual(['Red', 'blue']);
    expect(await storage.setTags('nothing', ['x'])).toBeNull();
    expect((await storage.overview()).tags).toEqual([
      { name: 'blue', count: 1, unread: 1 },
      { name: 'Red', count: 1, unread: 1 },
    ]);
    expect(await listed({ kind: 'tag', tag: 'RED' })).toHaveLength(1);
    expect(await listed({ kind: 'tag', tag: 'sent' })).toHaveLength(0);
    expect(await listed({ kind: 'hasTag' })).toHaveLength(1);
    expect((await storage.setTags(message.id, []))?.tags).toEqual([]);
    expect((await storage.overview()).tags).toEqual([]);
  });

  test('a tag is renamed and deleted on every message, removed ones included', async () => {
    const first = await append({ headers: ['X-Tags: Red, Blue'] });
    const second = await append({ headers: ['X-Tags: red'] });
    const removal = await storage.remove({ kind: 'ids', ids: [second.id] });
    expect(await storage.renameTag('green', 'x')).toBe('unknown');
    expect(await storage.renameTag('Red', 'BLUE')).toBe('taken');
    expect(await storage.renameTag('', 'x')).toBe('unknown');
    expect(await storage.renameTag('RED', 'Rosso')).toBe('renamed');
    expect(events.at(-1)).toEqual({ kind: 'resync' });
    expect((await storage.get(first.id))?.tags).toEqual(['Rosso', 'Blue']);
    expect((await storage.overview()).tags).toEqual([
      { name: 'Blue', count: 1, unread: 1 },
      { name: 'Rosso', count: 1, unread: 1 },
    ]);
    await storage.undoRemoval(removal.id);
    expect(await listed({ kind: 'tag', tag: 'rosso' })).toHaveLength(2);
    expect((await storage.overview()).tags[0]).toEqual({ name: 'Rosso', count: 2, unread: 2 });
    expect(await storage.renameTag('rosso', 'ROSSO')).toBe('renamed');
    expect(await storage.deleteTag('rosso')).toBe(true);
    expect(await storage.deleteTag('rosso')).toBe(false);
    expect(await listed({ kind: 'hasTag' })).toEqual([expect.objectContaining({ id: first.id })]);
    expect((await storage.overview()).tags).toEqual([{ name: 'Blue', count: 1, unread: 1 }]);
  });

  test('a part inside the text is known of', async () => {
    await append({});
    const shown = await append({
      headers: ['Content-Type: multipart/mixed; boundary=b'],
      text: '--b\r\nContent-Type: image/png\r\nContent-Disposition: inline\r\n\r\nx\r\n--b--\r\n',
    });
    expect(await listed({ kind: 'hasInline' })).toEqual([
      expect.objectContaining({ id: shown.id }),
    ]);
  });

  test('a removal takes effect at once and can be undone', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await append({ subject: `n${n}`, authUser: 'app' })).id);
    await storage.markRead({ kind: 'ids', ids: ids.slice(0, 1) }, true);
    const before = await storage.overview();
    const removal = await storage.remove({ kind: 'ids', ids: ids.slice(0, 3) });
    expect(removal).toMatchObject({ count: 3, ids: ids.slice(0, 3) });
    expect(removal.undoUntilMs).toBeGreaterThan(Date.now());
    const told = events.at(-1);
    expect(told?.kind === 'messages-removed' ? sorted(told) : told).toEqual({
      kind: 'messages-removed',
      ids: ids.slice(0, 3),
      count: 3,
      isAll: false,
      reason: 'deleted',
      inboxes: ['address:bob@example.test', 'domain:example.test', 'user:app'].map((inbox) => ({
        inbox,
        ids: ids.slice(0, 3),
      })),
    });
    expect(await subjects()).toEqual(['n4', 'n3']);
    expect(await storage.get(ids[0] ?? '')).toBeNull();
    expect(await storage.raw(ids[0] ?? '')).toBeNull();
    expect(
      await subjects({ kind: 'words', field: 'subject', phrase: 'n1', prefix: false }),
    ).toEqual([]);
    expect(await storage.overview()).toMatchObject({
      total: 2,
      unread: 2,
      users: [{ name: 'app', count: 2, unread: 2 }],
    });
    expect(await storage.remove({ kind: 'ids', ids })).toMatchObject({ count: 2 });
    expect(await storage.undoRemoval(removal.id)).toEqual(ids.slice(0, 3));
    expect(events.at(-1)).toEqual({ kind: 'resync' });
    expect(await storage.undoRemoval(removal.id)).toEqual([]);
    expect(await storage.undoRemoval('nothing')).toEqual([]);
    expect(await subjects()).toEqual(['n2', 'n1', 'n0']);
    expect((await storage.overview()).unread).toBe(before.unread - 2);
  });

  test('all of a large store is removed and brought back', async () => {
    await Promise.all(Array.from({ length: 1200 }, (_, n) => append({ subject: `n${n}` })));
    // A busy machine may take longer than a query waits.
    const pending = async () => (await storage.status()).pendingCount;
    await expect.poll(pending, { timeout: 25_000 }).toBe(0);
    const before = await storage.overview();
    const removal = await storage.remove({ kind: 'all' });
    expect(removal).toMatchObject({ count: 1200, ids: null });
    expect(await storage.overview()).toMatchObject({
      total: 0,
      unread: 0,
      sizeBytes: 0,
      recipients: [],
    });
    expect(await storage.undoRemoval(removal.id)).toBeNull();
    expect(await storage.overview()).toEqual(before);
  });

  test('export gives every message with its octets, oldest first', async () => {
    for (let n = 0; n < 7; n++) await append({ subject: `n${n}` });
    const seen: string[] = [];
    let afterSeq = 0;
    for (;;) {
      const page = await storage.exportPage({ afterSeq, limit: 3 });
      if (page.length === 0) break;
      for (const { message, raw } of page) {
        expect(raw.byteLength).toBe(message.sizeBytes);
        seen.push(message.subject);
        afterSeq = message.seq;
      }
    }
    expect(seen).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  });

  test('retention by count: never over, oldest first, told and counted', async () => {
    await reopen({ retention: { ...noRetention, messagesMax: 20 } });
    events.length = 0;
    for (let n = 0; n < 50; n++) {
      await append({ subject: `n${n}` });
      expect((await storage.overview()).total).toBeLessThanOrEqual(20);
    }
    expect((await subjects()).at(-1)).toBe('n30');
    const { prunedCount, lastPrunedAtMs } = await storage.status();
    expect(prunedCount).toBe(30);
    expect(lastPrunedAtMs).not.toBeNull();
    const told = events.flatMap((event) =>
      event.kind === 'messages-removed' && event.reason === 'retention' ? (event.ids ?? []) : [],
    );
    expect(new Set(told).size).toBe(30);
    expect((await storage.overview()).recipients).toEqual([
      { name: 'bob@example.test', count: 20, unread: 20 },
    ]);
  });

  test('retention by bytes: within one per cent, and one larger message is still kept', async () => {
    await reopen({ retention: { ...noRetention, bytesMax: 100_000 } });
    await Promise.all(Array.from({ length: 60 }, () => append({ raw: 'x'.repeat(5_000) })));
    expect((await storage.overview()).sizeBytes).toBeLessThanOrEqual(101_000);
    const large = await append({ raw: 'y'.repeat(200_000) });
    expect((await listed()).map((message) => message.id)).toEqual([large.id]);
  });

  test('what people removed goes before what they kept', async () => {
    await reopen({ retention: { ...noRetention, messagesMax: 4 } });
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await append({ subject: `n${n}` })).id);
    const removal = await storage.remove({ kind: 'ids', ids: ids.slice(2, 3) });
    await append({ subject: 'n4' });
    expect(await subjects()).toEqual(['n4', 'n3', 'n1', 'n0']);
    expect(await storage.undoRemoval(removal.id)).toEqual([]);
  });

  test('retention by age goes on without new mail', async () => {
    await reopen({ retention: { ...noRetention, ageMsMax: 60_000 } });
    await append({ subject: 'old', receivedAtMs: Date.now() - 61_000 });
    await append({ subject: 'new' });
    await expect.poll(() => subjects()).toEqual(['new']);
  });

  test('more octets than may wait are refused as congested, and all others are stored', async () => {
    await reopen({ queuedBytesMax: 64 * 1024 * 1024 });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        storage.append(newMessage({ raw: Buffer.alloc(9_000_000) })),
      ),
    );
    const kept = outcomes.filter((outcome) => outcome.kind === 'stored');
    expect(kept.length).toBeGreaterThanOrEqual(7);
    expect(outcomes).toContainEqual({ kind: 'notStored', refusal: 'congested' });
    expect(await listed()).toHaveLength(kept.length);
  });

  test('closing commits what was queued and refuses what comes later', async () => {
    const outcomes = Array.from({ length: 50 }, () => storage.append(newMessage()));
    await storage.close();
    for (const outcome of await Promise.all(outcomes)) expect(outcome.kind).toBe('stored');
    expect(await storage.append(newMessage())).toMatchObject({ refusal: 'storageFailed' });
    if (file) {
      storage = await openStorage(options(), bus);
      expect(await listed()).toHaveLength(50);
    }
  });

  test.runIf(file)(
    'reopening keeps messages and numbers, and ends what could be undone',
    async () => {
      const kept = await append({ subject: 'kept' });
      const gone = await append({ subject: 'gone' });
      const removal = await storage.remove({ kind: 'ids', ids: [gone.id] });
      await storage.setTags(kept.id, ['t']);
      await reopen();
      expect(await subjects()).toEqual(['kept']);
      expect(await storage.undoRemoval(removal.id)).toEqual([]);
      await append({ subject: 'next' });
      expect((await listed()).map((message) => message.seq)).toEqual([3, 1]);
      expect(await storage.status()).toMatchObject({ pendingCount: 0, prunedCount: 0 });
      expect((await storage.status()).fileBytes).toBeGreaterThan(0);
    },
  );

  test.runIf(file && process.platform !== 'win32')('file and folder are private', async () => {
    await append();
    const mode = (path: string) => statSync(path).mode & 0o777;
    const { location } = options();
    expect(mode(join(folder, 'store'))).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm', '.lock']) expect(mode(location + suffix)).toBe(0o600);
  });

  test.runIf(file)('once it is closed, everything is in the files and no log is left', async () => {
    await append({ subject: 'kept' });
    expect(await listed()).toHaveLength(1);
    await storage.close();
    const location = options().location;
    for (const path of [location, searchLocation(location)]) {
      expect([existsSync(path), existsSync(`${path}-wal`)]).toEqual([true, false]);
    }
  });

  test.runIf(file)('a second start on the same file is refused and names the process', async () => {
    await append();
    const second = openStorage(options(), createEventBus());
    await expect(second).rejects.toMatchObject({
      name: 'StoreError',
      code: 'heldByProcess',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(await listed()).toHaveLength(1);
  });
});
