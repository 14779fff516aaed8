const { startSink, useMail } = require('prixfixe-dev/jest');
const { signUp } = require('./account.js');

const mail = useMail({ tls: 'required', auth: 'required' });

test('with options the file has a sink of its own', async () => {
  const { user, pass, address } = mail.inbox;
  expect(mail.sink.isShared).toBe(false);
  await expect(signUp(mail.sink.nodemailer(), address)).rejects.toThrow(/530|auth/i);
  await signUp(mail.sink.nodemailer({ auth: { user, pass } }), address);
  expect((await mail.inbox.next()).envelope.user).toBe(user);
});

test('a sink can be started in a test as well', async () => {
  const sink = await startSink({ tls: 'off' });
  await signUp(sink.nodemailer(), 'a@example.test');
  expect(await sink.all()).toHaveLength(1);
  await sink.stop();
});
