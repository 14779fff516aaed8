/** Time stands still for the application, from before the sink starts; mail comes nevertheless. */
import { createTransport } from 'nodemailer';
import { expect, test } from 'prixfixe-dev/vitest';
import { afterAll, vi } from 'vitest';

// The sink is a fixture of the worker, which has none yet.
vi.useFakeTimers({
  now: new Date('2040-01-01'),
  toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
});
afterAll(() => {
  vi.useRealTimers();
});

test('mail is sent, waited for, read and missed', async ({ sink, inbox }) => {
  const transport = createTransport(sink.nodemailer());
  const text = 'your code is 482913';
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Your code', text });
  transport.close();
  const mail = await inbox.next();
  expect(mail.code()).toBe('482913');
  expect(mail.receivedAt.getUTCFullYear()).toBeLessThan(2040);
  await expect(inbox).toHaveReceivedNothing();
  await expect(inbox.next({}, 20)).rejects.toMatchObject({ code: 'MAIL_TIMEOUT' });
});
