import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { startSink } from '../index.ts';

test('a message that was acknowledged is there at once, and is handed out once', async () => {
  await using sink = await startSink();
  const inbox = sink.inbox('Sign up');
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({
    from: 'app@example.test',
    to: inbox.address,
    subject: 'Please confirm',
    html: '<p>Hello. Your code is <b>493027</b>.</p><a href="https://app.test/verify?t=abc">Confirm</a> <a href="https://app.test/unsubscribe">Unsubscribe</a>',
    attachments: [{ filename: 'terms.txt', content: 'Be good.' }],
  });
  const mail = await inbox.next({ subject: 'confirm' }, 0);
  expect(mail.envelope.to).toEqual([inbox.address]);
  expect(mail.code()).toBe('493027');
  expect(mail.link().href).toBe('https://app.test/verify?t=abc');
  expect(mail.attachment('terms').text()).toBe('Be good.');
  expect(await inbox.all()).toHaveLength(1);
  await inbox.none();
  await expect(inbox.next({}, 0)).rejects.toMatchObject({ name: 'MailTimeoutError' });
  const session = await sink.sessions.next();
  expect(session.outcome).toBe('delivered');
});
