/** What the compiler has to know of the adapter; never run. */
import { defineConfig } from '@playwright/test';
import {
  expect,
  type MailFixtures,
  type MailWorkerFixtures,
  type PageInbox,
  test,
} from 'prixfixe-dev/playwright';

void defineConfig<MailFixtures, MailWorkerFixtures>({
  use: { sinkOptions: { tls: 'required' } },
});

test('fixtures and matchers have their types', async ({ page, inbox, sink }) => {
  const own: PageInbox = inbox;
  const mail = await own.next({ to: own.address });
  await own.open(page, mail);
  await expect(sink).toHaveReceived({ subject: 'x' }, 10);
  expect(mail).toHaveAttachment('a.pdf');
  await expect(page).toHaveTitle('x');
  // @ts-expect-error: no such criterion
  await expect(inbox).toHaveReceived({ topic: 'x' });
});
