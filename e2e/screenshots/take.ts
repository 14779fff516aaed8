/**
 * Takes the pictures of README from a real server with real mail: `npm run screenshots`.
 * Needs the built program (`npm run build`) and a Chromium (`CHROMIUM_PATH`).
 */
import { resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { pdf, picture, send, trustingTransport } from '../fixtures/mail.ts';
import { startServer } from '../fixtures/server.ts';

const folder = import.meta.dirname;

const { server, stop } = await startServer();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
});
try {
  await pour();
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1.5,
  });
  await page.goto(server.url);
  await page
    .getByRole('row', { name: /Your mail is being caught/ })
    .getByRole('link')
    .click();
  await page.frameLocator('iframe').getByText('It works.').waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: resolve(folder, 'inbox.png') });
} finally {
  await browser.close();
  await stop();
}

async function pour(): Promise<void> {
  const transport = await trustingTransport(server);
  const shop = '"Corner Shop" <orders@shop.test>';
  const attachments = [{ filename: 'invoice-2041.pdf', content: pdf }];
  for (const message of [
    {
      from: shop,
      to: 'ann@example.test',
      subject: 'Invoice 2041',
      text: 'Please find it attached.',
      attachments,
    },
    {
      from: shop,
      to: 'bob@example.test',
      bcc: 'audit@shop.test',
      subject: 'Your order is on its way',
      text: 'It left today and reaches you on Thursday.',
    },
    {
      from: '山田 太郎 <yamada@shop.test>',
      to: 'ann@example.test',
      subject: '請求書をお送りします',
      text: 'お世話になっております。',
    },
    {
      from: 'no-reply@app.test',
      to: 'carol@example.test',
      subject: 'Reset your password',
      text: 'Open https://app.test/reset?token=8f3a within the hour.',
      headers: { 'X-Tags': 'auth' },
    },
    {
      from: 'no-reply@app.test',
      to: 'dave@example.test',
      subject: '482 913 is your code',
      text: 'Your verification code is 482913.',
      headers: { 'X-Tags': 'auth' },
    },
    {
      from: 'newsletter@app.test',
      to: 'ann@example.test',
      subject: 'What is new in March',
      html: '<h1>March</h1><img src="cid:p">',
      attachments: [{ filename: 'p.png', content: picture, cid: 'p' }],
    },
  ]) {
    await transport.sendMail(message);
  }
  await send(server, {
    from: 'cron@host.test',
    to: 'root@host.test',
    subject: 'backup finished',
    text: '12 GB in 4 min',
  });
  await fetch(`${server.url}/api/test-messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
}
