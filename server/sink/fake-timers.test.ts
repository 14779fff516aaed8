/** Tests that let time stand still for the application go on receiving mail. */
import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startSink } from '../index.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('with every timer and clock replaced, mail is stored, read, waited for and missed', async () => {
  vi.useFakeTimers({
    now: new Date('2040-01-01'),
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
      'performance',
      'queueMicrotask',
    ],
  });
  await using sink = await startSink();
  const inbox = sink.inbox();
  const waiting = inbox.next();
  deliver(sink.port, inbox.address);
  const mail = await waiting;
  expect(mail.receivedAt.getUTCFullYear()).toBeLessThan(2040);
  await inbox.none();
  await expect(inbox.next({}, 20)).rejects.toMatchObject({ code: 'MAIL_TIMEOUT' });
  expect(await sink.sessions.next()).toMatchObject({ outcome: 'delivered' });
  expect(vi.getTimerCount()).toBe(0);
});

/** Clients have timers of their own, which stand still here: octets alone do. */
function deliver(port: number, to: string): void {
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
