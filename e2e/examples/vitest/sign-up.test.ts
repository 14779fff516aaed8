import { expect } from 'prixfixe-dev/vitest';
import { afterEach, vi } from 'vitest';
import { post, test } from './shop-test.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('the code that was mailed opens the account', async ({ shop, inbox }) => {
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  const mail = await inbox.next({ subject: 'code' });
  const answer = await post(`${shop.url}/verify`, { email: inbox.address, code: mail.code() });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('set-cookie')).toMatch(/^session=/);
  await expect(inbox).toHaveReceivedNothing();
});

test.for(Array.from({ length: 20 }, (_, index) => index))(
  'twenty at once get each their own code (%i)',
  { concurrent: true },
  async (_index, { shop, inbox, expect: check }) => {
    await post(`${shop.url}/sign-up`, { email: inbox.address });
    const mail = await inbox.next();
    check(mail.envelope.to).toEqual([inbox.address]);
    check(await inbox.all()).toHaveLength(1);
  },
);

test('matchers say what a message has', async ({ shop, inbox }) => {
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  await expect(inbox).toHaveReceived({ subject: /your corner shop code/i });
  await expect(inbox).not.toHaveReceived({ subject: 'Invoice' });
  const mail = await inbox.next();
  // What was claimed has been received all the same, and nothing else has.
  await expect(inbox).toHaveReceived();
  await expect(inbox).toHaveReceivedNothing();
  expect(mail).toContainLink('unsubscribe');
  expect(mail).not.toContainLink(/reset/);
  expect(mail).not.toHaveAttachment();
  expect(mail).toHaveUsedTls();
});

test('matchers say why they fail', async ({ shop, inbox }) => {
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  const mail = await inbox.peek();
  await expect(
    expect(inbox).toHaveReceived({ subject: 'Invoice' }, { timeoutMs: 0 }),
  ).rejects.toThrow(/Invoice/);
  await expect(expect(inbox).toHaveReceivedNothing()).rejects.toThrow(/code/);
  await expect(expect(inbox).not.toHaveReceived({ subject: 'code' })).rejects.toThrow(/code/);
  expect(() => expect(mail).toContainLink('reset')).toThrow(
    /was to contain a link that fits "reset"\.\nIt has:\n {2}https:\/\/corner\.test\/unsubscribe/,
  );
  expect(() => expect(mail).toHaveAttachment('a.pdf')).toThrow(/named "a\.pdf"\. It has none/);
  expect(() => expect(mail).not.toHaveUsedTls()).toThrow(/not to come over TLS/);
});

test('a message against its snapshot: what changes with every run is masked', async ({
  shop,
  inbox,
}) => {
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  const mail = await inbox.next();
  expect(mail.snapshot({ mask: [/\b\d{6}\b/g] })).toContain('Your Corner Shop code');
  expect(mail).toMatchMailSnapshot();
});

test('waiting goes on under fake timers, and ends', async ({ shop, inbox }) => {
  vi.useFakeTimers();
  const waiting = inbox.next({ subject: 'code' }, 60_000);
  vi.useRealTimers();
  await post(`${shop.url}/sign-up`, { email: inbox.address });
  vi.useFakeTimers();
  expect((await waiting).subject).toBe('Your Corner Shop code');
  await expect(inbox.next({}, 20)).rejects.toMatchObject({ name: 'MailTimeoutError' });
});
