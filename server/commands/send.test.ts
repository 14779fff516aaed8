import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { runCommand } from '../testing/command-io.ts';
import { rawText, startTestServer } from '../testing/smtp-test-server.ts';
import { sendCommand } from './send.ts';
import { sendTestMessage } from './test-message.ts';

test('a test message has text, HTML, an inline image and an attachment', async () => {
  await using server = await startTestServer();
  const argv = ['--to', 'ada@example.test', '--count', '2', `--smtp-port=${server.port}`];
  const run = await runCommand(sendCommand, argv);
  expect(run).toMatchObject({ status: 0, told: '' });
  expect(run.out.toString()).toBe('2 messages sent to ada@example.test.\n');
  expect(server.messages).toHaveLength(2);
  expect(server.messages[0]?.envelope.forwardPaths).toMatchObject([
    { address: 'ada@example.test' },
  ]);

  const mail = await PostalMime.parse(Buffer.from(rawText(server.messages[0]), 'latin1'));
  expect(mail.text).toContain('こんにちは');
  expect(mail.html).toContain('cid:banner@prixfixe-dev.test');
  expect(mail.attachments).toMatchObject([
    { mimeType: 'image/png', contentId: '<banner@prixfixe-dev.test>' },
    { mimeType: 'application/pdf', filename: 'receipt.pdf', disposition: 'attachment' },
  ]);
  const [image, pdf] = mail.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
  expect(image?.subarray(1, 4).toString()).toBe('PNG');
  // The table of offsets is where the trailer says, and its first entry is where object 1 starts.
  const text = pdf?.toString('latin1') ?? '';
  const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  expect(text.slice(start, start + 4)).toBe('xref');
  const first = Number(/\n(\d{10}) 00000 n/.exec(text)?.[1]);
  expect(text.slice(first, first + 7)).toBe('1 0 obj');
});

test('the message that is sent is told by its Message-ID', async () => {
  await using server = await startTestServer();
  const { messageId } = await sendTestMessage({
    to: null,
    server: { host: '127.0.0.1', port: server.port },
  });
  expect(rawText(server.messages[0])).toContain(`Message-ID: ${messageId}`);
});

test('without a server it says where it looked, and how to look elsewhere', async () => {
  const server = await startTestServer();
  await server.smtp.close();
  await expect(runCommand(sendCommand, [`--smtp-port=${server.port}`])).rejects.toMatchObject({
    exitStatus: 1,
    message: expect.stringContaining('--smtp-port (PRIXFIXE_SMTP_PORT)'),
  });
  expect((await runCommand(sendCommand, ['ada@example.test'])).told).toContain('--to');
});
