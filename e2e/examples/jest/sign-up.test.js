const { MailTimeoutError, useMail } = require('prixfixe-dev/jest');
const { order, signUp } = require('./account.js');

const mail = useMail();

afterEach(() => {
  jest.useRealTimers();
});

test('the code is in the mail', async () => {
  await signUp(mail.sink.nodemailer(), mail.inbox.address);
  const message = await mail.inbox.next({ subject: 'code' });
  expect(message.code()).toBe('482913');
  expect(message.link().href).toBe('https://corner.test/confirm?t=1');
  await expect(mail.inbox).toHaveReceivedNothing();
});

test('matchers say what a message has', async () => {
  await order(mail.sink.nodemailer(), mail.inbox.address);
  await expect(mail.inbox).toHaveReceived({ subject: 'Invoice' });
  await expect(mail.inbox).not.toHaveReceived({ subject: 'code' });
  const message = await mail.inbox.next();
  expect(message).toHaveAttachment(/\.pdf$/);
  expect(message).toHaveUsedTls();
  expect(message).not.toContainLink();
  expect(message).toMatchMailSnapshot();
});

test('matchers say why they fail', async () => {
  await order(mail.sink.nodemailer(), mail.inbox.address);
  const message = await mail.inbox.peek();
  await expect(
    expect(mail.inbox).toHaveReceived({ subject: 'code' }, { timeoutMs: 0 }),
  ).rejects.toThrow(/code/);
  expect(() => expect(message).toHaveAttachment('a.txt')).toThrow(/It has "R-2026-0001\.pdf"/);
});

test('each test has an inbox of its own', async () => {
  await mail.inbox.none();
  expect(mail.inbox.address).toMatch(/^each-test-has-an-inbox-of-its-own@/);
});

test('waiting goes on under fake timers, and ends', async () => {
  jest.useFakeTimers();
  await expect(mail.inbox.next({}, 20)).rejects.toThrow(MailTimeoutError);
});

test('where the mail is read: the sink of the run, or one of this file', () => {
  expect(mail.sink.isShared).toBe(process.env.PRIXFIXE_URL !== undefined);
});
