import { expect, test } from 'vitest';
import type { StoreOutcome } from '../../db/types.ts';
import { newMessage } from '../testing/new-message.ts';
import { Intake, type QueuedMessage } from './intake.ts';

interface Commit {
  readonly batch: readonly QueuedMessage[];
  readonly finish: (outcomes: readonly StoreOutcome[] | null) => void;
}

/** An intake whose commits end when the test says so. */
function intakeWith(limits: { readonly queuedBytesMax: number }): {
  readonly intake: Intake;
  readonly commits: Commit[];
} {
  const commits: Commit[] = [];
  const intake = new Intake({
    ...limits,
    clockMs: () => 0,
    commit: (batch) =>
      new Promise((resolve, reject) => {
        commits.push({
          batch,
          finish: (outcomes) => (outcomes === null ? reject(new Error('died')) : resolve(outcomes)),
        });
      }),
  });
  return { intake, commits };
}

const stored = (batch: readonly QueuedMessage[], seq = 1): readonly StoreOutcome[] =>
  batch.map(({ message }, index) => ({ kind: 'stored', id: message.id, seq: seq + index }));

const sized = (bytes: number) => newMessage({ raw: Buffer.alloc(bytes) });

test('what arrives while a batch is committed goes together in the next', async () => {
  const { intake, commits } = intakeWith({ queuedBytesMax: 1e9 });
  const first = intake.append(sized(10));
  await expect.poll(() => commits.length).toBe(1);
  const others = [intake.append(sized(10)), intake.append(sized(10))];
  commits[0]?.finish(stored(commits[0].batch));
  expect(await first).toMatchObject({ kind: 'stored', seq: 1 });
  await expect.poll(() => commits.length).toBe(2);
  expect(commits[1]?.batch).toHaveLength(2);
  commits[1]?.finish(stored(commits[1].batch, 2));
  expect(await Promise.all(others)).toMatchObject([{ seq: 2 }, { seq: 3 }]);
});

test('no batch is larger than its bounds in messages and octets', async () => {
  const { intake, commits } = intakeWith({ queuedBytesMax: 1e9 });
  for (let n = 0; n < 300; n++) void intake.append(sized(1));
  for (let n = 0; n < 3; n++) void intake.append(sized(5 * 1024 * 1024));
  await expect.poll(() => commits.length).toBe(1);
  commits[0]?.finish([]);
  for (let n = 1; n < 4; n++) {
    await expect.poll(() => commits.length).toBeGreaterThan(n);
    commits[n]?.finish([]);
  }
  expect(commits.map((commit) => commit.batch.length)).toEqual([256, 45, 1, 1]);
});

test('octets that wait are bounded; they count until their commit is answered', async () => {
  const { intake, commits } = intakeWith({ queuedBytesMax: 100 });
  const large = intake.append(sized(500));
  await expect.poll(() => commits.length).toBe(1);
  expect(await intake.append(sized(1))).toEqual({ kind: 'notStored', refusal: 'congested' });
  commits[0]?.finish(stored(commits[0].batch));
  expect((await large).kind).toBe('stored');
  const small = intake.append(sized(1));
  await expect.poll(() => commits.length).toBe(2);
  commits[1]?.finish(stored(commits[1].batch));
  expect((await small).kind).toBe('stored');
});

test('a commit that rejects or answers too little refuses what it did not answer for', async () => {
  const { intake, commits } = intakeWith({ queuedBytesMax: 1e9 });
  const failed = { kind: 'notStored', refusal: 'storageFailed' };
  const first = intake.append(sized(1));
  await expect.poll(() => commits.length).toBe(1);
  commits[0]?.finish(null);
  expect(await first).toEqual(failed);
  const second = intake.append(sized(1));
  await expect.poll(() => commits.length).toBe(2);
  commits[1]?.finish([]);
  expect(await second).toEqual(failed);
});

test('closing waits for what is queued and refuses the rest', async () => {
  const { intake, commits } = intakeWith({ queuedBytesMax: 1e9 });
  const first = intake.append(sized(1));
  let isClosed = false;
  const closed = intake.close().then(() => {
    isClosed = true;
  });
  expect((await intake.append(sized(1))).kind).toBe('notStored');
  await expect.poll(() => commits.length).toBe(1);
  expect(isClosed).toBe(false);
  commits[0]?.finish(stored(commits[0].batch));
  expect((await first).kind).toBe('stored');
  await closed;
});
