/** A message in a test: what is meant is found, what could be several things is refused. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mail, MailContentError, type Sink, startSink } from '../index.ts';

let sink: Sink;
beforeAll(async () => {
  sink = await startSink({ tls: 'off' });
});
afterAll(() => sink.stop());

async function receive(message: SendMailOptions): Promise<Mail> {
  const inbox = sink.inbox();
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'a@b.test', to: inbox.address, subject: 'Hi', ...message });
  return inbox.next();
}

function refusal(act: () => unknown): MailContentError {
  try {
    act();
  } catch (error) {
    if (error instanceof MailContentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const anchor = (path: string, text: string) => `<a href="https://app.test${path}">${text}</a> `;

test('of several links to act on none is chosen, and all are listed', async () => {
  const html = `<p>Welcome</p>${anchor('/verify?t=1', 'Confirm address')}${anchor('/invite?t=2', 'Accept invitation')}${anchor('/unsubscribe', 'Unsubscribe')}`;
  const mail = await receive({ html });
  const error = refusal(() => mail.link());
  expect(error.code).toBe('MAIL_CONTENT_AMBIGUOUS');
  expect(error.candidates).toHaveLength(2);
  expect(error.message).toContain('https://app.test/verify?t=1  "Confirm address"  (action)');
  expect(mail.link(/accept/i).pathname).toBe('/invite');
  expect(mail.link({ path: '/verify', host: 'app.test' }).search).toBe('?t=1');
  expect(mail.link('unsubscribe').pathname).toBe('/unsubscribe');
  const missing = refusal(() => mail.link({ host: 'other.test' }));
  expect(missing.code).toBe('MAIL_CONTENT_MISSING');
  expect(missing.candidates).toHaveLength(3);
});

test('a message without a link says so', async () => {
  const error = refusal(() => mailText.link());
  expect(error.message).toBe('"Hi" has no link. It has none at all.');
});

let mailText: Mail;
beforeAll(async () => {
  mailText = await receive({ text: 'Nothing to see.' });
});

test('of several codes none is chosen', async () => {
  const text =
    'Your verification code is:\n\n493027\n\nor use this backup verification code:\n\n118234\n';
  const mail = await receive({ text });
  const error = refusal(() => mail.code());
  expect(error.code).toBe('MAIL_CONTENT_AMBIGUOUS');
  expect(error.message).toContain('493027');
  expect(mail.code(/^4/)).toBe('493027');
  expect(refusal(() => mail.code({ digits: 4 })).code).toBe('MAIL_CONTENT_MISSING');
  expect(refusal(() => mailText.code()).candidates).toEqual([]);
});

test('attachments: by name, by type of content, octet for octet', async () => {
  const attachments = [
    { filename: 'a.json', content: '{"total": 7}' },
    {
      filename: 'b.txt',
      content: Buffer.from([0xe9]),
      contentType: 'text/plain; charset=iso-8859-1',
    },
  ];
  const mail = await receive({ text: 'x', attachments });
  expect(mail.attachment('a.json').json<{ total: number }>().total).toBe(7);
  expect(mail.attachment({ is: 'b.txt' }).text()).toBe('é');
  expect(mail.attachment(/b/).bytes()).toEqual(Uint8Array.of(0xe9));
  expect(mail.attachment('a').sha256()).toMatch(/^[0-9a-f]{64}$/);
  const error = refusal(() => mail.attachment());
  expect(error.candidates).toEqual([
    'a.json (application/json, 12 octets)',
    'b.txt (text/plain, 1 octets)',
  ]);
});

test('what its sender should mend', async () => {
  const mail = await receive({ raw: 'Subject: bare\r\n\r\nno date, no from\r\n' });
  expect(mail.problems().map(({ code }) => code)).toEqual(
    expect.arrayContaining(['missing-date', 'missing-from']),
  );
  expect([mail.from, mail.sentAt, mail.html]).toEqual([null, null, null]);
});

test('two runs give one snapshot', async () => {
  const shots = await Promise.all(
    ['731264', '902817'].map(async (code) => {
      const token = Buffer.from(`${code}${Math.random()}`).toString('hex');
      const mail = await receive({
        subject: `${code} is your verification code`,
        text: `Your verification code is ${code}.\nSent ${new Date().toISOString()}`,
        html: `<p>Your verification code is <b>${code}</b></p>${anchor(`/verify?t=${token}`, 'Verify')}`,
      });
      return mail.snapshot();
    }),
  );
  expect(shots[0]).toBe(shots[1]);
  expect(shots[0]).toContain('Subject: <code> is your verification code');
  expect(shots[0]).toContain('To: inbox@<inbox>.inbox.test');
  expect(shots[0]).toContain('https://app.test/verify?t=<token>');
});

test('a runner that prints it prints its head, not its octets', () => {
  expect(JSON.stringify(mailText)).toContain('"subject":"Hi"');
  expect(JSON.stringify(mailText).length).toBeLessThan(1_000);
});
