/** Time stands still for the application, from before the sink starts; mail comes nevertheless. */
const { connect } = require('node:net');
const { MailTimeoutError, startSink, useMail } = require('prixfixe-dev/jest');
const { signUp } = require('./account.js');

jest.useFakeTimers({ now: new Date('2040-01-01') });
const mail = useMail();

test('with all that Jest replaces, mail is waited for, read and missed', async () => {
  const sink = await startSink();
  try {
    const waiting = sink.next();
    deliver(sink.port, 'a@example.test');
    const message = await waiting;
    expect(message.subject).toBe('hi');
    expect(message.receivedAt.getUTCFullYear()).toBeLessThan(2040);
    expect(await sink.sessions.next()).toMatchObject({ outcome: 'delivered' });
    await expect(sink).toHaveReceivedNothing();
    await expect(sink.next({}, 20)).rejects.toThrow(MailTimeoutError);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    await sink.stop();
  }
});

test('a client that needs what comes at once, and no clock', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  await signUp(mail.sink.nodemailer(), mail.inbox.address);
  expect((await mail.inbox.next()).code()).toBe('482913');
  await expect(mail.inbox).toHaveReceivedNothing();
  await expect(mail.inbox.next({}, 20)).rejects.toThrow(MailTimeoutError);
});

/** Octets alone: clients have timers of their own, which stand still here. */
function deliver(port, to) {
  const lines = ['EHLO client.test', 'MAIL FROM:<a@b.test>', `RCPT TO:<${to}>`, 'DATA'];
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let replies = '';
  socket.on('data', (octets) => {
    replies += octets;
    if (!/^\d{3} [^\n]*\n$/m.test(replies)) return;
    replies = '';
    const line = lines.shift();
    if (line === undefined) socket.end('Subject: hi\r\n\r\nhello\r\n.\r\nQUIT\r\n');
    else socket.write(`${line}\r\n`);
  });
}
