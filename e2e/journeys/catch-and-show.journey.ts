/**
 * The promise of the whole program in one walk: mail from real clients shows at once and right,
 * comes back octet for octet, and survives a killed process.
 */
import { readFile } from 'node:fs/promises';
import {
  ensureSwaks,
  japaneseInvoice,
  picture,
  sendBySwaks,
  trustingTransport,
} from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/server.ts';

test('mail by swaks and by nodemailer over STARTTLS is shown, kept and given back', async ({
  page,
  server,
}) => {
  const missing = await ensureSwaks();
  test.skip(missing !== null, missing ?? '');
  await page.goto(server.url);
  await expect(page.getByText('Live', { exact: false }).first()).toBeVisible();
  await page.evaluate(() => {
    (window as unknown as { sameDocument: boolean }).sameDocument = true;
  });

  const raw = japaneseInvoice();
  await sendBySwaks(server, raw, 'ann@example.test');
  const invoice = page.getByRole('row', { name: /請求書をお送りします/ });
  await expect(invoice).toBeVisible();

  const transport = await trustingTransport(server);
  await transport.sendMail({
    from: '"Shop" <shop@shop.test>',
    to: 'bob@example.test',
    bcc: 'hidden@example.test',
    subject: 'Ваш заказ принят',
    html: '<h1>Thank you</h1><img src="cid:p">',
    attachments: [{ filename: 'p.png', content: picture, cid: 'p' }],
  });
  const order = page.getByRole('row', { name: /Ваш заказ принят/ });
  await expect(order).toBeVisible();
  await expect(order).toHaveAccessibleName(/TLS/);

  await invoice.getByRole('link').click();
  await expect(page.getByRole('heading', { name: '請求書をお送りします' })).toBeVisible();
  const body = page.frameLocator('iframe');
  await expect(body.locator('#greeting')).toHaveText('お世話になっております。');
  const width = body
    .locator('img')
    .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
  expect(await width).toBe(24);
  await expect(page.getByRole('link', { name: /請求書\.pdf/ })).toBeVisible();

  await order.getByRole('link').click();
  await expect(page.getByRole('table', { name: /Addresses/ })).toContainText('hidden@example.test');
  await expect(page.getByText('TLSv1.3')).toBeVisible();

  await server.kill();
  await expect(page.getByRole('status').filter({ hasText: 'Connection lost' })).toBeAttached();
  await server.startAgain();
  await expect(page.getByText('Live', { exact: false }).first()).toBeVisible();
  await expect(invoice).toBeVisible();
  await expect(order).toBeVisible();
  await transport.sendMail({ from: 'a@b.test', to: 'c@d.test', subject: 'After the restart' });
  await expect(page.getByRole('row', { name: /After the restart/ })).toBeVisible();
  expect(
    await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument),
  ).toBe(true);

  await invoice.getByRole('link').click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: /download.*(message|eml)/i }).click();
  const saved = await readFile(await (await download).path());
  expect(saved.equals(raw)).toBe(true);
});
