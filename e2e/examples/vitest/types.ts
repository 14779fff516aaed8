/** What the compiler has to know of the adapter; never run. */
import { expect, type Inbox, type Mail, type Sink, test } from 'prixfixe-dev/vitest';
import { sharedSink } from 'prixfixe-dev/vitest/global-setup';

const setUp: () => Promise<() => Promise<void>> = sharedSink({ tls: 'required' });
void setUp;

test('fixtures and matchers have their types', async ({ sink, inbox }) => {
  const started: Sink = sink;
  const own: Inbox = inbox;
  const mail: Mail = await own.next({ to: started.host, subject: /x/ }, 10);
  const received: Promise<unknown> = expect(inbox).toHaveReceived({ subject: 'x' });
  await received;
  expect(mail).toContainLink({ host: 'example.test' });
  // @ts-expect-error: no such criterion
  await expect(inbox).toHaveReceived({ topic: 'x' });
  // @ts-expect-error: an attachment is named by a text
  expect(mail).toHaveAttachment(1);
  // @ts-expect-error: no such fixture
  test('x', ({ inboxes }) => inboxes);
});
