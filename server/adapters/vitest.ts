/**
 * `prixfixe-dev/vitest`: `test` with a sink and an inbox, and matchers for the `expect` of vitest.
 *
 * The sink lives as long as the worker; where `prixfixe-dev/vitest/global-setup` or
 * `prixfixe-dev run` started one for all, it attaches to that. The inbox is new for each test, and
 * its mail goes with it.
 */
import { test as base, expect, Snapshots } from 'vitest';
import type { Inbox, Mail, Sink } from '../sink/types.ts';
import { type MailMatchers, mailMatchers } from './mail-matchers.ts';
import { sinkForTests } from './test-sink.ts';

export type * from '../sink/types.ts';
export type { MailMatchers };
export { expect };

interface SnapshotMatchers<R> {
  /** The message as `mail.snapshot()` gives it, against the stored snapshot. */
  toMatchMailSnapshot(hint?: string): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: merges with the interface of vitest, which has it
  interface Matchers<T = any> extends MailMatchers<T>, SnapshotMatchers<T> {}
}

expect.extend({
  ...mailMatchers,
  toMatchMailSnapshot(mail: Mail, hint?: string) {
    return Snapshots.toMatchSnapshot.call(this, mail.snapshot(), hint);
  },
});

export const test = base.extend<{ readonly sink: Sink; readonly inbox: Inbox }>({
  sink: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures are asked for
    async ({}, use) => {
      const sink = await sinkForTests();
      await use(sink);
      await sink.stop();
    },
    { scope: 'worker' },
  ],
  inbox: async ({ sink, task }, use) => {
    const inbox = sink.inbox(task.name);
    await use(inbox);
    await inbox[Symbol.asyncDispose]();
  },
});

export const it = test;
