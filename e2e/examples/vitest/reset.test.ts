import { expect } from 'prixfixe-dev/vitest';
import { post, test } from './shop-test.ts';

test('the magic link of the message works once', async ({ shop, inbox }) => {
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  await inbox.next({ subject: 'code' });
  const { mail } = await inbox.during(() => post(`${shop.url}/forgot`, { email: inbox.address }), {
    subject: 'new password',
  });
  const link = mail.link();
  expect((await fetch(link)).status).toBe(200);
  expect((await post(link.href, { password: 'correct horse' })).status).toBe(303);
  expect((await fetch(link)).status).toBe(410);
});

test('where the mail is read: the sink of the run, or one of the worker', async ({ sink }) => {
  expect(sink.isShared).toBe(process.env.PRIXFIXE_URL !== undefined);
});
