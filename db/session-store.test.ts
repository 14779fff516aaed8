import { expect, test } from 'vitest';
import { openForWriting } from './open.ts';
import { SessionQueries } from './session-query.ts';
import { joinPacked, packSession, type SessionValues, splitPacked } from './session-rows.ts';
import { SessionStore, sessionRetention } from './session-store.ts';
import type { SessionRecord } from './session-types.ts';

const anything = { outcome: null, error: null, reply: null, peer: null, user: null, text: null };

function row(number: number, characters = 10): SessionValues {
  const record: SessionRecord = {
    id: `s${number}`,
    listener: 'smtp',
    peerAddress: '127.0.0.1',
    peerPort: 1,
    startedAtMs: number,
    endedAtMs: number,
    durationMs: 0,
    outcome: 'nothing',
    ehloName: '',
    tls: null,
    authUser: null,
    messageIds: [],
    messageCount: 0,
    bytesReceived: 0,
    errors: [],
    lastReply: null,
    lines: [{ atMs: 0, from: 'client', text: 'x'.repeat(characters) }],
    linesDropped: 0,
    replies: [],
    replyKinds: [],
    tlsFailure: null,
  };
  const [values] = splitPacked(joinPacked([packSession(record)]));
  if (values === undefined) throw new Error('nothing was packed');
  return values;
}

function open(retention: { sessionsMax: number; bytesMax: number }) {
  const { database, close } = openForWriting({ location: ':memory:', durability: 'normal' });
  const queries = new SessionQueries(database);
  return {
    database,
    store: new SessionStore(database, retention),
    reopen: () => new SessionStore(database, retention),
    ids: () =>
      queries.list({ filter: anything, limit: 100, beforeSeq: null }).sessions.map(({ id }) => id),
    transcripts: () =>
      Number(database.prepare('SELECT count(*) FROM session_transcript').pluck().get()),
    [Symbol.dispose]: close,
  };
}

test('the oldest go when there are too many, with their transcripts', () => {
  using opened = open({ sessionsMax: 3, bytesMax: 1e9 });
  opened.store.save([row(1), row(2)]);
  opened.store.save([row(3), row(4), row(5)]);
  expect(opened.ids()).toEqual(['s5', 's4', 's3']);
  opened.store.save([6, 7, 8, 9, 10].map((number) => row(number)));
  expect(opened.ids()).toEqual(['s10', 's9', 's8']);
  expect(opened.transcripts()).toBe(3);
});

test('the oldest go when they take too much room, but never the newest', () => {
  using opened = open({ sessionsMax: 100, bytesMax: 5_000 });
  opened.store.save([row(1, 2_000), row(2, 2_000)]);
  opened.store.save([row(3, 2_000)]);
  expect(opened.ids()).toEqual(['s3', 's2']);
  opened.store.save([row(4, 20_000)]);
  expect(opened.ids()).toEqual(['s4']);
  opened.store.save([row(5)]);
  expect(opened.ids()).toEqual(['s5']);
  expect(opened.transcripts()).toBe(1);
});

test('what is there already counts after a restart', () => {
  using opened = open({ sessionsMax: 2, bytesMax: 1e9 });
  opened.store.save([row(1), row(2)]);
  opened.reopen().save([row(3)]);
  expect(opened.ids()).toEqual(['s3', 's2']);
});

test('a batch that fails leaves everything as it was', () => {
  using opened = open({ sessionsMax: 2, bytesMax: 1e9 });
  opened.store.save([row(1), row(2)]);
  const broken = { ...row(4), transcript: [null, 0, '[]', null] };
  expect(() => opened.store.save([row(3), broken])).toThrow(/NOT NULL|bound/);
  expect(opened.ids()).toEqual(['s2', 's1']);
  opened.store.save([row(5)]);
  expect(opened.ids()).toEqual(['s5', 's2']);
});

test('signatures are kept once, and not for ever', () => {
  using opened = open({ sessionsMax: 3, bytesMax: 1e9 });
  const signatures = () =>
    Number(opened.database.prepare('SELECT count(*) FROM session_signature').pluck().get());
  const told = (number: number, reply: string): SessionValues => ({
    ...row(number),
    signature: { errors: '', replies: `,${reply},` },
  });
  opened.store.save([told(1, 'MAIL 250'), told(2, 'MAIL 250')]);
  const store = opened.reopen();
  store.save([told(3, 'MAIL 250')]);
  expect(signatures()).toBe(1);
  for (let number = 4; number < 5_000; number += 100) {
    const batch = Array.from({ length: 100 }, (_, i) => told(number + i, `X ${number + i}`));
    store.save(batch);
  }
  expect(signatures()).toBeLessThan(1_100);
  expect(opened.ids()).toHaveLength(3);
});

test('a signature of a batch that failed is made anew', () => {
  using opened = open({ sessionsMax: 9, bytesMax: 1e9 });
  const signature = { errors: ',timeout,', replies: '' };
  const broken = { ...row(1), signature, transcript: [null, 0, '[]', null] };
  expect(() => opened.store.save([broken])).toThrow();
  opened.store.save([{ ...row(2), signature }]);
  expect(opened.ids()).toEqual(['s2']);
});

test('unless told otherwise the newest 10,000 are kept', () => {
  using opened = open(sessionRetention);
  opened.store.save(Array.from({ length: 10_002 }, (_, number) => row(number)));
  expect(opened.transcripts()).toBe(10_000);
  expect(opened.ids()[0]).toBe('s10001');
  expect(sessionRetention.bytesMax).toBe(67_108_864);
});
