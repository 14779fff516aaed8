/**
 * `prixfixe-dev/playwright`: `test` with a sink for each worker and an inbox for each test, and
 * matchers for the `expect` of Playwright. A test that fails has its mail attached to the report:
 * each message as .eml, as a picture, and with its SMTP transcript.
 *
 * Under `prixfixe-dev run -- npx playwright test` all workers share the server of the run.
 */
import { test as base, expect as baseExpect, type Page } from '@playwright/test';
import type { Inbox, Mail, Sink, SinkOptions } from '../sink/types.ts';
import { mailDocument } from './mail-document.ts';
import { mailMatchers } from './mail-matchers.ts';
import { attachMail } from './playwright-report.ts';
import { sinkForTests } from './test-sink.ts';

export type * from '../sink/types.ts';

export interface PageInbox extends Inbox {
  /** Shows a message in the page, as a mail program would; its links can be clicked. */
  open(page: Page, mail: Mail): Promise<void>;
}

export interface MailFixtures {
  readonly inbox: PageInbox;
}

export interface MailWorkerFixtures {
  /** In `use` of the configuration; with options, each worker starts a sink of its own. */
  readonly sinkOptions: SinkOptions | undefined;
  readonly sink: Sink;
}

export const test = base.extend<MailFixtures, MailWorkerFixtures>({
  sinkOptions: [undefined, { option: true, scope: 'worker' }],
  sink: [
    async ({ sinkOptions }, use) => {
      const sink = await sinkForTests(sinkOptions);
      await use(sink);
      await sink.stop();
    },
    { scope: 'worker' },
  ],
  inbox: async ({ sink }, use, testInfo) => {
    const startedAt = new Date();
    const inbox = Object.assign(sink.inbox(testInfo.title), {
      open: async (page: Page, mail: Mail) => {
        await page.setContent(mailDocument(mail));
      },
    });
    await use(inbox);
    if (testInfo.status !== testInfo.expectedStatus) {
      await attachMail(testInfo, { sink, inbox, startedAt });
    }
    await inbox[Symbol.asyncDispose]();
  },
});

export const expect = baseExpect.extend({
  ...mailMatchers,
  /** The message as `mail.snapshot()` gives it, against the snapshot file of this name. */
  toMatchMailSnapshot(mail: Mail, name = 'mail.txt') {
    baseExpect(mail.snapshot()).toMatchSnapshot(name);
    return { pass: true, message: () => 'The message is as its snapshot.' };
  },
});
