/** Sessions and metrics history, for every way the store can run. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coarseKeptS, coarseStepS, fineKeptS } from '../../db/history-store.ts';
import type { HistoryRow } from '../../db/history-types.ts';
import type { SessionFilter, SessionRecord } from '../../db/session-types.ts';
import { createEventBus } from '../events.ts';
import { historyRow } from '../testing/history-row.ts';
import { newMessage } from '../testing/new-message.ts';
import { sessionRecord } from '../testing/session-record.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './types.ts';

const kinds = [
  { name: 'a file, in threads', file: true, threads: true },
  { name: 'a file, in this thread', file: true, threads: false },
  { name: 'memory', file: false, threads: false },
];

const anything: SessionFilter = {
  outcome: null,
  error: null,
  reply: null,
  peer: null,
  user: null,
  text: null,
};

describe.each(kinds)('the store on $name', ({ file, threads }) => {
  let folder: string;
  let storage: Storage;
  let errors: Error[];

  const open = () =>
    openStorage(
      {
        location: file ? join(folder, 'mail.db') : ':memory:',
        retention: { messagesMax: 0, ageMsMax: 0, bytesMax: 0 },
        durability: 'normal',
        threads,
        onError: (error) => errors.push(error),
      },
      createEventBus(),
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prixfixe-sessions-'));
    errors = [];
    storage = await open();
  });
  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  const save = (sessions: readonly SessionRecord[]) =>
    storage.saveSessions(sessions.map((session) => storage.packSession(session)));
  const list = (
    filter: Partial<SessionFilter> = {},
    limit = 100,
    beforeSeq: number | null = null,
  ) => storage.listSessions({ filter: { ...anything, ...filter }, limit, beforeSeq });
  const ids = async (filter: Partial<SessionFilter> = {}) =>
    (await list(filter)).sessions.map(({ id }) => id);

  describe('sessions', () => {
    test('an empty store answers everything', async () => {
      expect(await list()).toEqual({ sessions: [], nextBeforeSeq: null, byOutcome: {} });
      expect(await storage.getSession('run-1')).toBeNull();
      expect(await storage.clearSessions()).toBe(0);
      await storage.saveSessions([]);
    });

    test('come back as they were saved', async () => {
      const plain = sessionRecord(1);
      const full = sessionRecord(2, {
        listener: 'smtps',
        peerAddress: '2001:db8::1',
        outcome: 'delivered',
        tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: true },
        authUser: 'älice, "the" \\ user',
        messageIds: ['a1', 'b2'],
        messageCount: 30,
        errors: ['parse_error', 'timeout'],
        lastReply: null,
        lines: [{ atMs: 0.001, from: 'client', text: 'quote " tab \t line \n back \\ ’' }],
        linesDropped: 7,
        replies: [],
        replyKinds: ['CONNECT 220', 'RCPT 550'],
        tlsFailure: 'because',
      });
      for (const session of [plain, full]) {
        expect(storage.unpackSession(storage.packSession(session))).toEqual(session);
      }
      await save([plain, full]);
      expect(await storage.getSession('run-1')).toEqual(plain);
      expect(await storage.getSession('run-2')).toEqual(full);
      const { lines: _, linesDropped: __, replies: ___, replyKinds: ____, ...rest } = full;
      const { tlsFailure: _____, ...summary } = rest;
      expect((await list()).sessions[0]).toEqual(summary);
    });

    test('saved twice they are there once, as they were', async () => {
      await save([sessionRecord(1)]);
      await save([sessionRecord(1, { ehloName: 'other' }), sessionRecord(2)]);
      expect(await ids()).toEqual(['run-2', 'run-1']);
      expect(await storage.getSession('run-1')).toEqual(sessionRecord(1));
    });

    test('are listed page by page, the last to end first', async () => {
      await save([1, 2, 3, 4, 5].map((number) => sessionRecord(number)));
      const first = await list({}, 2);
      expect(first.sessions.map(({ id }) => id)).toEqual(['run-5', 'run-4']);
      await save([sessionRecord(6)]);
      const second = await list({}, 2, first.nextBeforeSeq);
      expect(second.sessions.map(({ id }) => id)).toEqual(['run-3', 'run-2']);
      const third = await list({}, 2, second.nextBeforeSeq);
      expect(third).toMatchObject({ sessions: [{ id: 'run-1' }], nextBeforeSeq: null });
      // None asked for: the next page starts at the top.
      const none = await list({}, 0);
      expect(none.sessions).toEqual([]);
      const top = await list({}, 1, none.nextBeforeSeq);
      expect(top.sessions.map(({ id }) => id)).toEqual(['run-6']);
    });

    test('a reply that was sent, and not a code that somebody mentioned', async () => {
      await save([
        sessionRecord(1, { replyKinds: ['CONNECT 220', 'RCPT 550', 'MAIL 250'] }),
        sessionRecord(2, {
          ehloName: '550.example.test',
          replyKinds: ['CONNECT 220', 'MAIL 250', 'RCPT 250'],
          lines: [{ atMs: 1, from: 'server', text: '250 2.1.5 not 550, RCPT 550 or 5500' }],
        }),
        sessionRecord(3, { replyKinds: ['DATA 550'], errors: ['storage'] }),
      ]);
      const kinds = [
        [{ verb: null, code: 550 }, ['run-3', 'run-1']],
        [{ verb: 'RCPT', code: 550 }, ['run-1']],
        [{ verb: 'CPT', code: 550 }, []],
        [{ verb: 'RCPT', code: 250 }, ['run-2']],
        [{ verb: null, code: 220 }, ['run-2', 'run-1']],
        [{ verb: null, code: 55 }, []],
      ] as const;
      for (const [reply, expected] of kinds) {
        expect(await ids({ reply }), JSON.stringify(reply)).toEqual(expected);
      }
      const both = { reply: { verb: null, code: 550 }, error: 'storage' };
      expect(await ids(both)).toEqual(['run-3']);
      expect((await list({ ...both, outcome: 'refused' })).byOutcome).toEqual({ nothing: 1 });
      expect(await storage.clearSessions()).toBe(3);
      await save([sessionRecord(4, { replyKinds: ['RCPT 550'] })]);
      expect(await ids({ reply: { verb: null, code: 550 } })).toEqual(['run-4']);
    });

    test('every filter alone, and together; counts leave the outcome out', async () => {
      await save([
        sessionRecord(1, { outcome: 'timeout', errors: ['timeout'] }),
        sessionRecord(2, { outcome: 'timeout', errors: ['data_timeout', 'aborted'] }),
        sessionRecord(3, { outcome: 'delivered', authUser: 'Alice', peerAddress: '10.0.0.7' }),
        sessionRecord(4, { ehloName: '100%_sure', errors: ['aborted'] }),
        sessionRecord(5, { tlsFailure: 'no cipher in common', outcome: 'tls-failed' }),
        sessionRecord(6, {
          lines: [{ atMs: 0, from: 'client', text: 'MAIL FROM:<"a b"@c.test>' }],
        }),
      ]);
      const cases: [Partial<SessionFilter>, string[]][] = [
        [{ outcome: 'timeout' }, ['run-2', 'run-1']],
        [{ error: 'timeout' }, ['run-1']],
        [{ error: 'aborted' }, ['run-4', 'run-2']],
        [{ peer: '10.0.0.7' }, ['run-3']],
        [{ peer: '10.0.0' }, []],
        [{ user: 'alice' }, ['run-3']],
        [{ text: 'ALICE' }, ['run-3']],
        [{ text: '%' }, ['run-4']],
        [{ text: '0%_s' }, ['run-4']],
        [{ text: '0%xs' }, []],
        [{ text: '\\' }, []],
        [{ text: 'cipher in' }, ['run-5']],
        [{ text: '<"a b"@' }, ['run-6']],
        [{ text: 'run-3' }, ['run-3']],
        [{ text: '220 MX', outcome: 'timeout', error: 'aborted' }, ['run-2']],
        [{ text: '220 mx', user: 'alice', peer: '127.0.0.1' }, []],
      ];
      for (const [filter, expected] of cases) {
        expect(await ids(filter), JSON.stringify(filter)).toEqual(expected);
      }
      expect((await list({ outcome: 'timeout' })).byOutcome).toEqual({
        timeout: 2,
        delivered: 1,
        nothing: 2,
        'tls-failed': 1,
      });
      expect((await list({ error: 'aborted', outcome: 'refused' })).byOutcome).toEqual({
        timeout: 1,
        nothing: 1,
      });
    });

    test('clearing takes them all and nothing else', async () => {
      const message = newMessage();
      await storage.append(message);
      await save([sessionRecord(1), sessionRecord(2)]);
      expect(await storage.clearSessions()).toBe(2);
      expect(await ids()).toEqual([]);
      expect(await storage.getSession('run-1')).toBeNull();
      expect(await storage.get(message.id)).not.toBeNull();
      await save([sessionRecord(1)]);
      expect(await ids()).toEqual(['run-1']);
    });
  });

  describe('history', () => {
    const dayS = 86_400;
    /** A multiple of every step. */
    const base = 20_000 * dayS;

    test('an empty store has none', async () => {
      expect(await storage.history({ fromS: 0, toS: base, stepS: 10 })).toEqual([]);
      expect(await storage.history({ fromS: 0, toS: base, stepS: 300 })).toEqual([]);
    });

    test('fine rows come back as they were saved, gaps are left out', async () => {
      const rows = [0, 10, 40].map((after) => historyRow(base + after, { throughput: after }));
      await storage.saveHistory(rows.slice(0, 2));
      await storage.saveHistory(rows.slice(2));
      expect(await storage.history({ fromS: base, toS: base + 40, stepS: 10 })).toEqual(
        rows.slice(0, 2).map((row) => ({ ...row, knownS: 10 })),
      );
      expect(
        (await storage.history({ fromS: base + 10, toS: base + 100, stepS: 10 })).map(
          ({ at }) => at,
        ),
      ).toEqual([base + 10, base + 40]);
    });

    test('rows of earlier versions, which knew no faults, had none', async () => {
      const { faults: _none, ...earlier } = historyRow(base, { throughput: 3 });
      await storage.saveHistory([earlier as HistoryRow]);
      await storage.saveHistory([historyRow(base + 10, { faults: { reply: 2 } })]);
      const stepS = 20;
      const [point] = await storage.history({ fromS: base, toS: base + 20, stepS });
      expect(point).toMatchObject({ throughput: 1.5, faults: { reply: 2 } });
    });

    test('a longer step joins them', async () => {
      await storage.saveHistory([
        historyRow(base, { throughput: 1, acceptP99: 5, errors: { timeout: 2 }, active: 3 }),
        historyRow(base + 10, {
          throughput: 3,
          acceptP99: null,
          errors: { timeout: 1 },
          active: 1,
        }),
        historyRow(base + 30, { throughput: 9 }),
      ]);
      const [first, second] = await storage.history({ fromS: base, toS: base + 60, stepS: 30 });
      expect(first).toMatchObject({
        at: base,
        knownS: 20,
        throughput: 2,
        acceptP99: 5,
        errors: { timeout: 3 },
        active: 3,
      });
      expect(second).toMatchObject({ at: base + 30, knownS: 10, throughput: 9 });
    });

    test('five minutes are made of ten seconds, and the newest are there before they are over', async () => {
      for (let after = 0; after < 900; after += 10) {
        await storage.saveHistory([historyRow(base + after, { throughput: after < 300 ? 2 : 4 })]);
      }
      const week = { fromS: base - 6 * dayS, toS: base + dayS, stepS: coarseStepS };
      expect(await storage.history(week)).toMatchObject([
        { at: base, knownS: 300, throughput: 2 },
        { at: base + 300, knownS: 300, throughput: 4 },
        { at: base + 600, knownS: 300, throughput: 4 },
      ]);
    });

    test('fine rows are kept for a day, coarse ones for a week', async () => {
      await storage.saveHistory([historyRow(base, { throughput: 7 })]);
      await storage.saveHistory([historyRow(base + 300)]);
      const fine = { fromS: base, toS: base + 300, stepS: 10 };
      const coarse = { fromS: base, toS: base + 300, stepS: coarseStepS };
      await storage.saveHistory([historyRow(base + fineKeptS)]);
      expect(await storage.history(fine)).toHaveLength(1);
      await storage.saveHistory([historyRow(base + fineKeptS + 10)]);
      expect(await storage.history(fine)).toEqual([]);
      expect(await storage.history(coarse)).toMatchObject([{ throughput: 7, knownS: 10 }]);
      await storage.saveHistory([historyRow(base + coarseKeptS + 10)]);
      expect(await storage.history(coarse)).toEqual([]);
    });

    test('what two runs had in the same ten seconds is added up', async () => {
      await storage.saveHistory([historyRow(base, { throughput: 2, acceptMax: 9, tlsOk: 1 })]);
      await storage.saveHistory([historyRow(base, { throughput: 0.5, acceptMax: 4, tlsOk: 2 })]);
      expect(await storage.history({ fromS: base, toS: base + 10, stepS: 10 })).toEqual([
        { ...historyRow(base, { throughput: 2.5, acceptMax: 9, tlsOk: 3 }), knownS: 10 },
      ]);
    });

    test.runIf(file)('both survive a restart, which may fall into the five minutes', async () => {
      await save([sessionRecord(1)]);
      await storage.saveHistory([historyRow(base + 10, { throughput: 2 })]);
      await storage.close();
      storage = await open();
      expect(await ids()).toEqual(['run-1']);
      await storage.saveHistory([historyRow(base + 250, { throughput: 6 })]);
      await storage.saveHistory([historyRow(base + 300)]);
      expect(
        await storage.history({ fromS: base, toS: base + 300, stepS: coarseStepS }),
      ).toMatchObject([{ at: base, knownS: 20, throughput: 4 }]);
    });
  });
});
