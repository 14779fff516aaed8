/**
 * A project's mail tests as they are written for Mailpit, with Node's own runner and fetch.
 * MAILPIT_URL and SMTP_PORT say where it is; nothing else knows which server answers.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createTransport } from 'nodemailer';

const { MAILPIT_URL = 'http://localhost:8025', SMTP_PORT = '1025' } = process.env;
const api = `${MAILPIT_URL}/api/v1`;
const transport = createTransport({ host: '127.0.0.1', port: Number(SMTP_PORT) });

async function waitForMail(to) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(`${api}/search?query=${encodeURIComponent(`to:"${to}"`)}`);
    const { messages, messages_count: count } = await answer.json();
    if (count > 0) return (await fetch(`${api}/message/${messages[0].ID}`)).json();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail for ${to}`);
}

beforeEach(async () => {
  const answer = await fetch(`${api}/messages`, { method: 'DELETE' });
  assert.equal(await answer.text(), 'ok');
});

test('the link of a password reset arrives', async () => {
  await transport.sendMail({
    from: 'no-reply@example.test',
    to: 'Ann <ann@example.test>',
    subject: 'Reset your password',
    html: '<a href="https://app.example.test/reset?token=abc">Reset</a>',
  });
  const message = await waitForMail('ann@example.test');
  assert.equal(message.Subject, 'Reset your password');
  assert.deepEqual(message.To, [{ Name: 'Ann', Address: 'ann@example.test' }]);
  assert.match(message.HTML, /reset\?token=abc/);
});

test('nobody else gets mail', async () => {
  await transport.sendMail({ from: 'a@example.test', to: 'joann@example.test', text: 'x' });
  const answer = await fetch(`${api}/search?query=to:ann@example.test`);
  assert.equal((await answer.json()).messages_count, 0);
});

test('a message is read once, found by its tags, and gone when deleted', async () => {
  const answer = await fetch(`${api}/send`, {
    method: 'POST',
    body: JSON.stringify({
      From: { Email: 'shop@example.test', Name: 'Shop' },
      To: [{ Email: 'ann@example.test' }],
      Subject: 'Order 17',
      Text: 'Thank you.',
      Tags: ['orders'],
      Attachments: [{ Filename: 'bill.pdf', Content: 'JVBERi0xLjQ=' }],
    }),
  });
  const { ID } = await answer.json();
  const list = async () => (await fetch(`${api}/search?query=tag:orders%20is:unread`)).json();
  assert.equal((await list()).messages[0].ID, ID);
  const message = await (await fetch(`${api}/message/${ID}`)).json();
  assert.equal(message.Attachments[0].FileName, 'bill.pdf');
  const part = await fetch(`${api}/message/${ID}/part/${message.Attachments[0].PartID}`);
  assert.equal(await part.text(), '%PDF-1.4');
  assert.equal((await list()).messages_count, 0);
  await fetch(`${api}/messages`, { method: 'DELETE', body: JSON.stringify({ IDs: [ID] }) });
  assert.equal((await fetch(`${api}/message/${ID}`)).status, 404);
});

test('a copy goes to the archive without being named', async () => {
  await transport.sendMail({
    from: 'a@example.test',
    to: 'ann@example.test',
    bcc: 'archive@example.test',
    text: 'x',
  });
  const { messages } = await (await fetch(`${api}/messages?limit=1`)).json();
  assert.deepEqual(messages[0].Bcc, [{ Name: '', Address: 'archive@example.test' }]);
});
